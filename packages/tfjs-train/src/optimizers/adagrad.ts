import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { checkSameNames, mapParams } from "../params.ts";
import { expectRate, rateAt, type Schedule } from "../schedules/schedule.ts";
import { type Optimizer, readStep, STEP } from "./optimizer.ts";

export interface AdagradOptions {
  readonly learningRate: number | Schedule;
  /** The rate is divided by 1 + learningRateDecay·(steps taken). */
  readonly learningRateDecay?: number;
  /** Added to the gradient (L2). */
  readonly weightDecay?: number;
  readonly epsilon?: number;
  /** What the sums of squares begin with. */
  readonly initialSum?: number;
}

/**
 * Adagrad: s ← s + g², θ ← θ − η·g/(√s + ε). State: `sum.<name>`, `step`.
 *
 * @see Duchi et al. 2011, eq. 1 (diagonal); torch.optim.Adagrad.
 */
export function adagrad(options: AdagradOptions): Optimizer {
  checkOptions("adagrad", options, ["learningRate", "learningRateDecay", "weightDecay", "epsilon", "initialSum"]);
  const { learningRate, learningRateDecay = 0, weightDecay = 0, epsilon = 1e-10, initialSum = 0 } = options;
  rateAt("adagrad", learningRate, 0);
  expectRate("adagrad", "epsilon", epsilon);
  expectRate("adagrad", "weightDecay", weightDecay);
  expectRate("adagrad", "learningRateDecay", learningRateDecay);
  expect(initialSum >= 0, "adagrad", `initialSum must be at least 0; got ${initialSum}.`);
  return {
    name: "adagrad",
    init: (params) => ({
      ...Object.fromEntries(
        Object.entries(params).map(([name, tensor]) => [`sum.${name}`, tf.fill(tensor.shape, initialSum)] as const),
      ),
      [STEP]: tf.scalar(0),
    }),
    step(params, grads, state) {
      checkSameNames("adagrad", params, grads);
      const taken = readStep("adagrad", state, ["sum"], params);
      const rate = rateAt("adagrad", learningRate, taken) / (1 + learningRateDecay * taken);
      const next: Record<string, tf.Tensor> = {};
      const updated = mapParams(params, (tensor, name) => {
        const [value, sum] = tf.tidy(() => {
          const grad = weightDecay === 0 ? grads[name] : tf.add(grads[name], tf.mul(tensor, weightDecay));
          const sum = tf.add(state[`sum.${name}`], tf.square(grad));
          return [tf.sub(tensor, tf.mul(tf.div(grad, tf.add(tf.sqrt(sum), epsilon)), rate)), sum];
        });
        next[`sum.${name}`] = sum;
        return value;
      });
      return { params: updated, state: { ...next, [STEP]: tf.scalar(taken + 1) } };
    },
  };
}
