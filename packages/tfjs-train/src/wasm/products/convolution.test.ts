import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { beforeAll, expect, test } from "vitest";
import { ready } from "../../ready.ts";
import { type ConvolutionCase, convolutionError, drawConvolution, drawValues } from "../../testing/convolution-error.ts";

/** Float32 sums of up to some 10⁴ products in blocks, against float64; relative to the largest entry. */
const TOLERANCE = 5e-6;
const NUM_CASES = 150;

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

/** Cases at the seams of the kernels: more channels than a chunk, more depth than a pass, more images than a block. */
const seams: readonly ConvolutionCase[] = [
  { inputShape: [2, 3, 3, 101], filterShape: [2, 2, 101, 9], strides: [1, 1], dilations: [1, 1], pad: "same" },
  { inputShape: [1, 1, 2, 1100], filterShape: [1, 2, 1100, 10], strides: [1, 1], dilations: [1, 1], pad: "valid" },
  { inputShape: [1, 5, 4, 300], filterShape: [3, 3, 300, 4], strides: [1, 1], dilations: [1, 1], pad: "same" },
  { inputShape: [1, 4, 4, 4], filterShape: [3, 3, 4, 1030], strides: [2, 2], dilations: [1, 1], pad: "same" },
  { inputShape: [300, 3, 2, 3], filterShape: [2, 2, 3, 5], strides: [1, 1], dilations: [1, 1], pad: "valid" },
  { inputShape: [1, 40, 40, 2], filterShape: [4, 4, 2, 3], strides: [1, 1], dilations: [1, 1], pad: "same" },
  { inputShape: [5, 4, 4, 13], filterShape: [4, 4, 13, 1], strides: [1, 1], dilations: [1, 1], pad: "valid" },
  { inputShape: [2, 3, 3, 2], filterShape: [1, 1, 2, 3], strides: [4, 4], dilations: [1, 1], pad: "same" },
  {
    inputShape: [2, 2, 2, 2],
    filterShape: [3, 3, 2, 3],
    strides: [1, 1],
    dilations: [1, 1],
    pad: [
      [0, 0],
      [7, 9],
      [6, 5],
      [0, 0],
    ],
  },
];

test(`convolution and its gradients agree with float64 in ${NUM_CASES} random cases`, () => {
  const rng = createRng(11);
  let worst = { error: 0, where: "" };
  const before = tf.memory().numTensors;
  for (const one of [...seams, ...Array.from({ length: NUM_CASES }, () => drawConvolution(rng))]) {
    const found = convolutionError(rng, one);
    if (!(found.error <= worst.error)) worst = found;
  }
  expect(worst.error, worst.where).toBeLessThan(TOLERANCE);
  expect(tf.memory().numTensors).toBe(before);
});

test("no images at all: no output, and a filter's gradient of zeros", () => {
  const results = tf.tidy(() => {
    const attributes = { strides: 1, pad: "same", dataFormat: "NHWC", inputShape: [0, 4, 4, 3], filterShape: [3, 3, 3, 2] };
    const inputs = { x: tf.zeros([0, 4, 4, 3]), filter: tf.ones([3, 3, 3, 2]), dy: tf.zeros([0, 4, 4, 2]) };
    return ["Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter"].map((kernel) =>
      tf
        .engine()
        .runKernel<tf.Tensor>(kernel, inputs, attributes as unknown as tf.NamedAttrMap)
        .dataSync(),
    );
  });
  expect(results.map((values) => [values.length, values.some((value) => value !== 0)])).toEqual([
    [0, false],
    [0, false],
    [54, false],
  ]);
  const product = tf.tidy(() => tf.matMul(tf.zeros([0, 3]), tf.zeros([0, 4]), true, false).dataSync());
  expect([...product]).toEqual(new Array(12).fill(0));
});

test("bias and activation fused with a convolution", async () => {
  const rng = createRng(12);
  const x = drawValues(rng, 2 * 7 * 6 * 3);
  const w = drawValues(rng, 3 * 3 * 3 * 5);
  const b = drawValues(rng, 5);
  const run = () =>
    tf.tidy(() => {
      const inputs = { x: tf.tensor4d(x, [2, 7, 6, 3]), filter: tf.tensor4d(w, [3, 3, 3, 5]), strides: 2, pad: "same" } as const;
      const bias = tf.tensor1d(b);
      const outputs = [
        tf.fused.conv2d(inputs),
        tf.fused.conv2d({ ...inputs, bias }),
        tf.fused.conv2d({ ...inputs, activation: "relu" }),
        tf.fused.conv2d({ ...inputs, bias, activation: "relu" }),
        tf.fused.conv2d({ ...inputs, bias, activation: "sigmoid" }),
      ];
      return outputs.map((output) => output.dataSync());
    });
  const got = run();
  await ready({ backend: "cpu" });
  const wanted = run();
  await ready({ backend: "wasm" });
  for (const [i, output] of wanted.entries())
    for (const [j, value] of output.entries()) expect(Math.abs(got[i][j] - value), `output ${i}`).toBeLessThan(2e-5);
});
