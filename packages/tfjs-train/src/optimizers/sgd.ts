import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { checkSameNames, mapParams } from "../params.ts";
import { expectRate, rateAt, type Schedule } from "../schedules/schedule.ts";
import { type Optimizer, readStep, STEP } from "./optimizer.ts";

export interface SgdOptions {
  readonly learningRate: number | Schedule;
  readonly momentum?: number;
  readonly dampening?: number;
  readonly nesterov?: boolean;
  /** Added to the gradient (L2). */
  readonly weightDecay?: number;
}

/**
 * Gradient descent with momentum: b ← μb + (1−τ)g (b = g at first), θ ← θ − η·b, or θ − η·(g + μb) with Nesterov.
 * State: `momentum_buffer.<name>` with momentum, `step`.
 *
 * @see Sutskever et al. 2013; torch.optim.SGD.
 */
export function sgd(options: SgdOptions): Optimizer {
  checkOptions("sgd", options, ["learningRate", "momentum", "dampening", "nesterov", "weightDecay"]);
  const { learningRate, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  rateAt("sgd", learningRate, 0);
  expectRate("sgd", "momentum", momentum);
  expectRate("sgd", "weightDecay", weightDecay);
  expect(Number.isFinite(dampening), "sgd", `dampening must be finite; got ${dampening}.`);
  expect(!nesterov || (momentum > 0 && dampening === 0), "sgd", "nesterov needs a momentum above 0 and no dampening.");
  const slot = (name: string) => `momentum_buffer.${name}`;
  return {
    name: "sgd",
    init: (params) => ({
      ...(momentum === 0
        ? {}
        : Object.fromEntries(Object.entries(params).map(([name, tensor]) => [slot(name), tf.zeros(tensor.shape)] as const))),
      [STEP]: tf.scalar(0),
    }),
    step(params, grads, state) {
      checkSameNames("sgd", params, grads);
      const step = readStep("sgd", state, momentum === 0 ? [] : ["momentum_buffer"], params) + 1;
      const rate = rateAt("sgd", learningRate, step - 1);
      const next: Record<string, tf.Tensor> = {};
      const updated = mapParams(params, (tensor, name) => {
        const [value, buffer] = tf.tidy(() => {
          const grad = weightDecay === 0 ? grads[name] : tf.add(grads[name], tf.mul(tensor, weightDecay));
          if (momentum === 0) return [tf.sub(tensor, tf.mul(grad, rate))];
          const buffer = step === 1 ? tf.clone(grad) : tf.add(tf.mul(state[slot(name)], momentum), tf.mul(grad, 1 - dampening));
          const direction = nesterov ? tf.add(grad, tf.mul(buffer, momentum)) : buffer;
          return [tf.sub(tensor, tf.mul(direction, rate)), buffer];
        });
        if (buffer) next[slot(name)] = buffer;
        return value;
      });
      return { params: updated, state: { ...next, [STEP]: tf.scalar(step) } };
    },
  };
}
