import * as tf from "@tensorflow/tfjs-core";
import { disposeParams, type Params, ready, sgd } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import type { TrainingPhase } from "../models/gan-model.ts";
import { runPhase } from "./run-phase.ts";
import { createTestContext } from "./test-context.ts";

beforeAll(() => ready({ backend: "cpu" }));

/** Minimises mean (w·2 + v − 1)²; moves a buffer on and reports a number. */
const phase: TrainingPhase = {
  name: "line",
  interval: 1,
  groups: () => ["a"],
  loss: (params) => {
    const y = tf.add(tf.mul(params["a.w"], 2), params["b.v"]);
    return {
      loss: tf.mean(tf.squaredDifference(y, 1)),
      report: { y: tf.mean(y) },
      realLogits: tf.tensor2d([[1], [-1]]),
      buffers: { "a.running_mean": tf.add(params["a.running_mean"], 1) },
    };
  },
};
const run = async (options: { clipNorm?: number; used?: TrainingPhase; microBatch?: number } = {}) => {
  const optimizer = sgd({ learningRate: 0.1 });
  const params: Params = { "a.w": tf.tensor1d([3]), "b.v": tf.tensor1d([0]), "a.running_mean": tf.tensor1d([5]) };
  const states = { a: optimizer.init({ "a.w": params["a.w"] }) };
  const [images, latents] = [tf.zeros<tf.Rank.R4>([4, 1, 1, 1]), tf.zeros<tf.Rank.R2>([4, 1])];
  const context = createTestContext({ images, latents });
  const before = tf.memory().numTensors;
  const outcome = await runPhase({
    phase: options.used ?? phase,
    params,
    isTrainable: (name) => !name.endsWith("running_mean"),
    optimizers: { a: optimizer },
    states,
    context,
    clipNorm: options.clipNorm,
    microBatch: options.microBatch,
  }).catch((error: Error) => error);
  const left = tf.memory().numTensors - before;
  disposeParams(params, states.a, { images, latents });
  return { outcome, left };
};

test("updates its groups, hands back buffers and numbers, leaves nothing else", async () => {
  const { outcome, left } = await run();
  if (outcome instanceof Error) throw outcome;
  // y = 6, dL/dw = 2·(6 − 1)·2 = 20, w ← 3 − 0.1·20 = 1.
  expect([...outcome.params["a.w"].dataSync()]).toEqual([1]);
  expect([...outcome.params["a.running_mean"].dataSync()]).toEqual([6]);
  expect(outcome.report).toEqual({ y: 6 });
  expect(outcome.gradientNorms).toEqual({ a: 20 });
  expect([...(outcome.realLogits ?? [])]).toEqual([1, -1]);
  expect(left).toBe(2 + Object.keys(outcome.states.a).length);
});

test("clips the gradient, and still reports its norm before", async () => {
  const { outcome } = await run({ clipNorm: 1 });
  if (outcome instanceof Error) throw outcome;
  expect(outcome.gradientNorms).toEqual({ a: 20 });
  expect(Math.abs(outcome.params["a.w"].dataSync()[0] - 2.9)).toBeLessThan(1e-6);
});

test("leaves nothing behind when a number is not finite", async () => {
  const used: TrainingPhase = {
    ...phase,
    loss: (...given) => ({ ...phase.loss(...given), report: { y: tf.scalar(Number.NaN) } }),
  };
  const { outcome, left } = await run({ used });
  expect((outcome as Error).message).toContain("step 1, phase line: y is NaN.");
  expect(left).toBe(0);
});

test("parts are told of one another only where there are several, and leave nothing behind when one of them fails", async () => {
  let prepared = 0;
  let seen = 0;
  const used: TrainingPhase = {
    ...phase,
    parts: (batchSize, size) => Array.from({ length: Math.ceil(3 / size) }, (_, i) => [i, Math.min(i + 1, batchSize - 1)]),
    prepare: () => ({ count: tf.scalar(++prepared) }),
  };
  const whole = await run({ used, microBatch: 3 });
  expect(whole.outcome).not.toBeInstanceOf(Error);
  expect(prepared).toBe(0);
  const parts = await run({ used, microBatch: 2 });
  expect(parts.outcome).not.toBeInstanceOf(Error);
  expect(parts.left).toBe(whole.left);
  expect(prepared).toBe(1);
  const failing: TrainingPhase = {
    ...used,
    loss: (...given) => {
      if (++seen === 2) throw new Error("no memory");
      return phase.loss(...given);
    },
  };
  const { outcome, left } = await run({ used: failing, microBatch: 2 });
  expect((outcome as Error).message).toBe("no memory");
  expect(left).toBe(0);
});
