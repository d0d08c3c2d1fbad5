import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { ready } from "../ready.ts";
import { type BatchNormParams, batchNorm } from "./batch-norm.ts";

const statistics = (channels: number): BatchNormParams => ({
  running_mean: tf.zeros([channels]),
  running_var: tf.ones([channels]),
});

describe.each(["cpu", "wasm"] as const)("batch norm on %s", (backend) => {
  test("integers are numbers", async () => {
    await ready({ backend });
    tf.tidy(() => {
      const x = tf.tensor2d([0, 4, 2, 8], [2, 2], "int32");
      const { y } = batchNorm(x, statistics(2), { training: true, epsilon: 0 });
      expect([...y.dataSync()].map((value) => Math.round(value * 1e5) / 1e5)).toEqual([-1, -1, 1, 1]);
    });
  });

  test("parameters of another number of channels are refused, in training and outside", async () => {
    await ready({ backend });
    tf.tidy(() => {
      const x = tf.ones([5, 4]);
      for (const training of [true, false]) {
        const run = (params: Partial<BatchNormParams>) => () => batchNorm(x, { ...statistics(4), ...params }, { training });
        expect(run({ weight: tf.ones([3]) })).toThrow("weight must have one value for each of the 4 channels; got shape [3]");
        expect(run({ bias: tf.ones([1]) })).toThrow("bias must have one value");
        expect(run({ running_var: tf.ones([1, 4]) })).toThrow("running_var must have one value");
      }
    });
  });

  test("one value a channel is no batch", async () => {
    await ready({ backend });
    tf.tidy(() => {
      const run = (training: boolean) => batchNorm(tf.ones([1, 1, 1, 4]), statistics(4), { training });
      expect(() => run(true)).toThrow("training needs more than one value a channel; got shape [1,1,1,4]");
      expect(run(false).y.shape).toEqual([1, 1, 1, 4]);
    });
  });
});
