import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { hasFused, runFused } from "../fused.ts";
import { checkSameNames, disposeParams, type Params } from "../params.ts";
import { expectRate, rateAt, type Schedule } from "../schedules/schedule.ts";
import { type Optimizer, readStep, STEP } from "./optimizer.ts";

export interface AdamOptions {
  readonly learningRate: number | Schedule;
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
  const { weightDecay = 0.01, ...rest } = options;
  return createAdam("adamW", { ...rest, weightDecay }, true);
}

function createAdam(name: string, options: AdamOptions, isDecoupled: boolean): Optimizer {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, amsgrad = false } = options;
  rateAt(name, learningRate, 0);
  expectRate(name, "epsilon", epsilon);
  expectRate(name, "weightDecay", weightDecay);
  expect(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1, name, `betas must be in [0, 1); got ${beta1} and ${beta2}.`);
  const slots = amsgrad ? ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"] : ["exp_avg", "exp_avg_sq"];
  const l2 = isDecoupled ? 0 : weightDecay;

  /** What a step multiplies and divides by. */
  const scalarsOf = (step: number): Scalars => {
    const learned = rateAt(name, learningRate, step - 1);
    const keep = isDecoupled ? 1 - learned * weightDecay : 1;
    return { rate: learned / (1 - beta1 ** step), correction2: Math.sqrt(1 - beta2 ** step), keep };
  };

  /** The new value and the new moments of one tensor. */
  const update = (key: string, tensor: tf.Tensor, gradient: tf.Tensor, state: Params, by: ScalarTensors): tf.Tensor[] => {
    const [mean, square] = [state[`exp_avg.${key}`], state[`exp_avg_sq.${key}`]];
    return tf.tidy(() => {
      const grad = l2 === 0 ? gradient : tf.add(gradient, tf.mul(tensor, by.l2));
      const newMean = tf.add(tf.mul(mean, by.beta1), tf.mul(grad, by.rest1));
      const newSquare = tf.add(tf.mul(square, by.beta2), tf.mul(tf.square(grad), by.rest2));
      const largest = amsgrad ? tf.maximum(state[`max_exp_avg_sq.${key}`], newSquare) : newSquare;
      const scale = tf.add(tf.div(tf.sqrt(largest), by.correction2), by.epsilon);
      const value = tf.sub(isDecoupled ? tf.mul(tensor, by.keep) : tensor, tf.mul(tf.div(newMean, scale), by.rate));
      return amsgrad ? [value, newMean, newSquare, largest] : [value, newMean, newSquare];
    });
  };

  /** The updates of plain ops, one parameter after another. */
  const updateAll = (keys: readonly string[], params: Params, grads: Params, state: Params, scalars: Scalars): tf.Tensor[] => {
    // Made once: a tensor for every number in every op would cost a backend like tfjs-node more than the sums of small parameters.
    const by = mapValues({ ...scalars, beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, epsilon, l2 }, (x) => tf.scalar(x));
    try {
      return keys.flatMap((key) => update(key, params[key], grads[key], state, by));
    } finally {
      disposeParams(by);
    }
  };

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
      const step = readStep(name, state, slots, params) + 1;
      const scalars = scalarsOf(step);
      const keys = Object.keys(params);
      // The value and the moments of each parameter in turn.
      const updated =
        !amsgrad && keys.length > 0 && hasFused("AdamStep", 0)
          ? runFused("AdamStep", operandsOf(keys, params, grads, state), { beta1, beta2, step, ...scalars, epsilon, l2 })
          : updateAll(keys, params, grads, state, scalars);
      const width = 1 + slots.length;
      const moments = keys.flatMap((key, i) => slots.map((slot, k) => [`${slot}.${key}`, updated[i * width + 1 + k]] as const));
      return {
        params: Object.fromEntries(keys.map((key, i) => [key, updated[i * width]])),
        state: { ...Object.fromEntries(moments), [STEP]: tf.scalar(step) },
      };
    },
  };
}

interface Scalars {
  readonly rate: number;
  readonly correction2: number;
  readonly keep: number;
}

/** The numbers of a step as tensors. */
type ScalarTensors = Readonly<Record<keyof Scalars | "beta1" | "rest1" | "beta2" | "rest2" | "epsilon" | "l2", tf.Scalar>>;

function mapValues<K extends string, A, B>(values: Readonly<Record<K, A>>, f: (value: A) => B): Record<K, B> {
  return Object.fromEntries(Object.entries<A>(values).map(([key, value]) => [key, f(value)])) as Record<K, B>; // the same keys
}

/** Four tensors for each parameter, as the fused kernel names them: what belongs to the first parameter ends in 0. */
function operandsOf(keys: readonly string[], params: Params, grads: Params, state: Params): Record<string, tf.Tensor> {
  return Object.fromEntries(
    keys.flatMap((key, i) => [
      [`value${i}`, params[key]],
      [`grad${i}`, grads[key]],
      [`mean${i}`, state[`exp_avg.${key}`]],
      [`square${i}`, state[`exp_avg_sq.${key}`]],
    ]),
  );
}
