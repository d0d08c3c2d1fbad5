import type * as tf from "@tensorflow/tfjs-core";
import type { WeightFile, WeightTensor } from "tfjs-train";
import { scaled } from "../compare.ts";
import type { Deviation } from "../golden-kind.ts";

/** Tolerance of golden/eval/README.md for float32 activations: of 1 + the largest magnitude of the tensor. */
export const ACTIVATIONS = 2e-4;

export const numbers = ({ data }: WeightTensor): Float32Array | Float64Array => {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new Error("the reference is not a float tensor.");
};

/** chmean, chstd (float64 here), corners and whole activations, as golden/eval/README.md defines them: whichever stand under `key`. */
export function compareActivation(
  key: string,
  name: string,
  activation: tf.Tensor4D,
  tensors: WeightFile["tensors"],
): Deviation[] {
  const [count, height, width, channels] = activation.shape;
  const values = activation.dataSync();
  const read = (n: number, c: number, y: number, x: number): number => values[((n * height + y) * width + x) * channels + c];
  const edge = (size: number): number[] =>
    [0, 1, Math.floor(size / 2), size - 2, size - 1].map((i) => Math.min(size - 1, Math.max(0, i)));
  const every = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
  const gather = (images: number, ys: readonly number[], xs: readonly number[]): number[] =>
    every(images).flatMap((n) => every(channels).flatMap((c) => ys.flatMap((y) => xs.map((x) => read(n, c, y, x)))));

  const means = new Float64Array(count * channels);
  const deviations = new Float64Array(count * channels);
  for (let n = 0; n < count; n++)
    for (let c = 0; c < channels; c++) {
      let [sum, squares] = [0, 0];
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) sum += read(n, c, y, x);
      const mean = sum / (height * width);
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) squares += (read(n, c, y, x) - mean) ** 2;
      means[n * channels + c] = mean;
      deviations[n * channels + c] = Math.sqrt(squares / (height * width));
    }
  const ours: Record<string, () => ArrayLike<number>> = {
    chmean: () => means,
    chstd: () => deviations,
    corners: () => gather(count, edge(height), edge(width)),
    full: () => gather(tensors[`${key}.full`].shape[0], every(height), every(width)),
  };
  return Object.entries(ours)
    .filter(([part]) => `${key}.${part}` in tensors)
    .map(([part, make]) => scaled(`${name} ${part}`, make(), numbers(tensors[`${key}.${part}`]), ACTIVATIONS));
}
