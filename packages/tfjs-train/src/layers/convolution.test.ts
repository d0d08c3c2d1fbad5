import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { ready } from "../ready.ts";
import { type ConvolutionOptions, conv2d, convTranspose2d, type TransposedConvolutionOptions } from "./convolution.ts";

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

test("what does not fit together is refused, not computed from what lies beside it", async () => {
  for (const backend of ["cpu", "wasm"] as const) {
    await ready({ backend });
    tf.tidy(() => {
      const x = tf.ones<tf.Rank.R4>([1, 2, 2, 3]);
      const turned = { weight: tf.ones([3, 3, 5, 3]) };
      expect(() => convTranspose2d(x, turned, { stride: 2, outputPadding: 2 })).toThrow(
        "outputPadding must be an integer from 0 to below the stride 2; got 2",
      );
      expect(() => convTranspose2d(x, turned, { stride: 2, padding: "same", outputPadding: 1 })).toThrow(
        'padding: "same" has none',
      );
      expect(() => convTranspose2d(x, turned, { padding: 2 })).toThrow("the result would be 0 × 0");
      expect(() => convTranspose2d(x, turned, { stride: 1.5 })).toThrow("stride must be an integer ≥ 1; got 1.5");
      expect(() => convTranspose2d(x, { weight: tf.ones([3, 3, 5, 4]) })).toThrow(
        "x must be [batch, height, width, in] and weight [height, width, out, in]; got [1, 2, 2, 3] and [3, 3, 5, 4]",
      );
      const filter = { weight: tf.ones([3, 3, 3, 5]) };
      expect(() => conv2d(x, filter)).toThrow("the padded image of 2 × 2 must hold the filter of 3 × 3");
      expect(() => conv2d(tf.ones([1, 4, 4, 3]), filter, { dilation: 2 })).toThrow("must hold the filter of 5 × 5");
      expect(() => conv2d(x, filter, { padding: 1, stride: 0.5 })).toThrow("stride must be an integer ≥ 1; got 0.5");
      expect(() => conv2d(x, filter, { padding: 1, dilation: 0 })).toThrow("dilation must be an integer ≥ 1; got 0");
      expect(() => conv2d(x, { weight: tf.ones([3, 3, 4, 5]) }, { padding: 1 })).toThrow(
        "x must be [batch, height, width, in] and weight [height, width, in, out]; got [1, 2, 2, 3] and [3, 3, 4, 5]",
      );
    });
  }
});

test("options that are none are refused", () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 1]);
    const layer = { weight: tf.zeros([2, 2, 1, 1]) };
    expect(() => conv2d(x, layer, { pading: 1 } as ConvolutionOptions)).toThrow('did you mean "padding"');
    expect(() => convTranspose2d(x, layer, { strides: 2 } as TransposedConvolutionOptions)).toThrow('did you mean "stride"');
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
