import {
  type Features,
  fScore,
  gaussianWindow,
  inceptionScore,
  multiScaleSimilarity,
  neighbourhoodScores,
  neighbourRadii,
  pixelErrors,
  type SsimConvention,
  type SsimImage,
  slerp,
  ssimConventions,
  structuralSimilarity,
  summarisePathLengths,
  uniformWindow,
} from "fid-metrics";
import type { WeightFile, WeightTensor } from "tfjs-train";
import { absolute, relative } from "../compare.ts";
import type { Deviation } from "../golden-kind.ts";

/** Sections of metrics.json besides FID and KID; the tolerances of golden/eval/README.md. */
const METRIC = 1e-9; // relative
const FLOAT32 = 1e-6; // of values that the reference computed or stored in single precision
const HALF = 4e-3; // distances in half precision, by the README

type Json = Readonly<Record<string, unknown>>;

const rowsOf = ({ data, shape: [, size] }: WeightTensor): number[][] => {
  const flat = Array.from(data, Number);
  return Array.from({ length: flat.length / size }, (_, k) => flat.slice(k * size, (k + 1) * size));
};

/** Precision, recall, density and coverage are counts: they must be exact, and within one where float32 distances may have tipped one. */
export function checkNeighbours(
  key: string,
  value: unknown,
  [real, generated]: readonly [Features, Features],
  smallestMargin: number,
): Deviation[] {
  const k = Number(/_k(\d+)$/.exec(key)?.[1]);
  const ours = neighbourhoodScores(real, generated, { k });
  const given = (Array.isArray(value) ? { precision: value[0], recall: value[1] } : value) as Readonly<Record<string, number>>;
  const sizes = { precision: generated.count, recall: real.count, coverage: real.count, density: k * generated.count };
  const isHalf = key.includes("fp16");
  const isSingle = key.startsWith("prc_");
  const slack = isSingle && smallestMargin < 1e-5 ? 1 : 0;
  const counts = (Object.keys(sizes) as (keyof typeof sizes)[])
    .filter((name) => name in given)
    .map((name): Deviation => {
      if (isHalf) return { what: `${key}.${name}`, error: Math.abs(ours[name] - given[name]), tolerance: HALF };
      const error = Math.abs(Math.round(ours[name] * sizes[name]) - Math.round(given[name] * sizes[name]));
      return { what: `${key}.${name}, as a count`, error, tolerance: slack };
    });
  const score = "f_score" in given && slack === 0 ? [relative(`${key}.f_score`, fScore(ours), given.f_score, FLOAT32)] : [];
  return [...counts, ...score];
}

/** The radii that are stored beside the features, `<set>.radii_<real|gen>_k<k>`. */
export function checkRadii(name: string, [real, generated]: readonly [Features, Features], { tensors }: WeightFile): Deviation[] {
  return Object.entries(tensors).flatMap(([key, tensor]) => {
    const [, set, side, k] = /^(.+)\.radii_(real|gen)_k(\d+)$/.exec(key) ?? [];
    if (set !== name) return [];
    const ours = neighbourRadii(side === "real" ? real : generated, Number(k));
    const theirs = Array.from(tensor.data, Number);
    return [{ what: key, error: Math.max(...theirs.map((radius, i) => Math.abs(ours[i] - radius) / radius)), tolerance: METRIC }];
  });
}

/** Inception scores by the words of their keys: splits, shuffle by a stored permutation, and two made sets. */
export function checkInceptionScores(section: Json, logits: Features, { tensors }: WeightFile): Deviation[] {
  const constant = (classes: number, hot: number): Features => ({
    count: 10 * classes,
    dimension: classes,
    data: Float64Array.from({ length: 10 * classes * classes }, (_, i) =>
      i % classes === Math.floor(i / classes) % classes ? hot : 0,
    ),
  });
  return Object.entries(section).flatMap(([key, value]) => {
    const splits = Number(/splits(\d+)/.exec(key)?.[1] ?? 10);
    const seed = /shuffle_(\d+)$/.exec(key)?.[1];
    const [, classes, hot] = /^perfect_onehot_(\d+)classes_logit([\d.]+)$/.exec(key)?.map(Number) ?? [];
    const set = classes ? constant(classes, hot) : key === "uniform" ? constant(logits.dimension, 0) : logits;
    const order = seed === undefined ? undefined : Array.from(tensors[`isc.perm_${seed}`].data, Number);
    const ours = inceptionScore(set, { splits, ...(order ? { order } : {}) });
    const given = value as Readonly<Record<string, number>>;
    const [mean, deviation] = Array.isArray(value)
      ? (value as number[])
      : [given.inception_score_mean, given.inception_score_std];
    return [
      relative(`${key}, mean`, ours.mean, mean, METRIC),
      relative(`${key}, deviation`, ours.standardDeviation, deviation, METRIC),
    ];
  });
}

/** The summary of the distances, and both ways to interpolate. */
export function checkPathLength(section: Json, { tensors }: WeightFile): Deviation[] {
  const ours = summarisePathLengths(Float64Array.from(tensors["ppl.dist"].data, Number));
  const names = { lo: ours.low, hi: ours.high, kept: ours.numKept, mean: ours.mean, std: ours.standardDeviation };
  const [a, b] = [rowsOf(tensors["ppl.a"]), rowsOf(tensors["ppl.b"])];
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const dot = (u: readonly number[], v: readonly number[]): number => sum(u.map((value, i) => value * v[i]));
  const unit = (u: readonly number[]): number[] => u.map((value) => value / Math.sqrt(dot(u, u)));
  const deviation = (what: string, make: (i: number) => ArrayLike<number>): Deviation[] =>
    what in tensors ? rowsOf(tensors[what]).map((theirs, i) => absolute(`${what}, row ${i}`, make(i), theirs, FLOAT32 * 10)) : [];
  // Where on the way the references stand is told by the straight line, and for NVlabs' step by its angle.
  const line = rowsOf(tensors["ppl.tf_lerp"]);
  const way = b.map((end, i) => end.map((value, j) => value - a[i][j]));
  const straight = line.map((row, i) => row.map((value, j) => value - a[i][j]));
  const t = sum(straight.map((row, i) => dot(row, way[i]))) / sum(way.map((row) => dot(row, row)));
  const times = Array.from(tensors["ppl.t"].data, Number);
  const stepped = rowsOf(tensors["ppl.nv_slerp_eps"]).map((row, i) => {
    const [u, v] = [unit(a[i]), unit(b[i])];
    return Math.acos(dot(u, unit(row))) / Math.acos(dot(u, v)) - times[i];
  });
  const epsilon = [...stepped].sort((x, y) => x - y)[Math.floor(stepped.length / 2)];
  return [
    ...Object.entries(names).map(([key, value]) => relative(key, value, Number(section[key]), METRIC)),
    ...deviation("ppl.nv_slerp", (i) => slerp(a[i], b[i], times[i])),
    ...deviation("ppl.nv_slerp_eps", (i) => slerp(a[i], b[i], times[i] + epsilon)),
    ...deviation("ppl.tf_slerp_any", (i) => slerp(a[i], b[i], t, { lengths: "keep" })),
    ...deviation("ppl.tf_slerp_unit", (i) => unit(Array.from(slerp(a[i], b[i], t, { lengths: "keep" })))),
  ];
}

/** Similarities of one pair; the keys name the library and its window. */
export function checkSimilarity(section: Json, a: SsimImage, b: SsimImage): Deviation[] {
  const channel = ({ data, height, width, channels }: SsimImage, index: number): SsimImage => ({
    data: data.filter((_, i) => i % channels === index),
    height,
    width,
    channels: 1,
  });
  const gaussian = (sigma: number, size: number): SsimConvention => ({
    ...ssimConventions.torchmetrics,
    window: gaussianWindow({ sigma, radius: (size - 1) / 2 }),
  });
  const compute = (key: string): number => {
    const errors = pixelErrors(a, b);
    const [, sigma, size] = /^tm_ssim_gauss_s([\d.]+)_k(\d+)$/.exec(key)?.map(Number) ?? [];
    if (sigma) return structuralSimilarity(a, b, { convention: gaussian(sigma, size) });
    const uniform = Number(/^tm_ssim_uniform_k(\d+)$/.exec(key)?.[1]);
    if (uniform)
      return structuralSimilarity(a, b, {
        convention: { ...ssimConventions["torchmetrics-uniform"], window: uniformWindow(uniform) },
      });
    const square = Number(/^skimage_uniform(\d+)$/.exec(key)?.[1]);
    if (square)
      return structuralSimilarity(a, b, { convention: { ...ssimConventions["scikit-image"], window: uniformWindow(square) } });
    const negative = /^tm_msssim_(relu|none|simple)$/.exec(key)?.[1] as "relu" | "none" | "simple" | undefined;
    if (negative) return multiScaleSimilarity(a, b, { convention: "torchmetrics", negative });
    const grey = /^skimage_gray_u8_ch(\d+)_gauss$/.exec(key)?.[1];
    if (grey) return structuralSimilarity(channel(a, Number(grey)), channel(b, Number(grey)));
    if (key === "pytorch_msssim_ssim_valid") return structuralSimilarity(a, b, { convention: "pytorch-msssim" });
    if (key === "pytorch_msssim_msssim") return multiScaleSimilarity(a, b, { convention: "pytorch-msssim" });
    if (key === "skimage_gauss_paper") return structuralSimilarity(a, b);
    if (key === "identical_ssim") return structuralSimilarity(a, a);
    if (key === "psnr") return errors.peakSignalToNoise;
    if (key === "mse_u8") return errors.meanSquared;
    if (key === "mae_u8") return errors.meanAbsolute;
    throw new Error(`no reader for the similarity "${key}".`);
  };
  return Object.entries(section).map(([key, value]) => relative(key, compute(key), Number(value), METRIC));
}
