import * as tf from "@tensorflow/tfjs-core";
import type { Rng } from "repro-kit";

type Pair = [number, number];
type Pad = "same" | "valid" | [Pair, Pair, Pair, Pair];

/** Sizes of one convolution. */
export interface ConvolutionCase {
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

export const drawValues = (rng: Rng, size: number) => rng.fillNormal(new Float32Array(size));
const sizeOf = (shape: readonly number[]) => tf.util.sizeFromShape([...shape]);

/**
 * Largest error of the forward kernel of the current backend and of its two backward ones against float64, relative to the largest
 * entry of each result.
 */
export function convolutionError(rng: Rng, one: ConvolutionCase): { error: number; where: string } {
  const { inputShape, filterShape, strides, dilations, pad } = one;
  const info = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, dilations, pad);
  const [x, filter, dy] = [inputShape, filterShape, info.outShape].map((shape) => drawValues(rng, sizeOf(shape)));
  const wanted = [x, filter, dy].map(({ length }) => new Float64Array(length));
  visitProducts(info, (i, j, k) => {
    wanted[0][i] += dy[k] * filter[j];
    wanted[1][j] += dy[k] * x[i];
    wanted[2][k] += x[i] * filter[j];
  });
  const attributes = { strides, pad, dilations, dataFormat: "NHWC", inputShape, filterShape } as unknown as tf.NamedAttrMap; // plain values
  const results = tf.tidy(() => {
    const inputs = { x: tf.tensor(x, inputShape), filter: tf.tensor(filter, filterShape), dy: tf.tensor(dy, info.outShape) };
    return ["Conv2DBackpropInput", "Conv2DBackpropFilter", "Conv2D"].map((kernel) =>
      tf.engine().runKernel<tf.Tensor>(kernel, inputs, attributes).dataSync(),
    );
  });
  let worst = { error: 0, where: "" };
  for (const [which, name] of ["dx", "dW", "y"].entries()) {
    if (results[which].length !== wanted[which].length) return { error: Number.NaN, where: `${name} has another size` };
    const largest = wanted[which].reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
    for (const [i, value] of wanted[which].entries()) {
      const error = Math.abs(results[which][i] - value) / largest;
      if (!(error <= worst.error)) worst = { error, where: `${name}[${i}] of ${JSON.stringify(one)}` };
    }
  }
  return worst;
}

/** A random case: small images, with now and then many channels, a large batch, a stride above the filter, wide zeros. */
export function drawConvolution(rng: Rng): ConvolutionCase {
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
