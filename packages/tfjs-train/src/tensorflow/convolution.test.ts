import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { ready } from "../ready.ts";
import { type ConvolutionCase, convolutionError, drawConvolution } from "../testing/convolution-error.ts";

/** Float32 sums of up to some 10⁴ products, against float64; relative to the largest entry. */
const TOLERANCE = 5e-6;
const NUM_CASES = 100;

/** Filters as large as the images; few windows of a large filter; paddings that TensorFlow has no name for. */
const seams: readonly ConvolutionCase[] = [
  { inputShape: [5, 4, 4, 13], filterShape: [4, 4, 13, 1], strides: [1, 1], dilations: [1, 1], pad: "valid" },
  { inputShape: [5, 4, 4, 3], filterShape: [4, 4, 3, 7], strides: [1, 1], dilations: [1, 1], pad: "same" },
  { inputShape: [2, 4, 4, 3], filterShape: [4, 4, 3, 40], strides: [2, 2], dilations: [1, 1], pad: "same" },
  ...[1, 40].map((out): ConvolutionCase => {
    const pad: ConvolutionCase["pad"] = [
      [0, 0],
      [1, 1],
      [2, 0],
      [0, 0],
    ];
    return { inputShape: [2, 6, 5, 3], filterShape: [3, 3, 3, out], strides: [2, 3], dilations: [1, 1], pad };
  }),
];

/** Few windows and few pixels for the channels, where all three are products of matrices: pointwise, strided, padded, one window. */
const few: readonly ConvolutionCase[] = (
  [
    [[2, 2, 2, 5], [1, 1, 5, 24], [1, 1], "valid"],
    [[3, 4, 4, 5], [1, 1, 5, 70], [2, 2], "valid"],
    [[2, 5, 3, 4], [1, 1, 4, 70], [2, 3], "same"],
    [[1, 4, 4, 3], [3, 3, 3, 66], [2, 2], "same"],
    [[2, 3, 4, 3], [4, 3, 3, 80], [1, 2], 1],
    [[4, 2, 2, 6], [3, 3, 6, 32], [1, 1], 1],
    [[2, 1, 1, 3], [3, 3, 3, 9], [1, 1], 2],
    [[3, 3, 3, 2], [3, 3, 2, 40], [3, 3], 1],
    [[3, 5, 4, 2], [5, 4, 2, 90], [1, 1], "valid"],
    [[3, 2, 3, 2], [1, 1, 2, 100], [1, 1], 2],
  ] as const
).map(([inputShape, filterShape, strides, padding]): ConvolutionCase => {
  const side: [number, number] = [Number(padding), Number(padding)];
  const pad: ConvolutionCase["pad"] = typeof padding === "number" ? [[0, 0], side, side, [0, 0]] : padding;
  return { inputShape: [...inputShape], filterShape: [...filterShape], strides: [...strides], dilations: [1, 1], pad };
});

const hasTensorflow = await ready({ backend: "tensorflow" }).then(
  () => true,
  () => false,
);

test.runIf(hasTensorflow)(`convolution's gradients agree with float64 in ${NUM_CASES} random cases`, async () => {
  await ready({ backend: "tensorflow" });
  const rng = createRng(12);
  const before = tf.memory().numTensors;
  let worst = { error: 0, where: "" };
  const drawn = Array.from({ length: NUM_CASES }, () => ({ ...drawConvolution(rng), dilations: [1, 1] as [number, number] }));
  for (const one of [...seams, ...few, ...drawn]) {
    const found = convolutionError(rng, one);
    if (!(found.error <= worst.error)) worst = found;
  }
  expect(worst.error, worst.where).toBeLessThan(TOLERANCE);
  expect(tf.memory().numTensors).toBe(before);
});
