import * as tf from "@tensorflow/tfjs-core";
import { createRng, type Rng } from "repro-kit";
import { beforeAll, expect, test } from "vitest";
import { ready } from "../../ready.ts";

/** Float32 sums of up to some 10⁴ products in blocks, against float64; relative to the largest entry. */
const TOLERANCE = 5e-6;
const NUM_CASES = 150;

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

type Pair = [number, number];
type Pad = "same" | "valid" | [Pair, Pair, Pair, Pair];

interface Case {
  readonly inputShape: [number, number, number, number];
  readonly filterShape: [number, number, number, number];
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pad: Pad;
}

/** Calls back with the indices of every product that a convolution sums: y[…] += x[…]·filter[…]. */
function visitProducts(info: tf.backend_util.Conv2DInfo, visit: (x: number, filter: number, y: number) => void): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = info;
  for (let b = 0; b < batchSize; b++)
    for (let oh = 0; oh < outHeight; oh++)
      for (let ow = 0; ow < outWidth; ow++)
        for (let u = 0; u < filterHeight; u++)
          for (let v = 0; v < filterWidth; v++) {
            const ih = oh * info.strideHeight + u * info.dilationHeight - info.padInfo.top;
            const iw = ow * info.strideWidth + v * info.dilationWidth - info.padInfo.left;
            if (ih < 0 || ih >= inHeight || iw < 0 || iw >= inWidth) continue;
            const x = ((b * inHeight + ih) * inWidth + iw) * inChannels;
            const y = ((b * outHeight + oh) * outWidth + ow) * outChannels;
            const tap = (u * filterWidth + v) * inChannels;
            for (let c = 0; c < inChannels; c++)
              for (let o = 0; o < outChannels; o++) visit(x + c, (tap + c) * outChannels + o, y + o);
          }
}

const values = (rng: Rng, size: number) => rng.fillNormal(new Float32Array(size));
const sizeOf = (shape: readonly number[]) => tf.util.sizeFromShape([...shape]);

/** Largest error of the three kernels, relative to the largest entry of each result. */
function errorOf(rng: Rng, one: Case): { error: number; where: string } {
  const { inputShape, filterShape, strides, dilations, pad } = one;
  const info = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, dilations, pad);
  const [x, filter, dy] = [inputShape, filterShape, info.outShape].map((shape) => values(rng, sizeOf(shape)));
  const wanted = [x, filter, dy].map(({ length }) => new Float64Array(length));
  visitProducts(info, (i, j, k) => {
    wanted[0][i] += dy[k] * filter[j];
    wanted[1][j] += dy[k] * x[i];
    wanted[2][k] += x[i] * filter[j];
  });
  const attributes = { strides, pad, dilations, dataFormat: "NHWC", inputShape, filterShape } as unknown as tf.NamedAttrMap; // plain values
  const before = tf.memory().numTensors;
  const results = tf.tidy(() => {
    const inputs = { x: tf.tensor(x, inputShape), filter: tf.tensor(filter, filterShape), dy: tf.tensor(dy, info.outShape) };
    return ["Conv2DBackpropInput", "Conv2DBackpropFilter", "Conv2D"].map((kernel) =>
      tf.engine().runKernel<tf.Tensor>(kernel, inputs, attributes).dataSync(),
    );
  });
  expect(tf.memory().numTensors).toBe(before);
  let worst = { error: 0, where: "" };
  for (const [which, name] of ["dx", "dW", "y"].entries()) {
    expect(results[which].length, name).toBe(wanted[which].length);
    const largest = wanted[which].reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
    for (const [i, value] of wanted[which].entries()) {
      const error = Math.abs(results[which][i] - value) / largest;
      if (!(error <= worst.error)) worst = { error, where: `${name}[${i}] of ${JSON.stringify(one)}` };
    }
  }
  return worst;
}

/** A random case: small images, with now and then many channels, a large batch, a stride above the filter, wide zeros. */
function drawCase(rng: Rng): Case {
  const pick = <T>(choices: readonly T[]): T => choices[rng.integer(choices.length)];
  const kernel: Pair = [1 + rng.integer(5), 1 + rng.integer(5)];
  const dilations = pick<Pair>([
    [1, 1],
    [1, 1],
    [1, 1],
    [2, 1],
    [2, 3],
    [3, 3],
  ]);
  const strides: Pair = [1 + rng.integer(4), 1 + rng.integer(4)];
  const reach = kernel.map((size, axis) => (size - 1) * dilations[axis] + 1);
  const [height, width] = reach.map((size) => size + rng.integer(9));
  const side = (): Pair => [rng.integer(4), rng.integer(4)];
  const pad = pick<Pad>(["same", "valid", [[0, 0], side(), side(), [0, 0]]]);
  const channels = () => pick([1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 16, 19, 33]);
  const batch = pick([1, 1, 2, 3, 4, 6, 7, 13]);
  const inChannels = channels();
  return {
    inputShape: [batch, height, width, inChannels],
    filterShape: [kernel[0], kernel[1], inChannels, channels()],
    strides,
    dilations,
    pad,
  };
}

/** Cases at the seams of the kernels: more channels than a chunk, more depth than a pass, more images than a block. */
const seams: readonly Case[] = [
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
  for (const one of [...seams, ...Array.from({ length: NUM_CASES }, () => drawCase(rng))]) {
    const found = errorOf(rng, one);
    if (!(found.error <= worst.error)) worst = found;
  }
  expect(worst.error, worst.where).toBeLessThan(TOLERANCE);
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
  const x = values(rng, 2 * 7 * 6 * 3);
  const w = values(rng, 3 * 3 * 3 * 5);
  const b = values(rng, 5);
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
