import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { withTargets } from "./batch-augmentation.ts";

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

test("images keep their targets, or bring soft ones; anything else is named", () => {
  const plain = tf.zeros<tf.Rank.R4>([2, 3, 4, 1]);
  const targets = Float32Array.of(1, 0, 0, 1);
  const soft = { images: tf.ones<tf.Rank.R4>([2, 3, 4, 1]), targets: Float32Array.of(0.5, 0.5, 0.5, 0.5) };
  expect(withTargets(plain, plain, targets)).toEqual({ images: plain, targets });
  expect(withTargets(soft, plain, targets)).toEqual(soft);
  const refuses = (batch: unknown, message: string) =>
    expect(() => withTargets(batch as tf.Tensor4D, plain, targets)).toThrow(message);
  refuses(undefined, "[augment] must return images of [batch, 3, 4, 1], or { images, targets }; got undefined.");
  refuses(Promise.resolve(plain), "got [object Promise].");
  refuses(tf.zeros([2, 4, 4, 1]), "got [2, 4, 4, 1].");
  refuses(tf.zeros([3, 3, 4, 1]), "3 images need 6 targets; got 4.");
  refuses({ ...soft, targets: Float32Array.of(1, 0) }, "2 images need 4 targets; got 2.");
});
