import * as tf from "@tensorflow/tfjs-core";
import { createRng, type Rng } from "repro-kit";
import { beforeAll, expect, test } from "vitest";
import { ready } from "../ready.ts";

/** float32 sums of up to a few thousand products, relative to the largest entry. */
const TOLERANCE = 5e-6;
const NUM_CASES = 200;

type Explicit = [[number, number], [number, number], [number, number], [number, number]];

beforeAll(() => ready({ backend: "wasm" }));

const normal = (rng: Rng, count: number) => rng.fillNormal(new Float32Array(count));

function gap(got: ArrayLike<number>, wanted: Float64Array): number {
  expect(got.length).toBe(wanted.length);
  const largest = wanted.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
  return wanted.reduce((worst, value, i) => {
    const error = Math.abs(value - got[i]) / largest;
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
  }, 0);
}

test(`both gradients agree with their definition in ${NUM_CASES} random cases of strides, pads, dilations and multipliers`, () => {
  const rng = createRng(8);
  const pick = <T>(choices: readonly T[]): T => choices[rng.integer(choices.length)];
  let worst = { error: 0, what: "" };
  for (let number = 0; number < NUM_CASES; number++) {
    const [batch, height, width] = [1 + rng.integer(3), 3 + rng.integer(9), 3 + rng.integer(9)];
    const channels = pick([1, 2, 3, 4, 7, 16, 21, 37]);
    const [kh, kw, multiplier] = [1 + rng.integer(4), 1 + rng.integer(4), pick([1, 1, 2, 3])];
    const stride: [number, number] = [1 + rng.integer(3), 1 + rng.integer(3)];
    const dilation: [number, number] = [1 + rng.integer(3), 1 + rng.integer(3)];
    const side = (): [number, number] => [rng.integer(3), rng.integer(3)];
    const pad = pick<"same" | "valid" | Explicit>(["same", "valid", [[0, 0], side(), side(), [0, 0]]]);
    const reach = [(kh - 1) * dilation[0] + 1, (kw - 1) * dilation[1] + 1];
    const extra = typeof pad === "string" ? [0, 0] : [pad[1][0] + pad[1][1], pad[2][0] + pad[2][1]];
    if (pad !== "same" && (height + extra[0] < reach[0] || width + extra[1] < reach[1])) continue;
    const xShape: [number, number, number, number] = [batch, height, width, channels];
    const wShape: [number, number, number, number] = [kh, kw, channels, multiplier];
    const info = tf.backend_util.computeConv2DInfo(xShape, wShape, stride, dilation, pad, undefined, true);
    const { outHeight, outWidth } = info;
    const { top, left } = info.padInfo;
    const [x, w] = [normal(rng, tf.util.sizeFromShape(xShape)), normal(rng, tf.util.sizeFromShape(wShape))];
    const dyShape: [number, number, number, number] = [batch, outHeight, outWidth, channels * multiplier];
    const dy = normal(rng, tf.util.sizeFromShape(dyShape));
    const [dx, dw] = [new Float64Array(x.length), new Float64Array(w.length)];
    for (let n = 0; n < batch; n++)
      for (let i = 0; i < outHeight; i++)
        for (let j = 0; j < outWidth; j++)
          for (let u = 0; u < kh; u++)
            for (let v = 0; v < kw; v++) {
              const [row, column] = [i * stride[0] + u * dilation[0] - top, j * stride[1] + v * dilation[1] - left];
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              for (let c = 0; c < channels; c++)
                for (let q = 0; q < multiplier; q++) {
                  const g = dy[((n * outHeight + i) * outWidth + j) * channels * multiplier + c * multiplier + q];
                  const at = ((n * height + row) * width + column) * channels + c;
                  const tap = ((u * kw + v) * channels + c) * multiplier + q;
                  dx[at] += g * w[tap];
                  dw[tap] += g * x[at];
                }
            }
    const before = tf.memory().numTensors;
    const got = tf.tidy(() => {
      const run = (kernel: string, inputs: Record<string, tf.Tensor>, shape: object) =>
        tf.engine().runKernel<tf.Tensor>(kernel, inputs, {
          strides: stride,
          dilations: dilation,
          pad,
          ...shape,
        } as unknown as tf.NamedAttrMap); // plain values
      const [image, filter, gradient] = [tf.tensor4d(x, xShape), tf.tensor4d(w, wShape), tf.tensor4d(dy, dyShape)];
      return [
        run("DepthwiseConv2dNativeBackpropInput", { dy: gradient, filter }, { inputShape: xShape }).dataSync(),
        run("DepthwiseConv2dNativeBackpropFilter", { x: image, dy: gradient }, { filterShape: wShape }).dataSync(),
      ];
    });
    expect(tf.memory().numTensors, "no tensor is left").toBe(before);
    const error = Math.max(gap(got[0], dx), gap(got[1], dw));
    if (!(error <= worst.error)) worst = { error, what: JSON.stringify({ xShape, wShape, stride, dilation, pad }) };
  }
  expect(worst.error, worst.what).toBeLessThan(TOLERANCE);
});

test("gradients of tf.depthwiseConv2d agree with the cpu backend, dilated as well, to the second order", async () => {
  const rng = createRng(9);
  const x = normal(rng, 2 * 7 * 6 * 5);
  const w = normal(rng, 3 * 2 * 5 * 2);
  for (const [stride, dilation] of [
    [1, 1],
    [2, 1],
    [1, 2],
  ])
    for (const which of [0, 1] as const) {
      const results: Float32Array[] = [];
      for (const backend of ["cpu", "wasm"] as const) {
        await ready({ backend });
        results.push(
          tf.tidy(() => {
            const run = (a: tf.Tensor, b: tf.Tensor) =>
              tf.sum(tf.square(tf.depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, "same", "NHWC", dilation)));
            const penalty = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.square(tf.grads(run)([a, b])[which]));
            return tf
              .grads(penalty)([tf.tensor(x, [2, 7, 6, 5]), tf.tensor(w, [3, 2, 5, 2])])
              [which].dataSync<"float32">();
          }),
        );
      }
      expect(gap(results[1], Float64Array.from(results[0]))).toBeLessThan(TOLERANCE);
    }
});
