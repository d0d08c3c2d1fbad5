import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { checkSameNames, mapParams, type Params } from "../params.ts";
import { type Optimizer, STEP } from "./optimizer.ts";

export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Adam: added to the gradient (L2). AdamW: taken off the weights (decoupled), default 0.01. */
  readonly weightDecay?: number;
  /** Divide by the largest second moment so far. */
  readonly amsgrad?: boolean;
}

const known = ["learningRate", "beta1", "beta2", "epsilon", "weightDecay", "amsgrad"];

/**
 * Adam: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − η·m̂/(√v̂ + ε) with m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ).
 * State: `exp_avg.<name>`, `exp_avg_sq.<name>`, `step` (names of PyTorch's state).
 *
 * @see Kingma & Ba 2015, Alg. 1; torch.optim.Adam.
 */
export function adam(options: AdamOptions): Optimizer {
  checkOptions("adam", options, known);
  return createAdam("adam", options, false);
}

/**
 * Adam with decoupled weight decay: θ ← θ·(1 − η·λ) before Adam's step.
 *
 * @see Loshchilov & Hutter 2019, Alg. 2; torch.optim.AdamW.
 */
export function adamW(options: AdamOptions): Optimizer {
  checkOptions("adamW", options, known);
  return createAdam("adamW", { weightDecay: 0.01, ...options }, true);
}

function createAdam(name: string, options: AdamOptions, isDecoupled: boolean): Optimizer {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, amsgrad = false } = options;
  expect(learningRate >= 0, name, `learningRate must be at least 0; got ${learningRate}.`);
  expect(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1, name, `betas must be in [0, 1); got ${beta1} and ${beta2}.`);
  const slots = amsgrad ? ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"] : ["exp_avg", "exp_avg_sq"];
  return {
    name,
    init: (params) => ({
      ...Object.fromEntries(
        slots.flatMap((slot) =>
          Object.entries(params).map(([key, tensor]) => [`${slot}.${key}`, tf.zeros(tensor.shape)] as const),
        ),
      ),
      [STEP]: tf.scalar(0),
    }),
    step(params, grads, state) {
      checkSameNames(name, params, grads);
      const step = readStep(name, state) + 1;
      const correction1 = 1 - beta1 ** step;
      const correction2 = Math.sqrt(1 - beta2 ** step);
      const next: Record<string, tf.Tensor> = {};
      const updated = mapParams(params, (tensor, key) => {
        const [value, ...moments] = tf.tidy(() => {
          const grad = weightDecay !== 0 && !isDecoupled ? tf.add(grads[key], tf.mul(tensor, weightDecay)) : grads[key];
          const mean = tf.add(tf.mul(state[`exp_avg.${key}`], beta1), tf.mul(grad, 1 - beta1));
          const square = tf.add(tf.mul(state[`exp_avg_sq.${key}`], beta2), tf.mul(tf.square(grad), 1 - beta2));
          const largest = amsgrad ? tf.maximum(state[`max_exp_avg_sq.${key}`], square) : square;
          const scale = tf.add(tf.div(tf.sqrt(largest), correction2), epsilon);
          const decayed = isDecoupled ? tf.mul(tensor, 1 - learningRate * weightDecay) : tensor;
          const value = tf.sub(decayed, tf.mul(tf.div(mean, scale), learningRate / correction1));
          return amsgrad ? [value, mean, square, largest] : [value, mean, square];
        });
        slots.forEach((slot, i) => {
          next[`${slot}.${key}`] = moments[i];
        });
        return value;
      });
      return { params: updated, state: { ...next, [STEP]: tf.scalar(step) } };
    },
  };
}

/** The number of steps taken, from the state. @throws UsageError if the state is of another optimiser. */
export function readStep(name: string, state: Params): number {
  expect(state[STEP], name, "the state has no step count. Make it with init(params).");
  return state[STEP].dataSync()[0];
}
