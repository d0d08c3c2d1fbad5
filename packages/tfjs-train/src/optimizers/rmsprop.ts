import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { checkSameNames, mapParams } from "../params.ts";
import { expectRate, rateAt, type Schedule } from "../schedules/schedule.ts";
import { type Optimizer, readStep, STEP } from "./optimizer.ts";

export interface RmspropOptions {
  readonly learningRate: number | Schedule;
  /** Decay of the mean square. */
  readonly alpha?: number;
  readonly epsilon?: number;
  readonly momentum?: number;
  /** Added to the gradient (L2). */
  readonly weightDecay?: number;
}

/**
 * RMSprop: v ← αv + (1−α)g², b ← μb + g/(√v + ε), θ ← θ − η·b.
 * State: `square_avg.<name>`, with momentum `momentum_buffer.<name>`, `step`.
 *
 * @see Tieleman & Hinton 2012, lecture 6.5; torch.optim.RMSprop (not centred).
 */
export function rmsprop(options: RmspropOptions): Optimizer {
  checkOptions("rmsprop", options, ["learningRate", "alpha", "epsilon", "momentum", "weightDecay"]);
  const { learningRate, alpha = 0.99, epsilon = 1e-8, momentum = 0, weightDecay = 0 } = options;
  rateAt("rmsprop", learningRate, 0);
  expectRate("rmsprop", "epsilon", epsilon);
  expectRate("rmsprop", "momentum", momentum);
  expectRate("rmsprop", "weightDecay", weightDecay);
  expect(alpha >= 0 && alpha < 1, "rmsprop", `alpha must be in [0, 1); got ${alpha}.`);
  const slots = momentum > 0 ? ["square_avg", "momentum_buffer"] : ["square_avg"];
  return {
    name: "rmsprop",
    init: (params) => ({
      ...Object.fromEntries(
        slots.flatMap((slot) =>
          Object.entries(params).map(([name, tensor]) => [`${slot}.${name}`, tf.zeros(tensor.shape)] as const),
        ),
      ),
      [STEP]: tf.scalar(0),
    }),
    step(params, grads, state) {
      checkSameNames("rmsprop", params, grads);
      const step = readStep("rmsprop", state) + 1;
      const rate = rateAt("rmsprop", learningRate, step - 1);
      const next: Record<string, tf.Tensor> = {};
      const updated = mapParams(params, (tensor, name) => {
        const [value, ...moments] = tf.tidy(() => {
          const grad = weightDecay === 0 ? grads[name] : tf.add(grads[name], tf.mul(tensor, weightDecay));
          const square = tf.add(tf.mul(state[`square_avg.${name}`], alpha), tf.mul(tf.square(grad), 1 - alpha));
          const direction = tf.div(grad, tf.add(tf.sqrt(square), epsilon));
          if (momentum === 0) return [tf.sub(tensor, tf.mul(direction, rate)), square];
          const buffer = tf.add(tf.mul(state[`momentum_buffer.${name}`], momentum), direction);
          return [tf.sub(tensor, tf.mul(buffer, rate)), square, buffer];
        });
        slots.forEach((slot, i) => {
          next[`${slot}.${name}`] = moments[i];
        });
        return value;
      });
      return { params: updated, state: { ...next, [STEP]: tf.scalar(step) } };
    },
  };
}
