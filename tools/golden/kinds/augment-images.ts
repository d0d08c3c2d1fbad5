import * as tf from "@tensorflow/tfjs-core";
import { augment, augmentOps, type DrawSource } from "ada-augment";
import { ready } from "tfjs-train";
import { largestDifference } from "../compare.ts";
import type { Deviation, GoldenFile, GoldenFolder, GoldenKind, GoldenMatch } from "../golden-kind.ts";

/** A recorded call of the reference's augmentation pipe; golden/stylegan2/README.md has the conventions. */
interface AugmentCase {
  readonly name: string;
  readonly ops: readonly string[];
  readonly p: number;
  readonly kwargs?: Readonly<Record<string, number>>;
  readonly debug_percentile?: number;
  readonly draws?: readonly { readonly key: string }[];
  readonly x: string;
  readonly y: string;
  readonly dy?: string;
  readonly dx?: string;
}

/** Of images and their gradients, relative to the largest value: the README's. */
const TOLERANCE = 3e-5;

/**
 * The reference's op names, the tensors that each draws, and its strength options in our words. `xflip` is not among them:
 * the reference sends flips through its resampling filter, which is not symmetric, so its flipped images are not the pixels
 * of the input; ours are, until the warp is built.
 */
const OPS: Readonly<
  Record<string, { readonly name: string; readonly draws: number; readonly options: Readonly<Record<string, string>> }>
> = {
  xint: { name: "integer-translation", draws: 2, options: { xint_max: "maxFraction" } },
  brightness: { name: "brightness", draws: 2, options: { brightness_std: "standardDeviation" } },
  contrast: { name: "contrast", draws: 2, options: { contrast_std: "standardDeviation" } },
  cutout: { name: "cutout", draws: 2, options: { cutout_size: "sizeFraction" } },
};

function isCase(value: unknown): value is AugmentCase {
  const has = (field: string) => typeof value === "object" && value !== null && field in value;
  return ["name", "ops", "p", "x", "y"].every(has) && (has("draws") || has("debug_percentile"));
}

function casesOf({ json }: GoldenFile): readonly AugmentCase[] {
  if (typeof json !== "object" || json === null || !("cases" in json) || !Array.isArray(json.cases)) return [];
  return json.cases.length > 0 && json.cases.every(isCase) ? json.cases : [];
}

/** A [batch, channels, height, width] tensor of the folder as NHWC. */
function imagesOf(tensors: TensorOf, key: string): tf.Tensor4D {
  const { shape, data } = tensors(key);
  const [n, c, h, w] = shape;
  return tf.transpose(tf.tensor4d(Float32Array.from(data as Float32Array), [n, c, h, w]), [0, 2, 3, 1]); // float32 by the README
}

type TensorOf = (key: string) => { readonly shape: readonly number[]; readonly data: ArrayLike<number> };

/** The tensors of the file that holds the case's result: other files of the folder use the same names for other inputs. */
function tensorsOf(folder: GoldenFolder, { y }: AugmentCase): TensorOf {
  const file = folder.files.find(({ tensors }) => tensors && Object.hasOwn(tensors.tensors, y));
  return (key) => {
    const tensor = file?.tensors?.tensors[key];
    if (!tensor) throw new Error(`no tensor "${key}" beside the case`);
    return { shape: tensor.shape, data: tensor.data as Float32Array }; // the README: everything here is float32
  };
}

/** Replays the recorded numbers: image i reads row i of each tensor that its op drew, in order. */
function tapeOf({ ops, draws = [] }: AugmentCase, tensors: TensorOf): DrawSource {
  return (name, index) => {
    const position = ops.findIndex((op) => OPS[op].name === name);
    const first = ops.slice(0, position).reduce((sum, op) => sum + OPS[op].draws, 0);
    const numbers = draws.slice(first, first + OPS[ops[position]].draws).flatMap(({ key }) => {
      const { shape, data } = tensors(key);
      const width = data.length / shape[0];
      return Array.from({ length: width }, (_, k) => data[index * width + k]);
    });
    const next = () => {
      const value = numbers.shift();
      if (value === undefined) throw new Error(`the op ${name} asks for more numbers than were recorded`);
      return value;
    };
    return { uniform: next, normal: next, gate: next };
  };
}

/** The deterministic mode: every uniform is q, every normal erfinv(2q − 1), every gate open. */
function percentile(q: number): DrawSource {
  return () => ({ uniform: () => q, normal: () => inverseErf(2 * q - 1), gate: () => 0 });
}

function inverseErf(y: number): number {
  let low = -6;
  let high = 6;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (erf(middle) < y) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!, all terms of one sign. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** The comparison, or undefined if the case needs an op or a strength that is not built. */
function checkOf(one: AugmentCase, tensors: TensorOf): (() => Promise<readonly Deviation[]>) | undefined {
  if (!one.ops.every((op) => Object.hasOwn(OPS, op))) return undefined;
  const kwargs = Object.entries(one.kwargs ?? {});
  if (!kwargs.every(([key]) => one.ops.some((op) => key in OPS[op].options))) return undefined;
  return async () => {
    await ready();
    const ops = one.ops.map((op) => {
      const own = kwargs.filter(([key]) => key in OPS[op].options).map(([key, value]) => [OPS[op].options[key], value]);
      return augmentOps.resolve(OPS[op].name).create(Object.fromEntries(own));
    });
    const draws = one.debug_percentile === undefined ? tapeOf(one, tensors) : percentile(one.debug_percentile);
    const run = (x: tf.Tensor) => augment(x as tf.Tensor4D, { ops, p: one.p, draws }); // x is [batch, height, width, channels]
    const results = tf.tidy(() => {
      const x = imagesOf(tensors, one.x);
      const pairs = [{ what: "y", ours: run(x), theirs: imagesOf(tensors, one.y) }];
      if (one.dy && one.dx)
        pairs.push({
          what: "dx",
          ours: tf.grad(run)(x, imagesOf(tensors, one.dy)) as tf.Tensor4D,
          theirs: imagesOf(tensors, one.dx),
        });
      return pairs.map(({ what, ours, theirs }) => ({ what, ours: ours.dataSync(), theirs: theirs.dataSync() }));
    });
    return results.map(({ what, ours, theirs }) => ({
      what,
      error: largestDifference(ours, theirs) / (largest(theirs) || 1),
      tolerance: TOLERANCE,
    }));
  };
}

const largest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((max, value) => Math.max(max, Math.abs(value)), 0);

/** The augmentation pipe with the reference's own random numbers, or with every number at one percentile. */
export const augmentImages: GoldenKind = {
  name: "augment-images",
  find(folder) {
    const matches: GoldenMatch[] = folder.files.flatMap((file) => {
      const cases = casesOf(file).map((one) => ({ name: one.name, check: checkOf(one, tensorsOf(folder, one)) }));
      return cases.length > 0 ? [{ files: [file, ...tensorFilesOf(folder, file)], cases }] : [];
    });
    return matches;
  },
};

/** The safetensors files that hold a case's input. */
function tensorFilesOf(folder: GoldenFolder, file: GoldenFile): GoldenFile[] {
  const results = casesOf(file).map(({ y }) => y);
  return folder.files.filter(({ tensors }) => tensors && results.some((key) => Object.hasOwn(tensors.tensors, key)));
}
