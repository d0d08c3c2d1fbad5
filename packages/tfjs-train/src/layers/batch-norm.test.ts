import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { ready } from "../ready.ts";
import { type BatchNormParams, batchNorm } from "./batch-norm.ts";

const statistics = (channels: number): BatchNormParams => ({
  running_mean: tf.zeros([channels]),
  running_var: tf.ones([channels]),
});

const hasTensorflow = await ready({ backend: "tensorflow" }).then(
  () => true,
  () => false,
);
const backends = ["cpu", "wasm", ...(hasTensorflow ? (["tensorflow"] as const) : [])] as const;

/** Sums of 15 numbers in float32. */
const TOLERANCE = 1e-6;

describe.each(backends)("batch norm on %s", (backend) => {
  test.each([0, 0.1, 0.7, 1])(
    "the running statistics take the share %f of the batch's, its variance unbiased",
    async (momentum) => {
      await ready({ backend });
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const x = tf.tensor2d([1, 5, 2, -3, 4, 0.5], [3, 2]);
        for (const shape of [
          [3, 2],
          [1, 3, 1, 2],
          [3, 1, 2],
        ]) {
          const params = { running_mean: tf.tensor1d([10, 20]), running_var: tf.tensor1d([2, 3]) };
          const result = batchNorm(tf.reshape(x, shape), params, { training: true, momentum });
          expect(result.y.shape).toEqual(shape);
          const wanted = {
            running_mean: [10 + momentum * (7 / 3 - 10), 20 + momentum * (2.5 / 3 - 20)],
            running_var: [2 + momentum * (7 / 3 - 2), 3 + momentum * (193 / 12 - 3)],
          };
          for (const name of ["running_mean", "running_var"] as const) {
            const found = result[name]?.dataSync() ?? [];
            wanted[name].forEach((value, i) => {
              expect(Math.abs(found[i] - value) / 20, `${name} ${i}`).toBeLessThan(TOLERANCE);
            });
          }
        }
      });
      expect(tf.memory().numTensors).toBe(before);
    },
  );

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
