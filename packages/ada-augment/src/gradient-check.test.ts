import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { checkGradients } from "./gradient-check.ts";

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

const shape = [1, 2, 2, 3] as const;

test("a right function passes, a function whose gradient is wrong does not", () => {
  const right = checkGradients({ shape, ours: (x) => tf.mul(x, 2), oracle: (x) => x.map((value) => 2 * value) });
  expect(right.value).toBe(0);
  expect(right.gradient).toBeLessThan(1e-5);
  expect(right.hessianTimesVector).toBeLessThan(1e-5);
  const halved = tf.customGrad((x) => ({ value: tf.mul(x as tf.Tensor4D, 2), gradFunc: (dy: tf.Tensor) => dy }));
  const wrong = checkGradients({ shape, ours: (x) => halved(x) as tf.Tensor4D, oracle: (x) => x.map((value) => 2 * value) });
  expect(wrong.value).toBe(0);
  expect(wrong.gradient).toBeGreaterThan(0.1);
});
