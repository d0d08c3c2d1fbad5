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
  /** Divide by the standard deviation of the gradient instead of its root mean square. Default false. */
  readonly centred?: boolean;
  /** Added to the gradient (L2). */
  readonly weightDecay?: number;
}

/**
 * RMSprop: v ← αv + (1−α)g², b ← μb + g/(√v + ε), θ ← θ − η·b; centred with v − m² for v, where m ← αm + (1−α)g.
 * State: `square_avg.<name>`, with momentum `momentum_buffer.<name>`, centred `grad_avg.<name>`, `step` (names of PyTorch's state).
 *
 * @see Tieleman & Hinton 2012, lecture 6.5; Graves 2013, eq. 38–45 (centred); torch.optim.RMSprop.
 */
export function rmsprop(options: RmspropOptions): Optimizer {
  checkOptions("rmsprop", options, ["learningRate", "alpha", "epsilon", "momentum", "centred", "weightDecay"]);
  const { learningRate, alpha = 0.99, epsilon = 1e-8, momentum = 0, centred = false, weightDecay = 0 } = options;
  rateAt("rmsprop", learningRate, 0);
  expectRate("rmsprop", "epsilon", epsilon);
  expectRate("rmsprop", "momentum", momentum);
  expectRate("rmsprop", "weightDecay", weightDecay);
  expect(alpha >= 0 && alpha < 1, "rmsprop", `alpha must be in [0, 1); got ${alpha}.`);
  const slots = ["square_avg", ...(momentum > 0 ? ["momentum_buffer"] : []), ...(centred ? ["grad_avg"] : [])];
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
      const step = readStep("rmsprop", state, slots, params) + 1;
      const rate = rateAt("rmsprop", learningRate, step - 1);
      const next: Record<string, tf.Tensor> = {};
      const updated = mapParams(params, (tensor, name) => {
        const [value, ...moments] = tf.tidy(() => {
          const grad = weightDecay === 0 ? grads[name] : tf.add(grads[name], tf.mul(tensor, weightDecay));
          const mean = (slot: string, now: tf.Tensor) => tf.add(tf.mul(state[`${slot}.${name}`], alpha), tf.mul(now, 1 - alpha));
          const square = mean("square_avg", tf.square(grad));
          const centre = centred ? mean("grad_avg", grad) : undefined;
          const spread = centre ? tf.relu(tf.sub(square, tf.square(centre))) : square; // not below 0 by rounding
          const direction = tf.div(grad, tf.add(tf.sqrt(spread), epsilon));
          const buffer = momentum > 0 ? tf.add(tf.mul(state[`momentum_buffer.${name}`], momentum), direction) : undefined;
          const moved = tf.sub(tensor, tf.mul(buffer ?? direction, rate));
          return [moved, square, buffer, centre].filter((one) => one !== undefined); // as in `slots`
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
