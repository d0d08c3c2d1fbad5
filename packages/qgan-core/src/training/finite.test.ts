import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { checkLosses, DivergenceError, throwGradientDivergence } from "./finite.ts";

beforeAll(() => ready({ backend: "cpu" }));

test("a loss that is NaN is named with its step and phase", () => {
  checkLosses(3, "generator", { lossG: 1 });
  expect(() => checkLosses(3, "generator", { lossG: 1, alignment: Number.NaN })).toThrow(
    "[trainGan] step 3, phase generator: alignment is NaN. The last checkpoint is good.",
  );
});

test("the gradient that holds an infinity is named; finite ones that overflow in the norm name the largest", async () => {
  const fine = tf.tensor1d([1, 2]);
  const error = await throwGradientDivergence(7, "discriminator", {
    "a.weight": fine,
    "b.weight": tf.tensor1d([0, Number.POSITIVE_INFINITY]),
  }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DivergenceError);
  expect(error).toMatchObject({ step: 7, tensor: "b.weight" });
  await expect(
    throwGradientDivergence(7, "discriminator", { "a.weight": fine, "c.weight": tf.tensor1d([-1e30]) }),
  ).rejects.toThrow("the largest entry, 1.0e+30, is in that of c.weight");
});
