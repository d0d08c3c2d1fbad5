import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { ready } from "../ready.ts";
import { conv2d, convTranspose2d } from "./convolution.ts";

beforeAll(() => ready({ backend: "cpu" }).then(() => {}));

test("sizes follow PyTorch's rules, and same and valid TensorFlow's", () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([2, 7, 8, 3]);
    const weight = tf.zeros([4, 4, 3, 5]);
    expect(conv2d(x, { weight }, { stride: 2, padding: 1 }).shape).toEqual([2, 3, 4, 5]);
    expect(conv2d(x, { weight }, { stride: 2, padding: "same" }).shape).toEqual([2, 4, 4, 5]);
    expect(conv2d(x, { weight }).shape).toEqual([2, 4, 5, 5]);
    const turned = tf.zeros([4, 4, 5, 3]);
    expect(convTranspose2d(x, { weight: turned }, { stride: 2, padding: 1 }).shape).toEqual([2, 14, 16, 5]);
    expect(convTranspose2d(x, { weight: turned }, { stride: 2, padding: "same" }).shape).toEqual([2, 14, 16, 5]);
    expect(convTranspose2d(x, { weight: turned }, { stride: 2, padding: 1, outputPadding: 1 }).shape).toEqual([2, 15, 17, 5]);
  });
});

test("a padding that is none is refused", () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 1]);
    expect(() => conv2d(x, { weight: tf.zeros([2, 2, 1, 1]) }, { padding: -1 })).toThrow(
      'padding must be "same", "valid" or an integer ≥ 0; got -1',
    );
    expect(() => convTranspose2d(x, { weight: tf.zeros([2, 2, 1, 1]) }, { padding: 0.5 })).toThrow("got 0.5");
  });
});
