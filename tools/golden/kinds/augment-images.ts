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
  readonly kwargs?: Readonly<Record<string, number | readonly number[]>>;
  /** Standard normals that the noise op drew in the deterministic mode. */
  readonly noise_randn?: string;
  readonly debug_percentile?: number;
  readonly draws?: readonly { readonly key: string }[];
  readonly x: string;
  readonly y: string;
  readonly dy?: string;
  readonly dx?: string;
}

/** Of images and their gradients, relative to the largest value: the README's. */
const TOLERANCE = 3e-5;

interface ReferenceOp {
  readonly op: string;
  /** How many tensors it draws from an image of so many channels; a second number stands for a second turn at drawing. */
  readonly draws: (channels: number) => readonly number[];
  /** Its strength options in our words. */
  readonly options: Readonly<Record<string, string>>;
}

const two = (): readonly number[] => [2];
const ofColours = (channels: number): readonly number[] => [channels > 1 ? 2 : 0];

/** The reference's ops in the order in which it applies them, whatever the order of the list. */
const OPS: Readonly<Record<string, ReferenceOp>> = {
  xflip: { op: "x-flip", draws: two, options: {} },
  rotate90: { op: "rotate90", draws: two, options: {} },
  xint: { op: "integer-translation", draws: two, options: { xint_max: "maxFraction" } },
  scale: { op: "isotropic-scale", draws: two, options: { scale_std: "standardDeviation" } },
  rotate: { op: "rotation", draws: () => [2, 2], options: { rotate_max: "maxFraction" } },
  aniso: { op: "anisotropic-scale", draws: two, options: { aniso_std: "standardDeviation" } },
  xfrac: { op: "fractional-translation", draws: two, options: { xfrac_std: "standardDeviation" } },
  brightness: { op: "brightness", draws: two, options: { brightness_std: "standardDeviation" } },
  contrast: { op: "contrast", draws: two, options: { contrast_std: "standardDeviation" } },
  lumaflip: { op: "luma-flip", draws: two, options: {} },
  hue: { op: "hue", draws: ofColours, options: { hue_max: "maxFraction" } },
  saturation: { op: "saturation", draws: ofColours, options: { saturation_std: "standardDeviation" } },
  imgfilter: { op: "image-filter", draws: () => [8], options: { imgfilter_bands: "bands", imgfilter_std: "standardDeviation" } },
  noise: { op: "noise", draws: () => [3], options: { noise_std: "standardDeviation" } },
  cutout: { op: "cutout", draws: two, options: { cutout_size: "sizeFraction" } },
};

/** The names of a case's ops in the reference's order. */
const orderOf = ({ ops }: AugmentCase): readonly string[] => Object.keys(OPS).filter((name) => ops.includes(name));

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

/** Which of the recorded tensors each op drew, by our name of the op: the second turn at drawing comes behind the next of aniso. */
function drawsByOp(one: AugmentCase, channels: number): ReadonlyMap<string, readonly string[]> {
  const keys = (one.draws ?? []).map(({ key }) => key);
  const taken = new Map<string, readonly string[]>();
  const names = orderOf(one);
  const take = (name: string, count: number) => {
    const { op } = OPS[name];
    taken.set(op, [...(taken.get(op) ?? []), ...keys.splice(0, count)]);
  };
  const second = OPS.rotate.draws(channels)[1];
  for (const name of names) {
    take(name, OPS[name].draws(channels)[0]);
    if (names.includes("rotate") && name === (names.includes("aniso") ? "aniso" : "rotate")) take("rotate", second);
  }
  if (keys.length > 0) throw new Error(`${keys.length} recorded draws belong to no op`);
  return taken;
}

/** The numbers of image `index` in a recorded tensor: those of an image as NHWC. */
function rowOf({ shape, data }: ReturnType<TensorOf>, index: number): number[] {
  const width = data.length / shape[0];
  const row = Array.from({ length: width }, (_, k) => data[index * width + k]);
  if (shape.length !== 4 || width === 1) return row;
  const [, channels, height, columns] = shape;
  return row.map((_, k) => row[(k % channels) * height * columns + Math.floor(k / channels)]);
}

/** Replays the recorded numbers: image i reads row i of each tensor that its op drew, in order. */
function tapeOf(one: AugmentCase, tensors: TensorOf): DrawSource {
  const byOp = drawsByOp(one, tensors(one.x).shape[1]);
  return (name, index) => readOut(name, byOp.get(name)?.flatMap((key) => rowOf(tensors(key), index)) ?? []);
}

function readOut(name: string, numbers: readonly number[]): ReturnType<DrawSource> {
  let at = 0;
  const next = () => {
    if (at >= numbers.length) throw new Error(`the op ${name} asks for more numbers than were recorded`);
    return numbers[at++];
  };
  return { uniform: next, normal: next, gate: next };
}

/**
 * The deterministic mode: every uniform is q, every normal erfinv(2q − 1), every gate open. The second rotation is by nothing; the
 * noise's σ is erfinv(q) and its normals are recorded.
 */
function percentile(q: number, one: AugmentCase, tensors: TensorOf): DrawSource {
  return (name, index) => {
    if (name === "noise") {
      const normals = one.noise_randn === undefined ? [] : rowOf(tensors(one.noise_randn), index);
      return { ...readOut(name, [inverseErf(q), ...normals]), gate: () => 0 };
    }
    let turns = 0;
    const uniform = () => (name === "rotation" && turns++ > 0 ? 0.5 : q);
    return { uniform, normal: () => inverseErf(2 * q - 1), gate: () => 0 };
  };
}

/**
 * The reference's pipe on recorded numbers, for calls that stand inside another recording: every call takes its tensors from the
 * front of `keys`.
 */
export function recordedAugment(
  { ops, p }: Pick<AugmentCase, "ops" | "p">,
  keys: string[],
  tensors: TensorOf,
): (images: tf.Tensor4D) => tf.Tensor4D {
  return (images) => {
    const channels = images.shape[3];
    const names = Object.keys(OPS).filter((name) => ops.includes(name));
    const count = names.reduce((sum, name) => sum + OPS[name].draws(channels).reduce((a, b) => a + b, 0), 0);
    const draws = keys.splice(0, count).map((key) => ({ key }));
    const byOp = drawsByOp({ name: "", x: "", y: "", ops, p, draws }, channels);
    const source: DrawSource = (name, index) => readOut(name, byOp.get(name)?.flatMap((key) => rowOf(tensors(key), index)) ?? []);
    const own = names.map((name) => augmentOps.resolve(OPS[name].op).create());
    return augment(images, { ops: own, p, draws: source, blits: "resampled", margins: "batch" });
  };
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
  const kwargs = Object.entries(one.kwargs ?? {}).filter(([key]) => !one.ops.includes(key));
  if (!kwargs.every(([key]) => one.ops.some((op) => Object.hasOwn(OPS[op].options, key)))) return undefined;
  return async () => {
    await ready();
    const ops = orderOf(one).map((name) => {
      const { op, options } = OPS[name];
      const own = kwargs.filter(([key]) => Object.hasOwn(options, key)).map(([key, value]) => [options[key], value]);
      const strength = one.kwargs?.[name];
      return augmentOps.resolve(op).create({ ...Object.fromEntries(own), ...(strength === undefined ? {} : { strength }) });
    });
    const draws = one.debug_percentile === undefined ? tapeOf(one, tensors) : percentile(one.debug_percentile, one, tensors);
    const run = (x: tf.Tensor) => augment(x as tf.Tensor4D, { ops, p: one.p, draws, blits: "resampled", margins: "batch" }); // x is [batch, height, width, channels]
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
