import {
  type FeatureStatistics,
  type Features,
  featureStatistics,
  frechetDistance,
  frechetDistanceFromFeatures,
  type KernelDistanceEstimate,
  kernelDistance,
  kernelDistanceSubsets,
  type SsimImage,
  selectFeatures,
} from "fid-metrics";
import { UsageError } from "repro-kit";
import type { WeightFile, WeightTensor } from "tfjs-train";
import { absolute, relative } from "../compare.ts";
import type { Deviation, GoldenCase, GoldenKind } from "../golden-kind.ts";
import { checkInceptionScores, checkNeighbours, checkPathLength, checkRadii, checkSimilarity } from "./metrics-sections.ts";

/** Tolerances of golden/eval/README.md. */
const METRIC = 1e-9; // relative; KID absolute
const SINGLE = 1e-6; // absolute, of torch-fidelity's KID, whose features are float32
const SINGULAR = 1e-7; // of trace1 + trace2, from statistics of singular sets

type Json = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const numberAt = (record: Json, key: string): number => {
  const value = record[key];
  if (typeof value !== "number") throw new Error(`the reference has no number "${key}".`);
  return value;
};

/** Sections of one data set: sizes and a FID with its nuclear-norm value. */
const isSet = (value: unknown): value is Json & { readonly fid: Json } =>
  isRecord(value) && "n_real" in value && "n_gen" in value && isRecord(value.fid) && "reference_nuclear_f64" in value.fid;

function featuresOf({ data, shape: [count, dimension] }: WeightTensor): Features {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) throw new Error("features are not floats.");
  return { count, dimension, data: Float64Array.from(data) };
}

const first = (features: Features, count: number): Features =>
  selectFeatures(
    features,
    Array.from({ length: count }, (_, i) => i),
  );

function checkFid(real: Features, generated: Features, reference: Json): Deviation[] {
  const expected = numberAt(reference, "reference_nuclear_f64");
  const [a, b] = [featureStatistics(real), featureStatistics(generated)];
  const spread = numberAt(reference, "trace1") + numberAt(reference, "trace2");
  const isSingular = Math.min(real.count, generated.count) <= real.dimension;
  const scale = Math.max(Math.abs(expected), isSelf(reference) ? spread : 0) || 1;
  const fromFeatures = Math.abs(frechetDistanceFromFeatures(real, generated) - expected);
  const fromStatistics = Math.abs(frechetDistance(a, b) - expected);
  return [
    { what: "fid from features", error: fromFeatures / scale, tolerance: METRIC },
    isSingular
      ? { what: "fid from statistics", error: fromStatistics / spread, tolerance: SINGULAR }
      : { what: "fid from statistics", error: fromStatistics / scale, tolerance: METRIC },
    relative("trace of the real covariance", traceOf(a), numberAt(reference, "trace1"), METRIC),
    relative("trace of the generated covariance", traceOf(b), numberAt(reference, "trace2"), METRIC),
  ];
}

/** Distances of a set to itself are rounding: they are measured against the traces. */
const isSelf = (reference: Json): boolean => Math.abs(numberAt(reference, "reference_nuclear_f64")) < 1e-6;

const traceOf = ({ dimension, covariance }: FeatureStatistics): number => {
  let sum = 0;
  for (let i = 0; i < dimension; i++) sum += covariance[i * dimension + i];
  return sum;
};

function rowsOf({ data, shape: [count, size] }: WeightTensor): number[][] {
  const flat = Array.from(data, Number);
  return Array.from({ length: count }, (_, k) => flat.slice(k * size, (k + 1) * size));
}

/** Every KID key of a section that can be made from given features and given subsets. */
function checkKid(name: string, section: Json, real: Features, generated: Features, { tensors }: WeightFile): Deviation[] {
  const over = (indices: string): KernelDistanceEstimate => {
    const [a, b] = ["real", "gen"].map((side) => rowsOf(tensors[`${name}.kid_${indices}_idx_${side}`]));
    return kernelDistanceSubsets(real, generated, { subsets: a.map((rows, k) => ({ real: rows, generated: b[k] })) });
  };
  return Object.entries(section).flatMap(([key, value]): Deviation[] => {
    if (key === "kid_torch_fidelity" && isRecord(value)) {
      const { values, mean, standardDeviation } = over("tf");
      const [theirMean, theirDeviation] = ["mean", "std"].map((what) => numberAt(value, `kernel_inception_distance_${what}`));
      return [
        absolute(`${key}.per_subset_f64`, values, value.per_subset_f64 as number[], METRIC), // a list of numbers, by the README
        absolute(
          `${key} mean and deviation, from float32 features`,
          [mean, standardDeviation],
          [theirMean, theirDeviation],
          SINGLE,
        ),
      ];
    }
    if (/^kid_(cleanfid|nvlabs)_f64/.test(key)) return [absolute(key, [over("cf").mean], [numberAt(section, key)], METRIC)];
    if (/^kid_full_unbiased_f64_first_m$/.test(key) && isRecord(value)) {
      const m = numberAt(value, "m");
      return [absolute(key, [kernelDistance(first(real, m), first(generated, m))], [numberAt(value, "value")], METRIC)];
    }
    const sigma = /^kid_rbf_sigma([\d.]+)_full_f64_first_m$/.exec(key)?.[1];
    if (sigma) {
      const m = Math.min(real.count, generated.count);
      const kernel = { gaussianSigma: Number(sigma) };
      return [absolute(key, [kernelDistance(first(real, m), first(generated, m), { kernel })], [numberAt(section, key)], METRIC)];
    }
    return [];
  });
}

/** 0 where the call is refused as a user's mistake, 1 where it answers. */
function refusal(what: string, call: () => number): Deviation[] {
  try {
    call();
    return [{ what: `${what} is refused`, error: 1, tolerance: 0 }];
  } catch (error) {
    return [{ what: `${what} is refused`, error: UsageError.isInstance(error) ? 0 : 1, tolerance: 0 }];
  }
}

/** The edge cases by the words of their keys, which say how they are made of `edge.*`; undefined for a key that is no case. */
function checkEdge(key: string, value: unknown, { tensors }: WeightFile): (() => Deviation[]) | undefined {
  const edge = (name: string): Features => featuresOf(tensors[`edge.${name}`]);
  const reversed = (features: Features): Features =>
    selectFeatures(
      features,
      Array.from({ length: features.count }, (_, i) => features.count - 1 - i),
    );
  const constant = (number: number, dimension: number): Features => {
    return { count: 20, dimension, data: new Float64Array(20 * dimension).fill(number) };
  };
  if (key === "mismatched_dims")
    return () => refusal("unlike dimensions", () => frechetDistanceFromFeatures(edge("a"), edge("sing_a")));
  if (!isRecord(value)) return undefined;
  if (key === "identical_sets") return () => checkFid(edge("a"), edge("a"), value);
  if (key === "identical_after_permutation") return () => checkFid(edge("a"), reversed(edge("a")), value);
  if (key === "singular_N_lt_D") return () => checkFid(edge("sing_a"), edge("sing_b"), value);
  if (key === "singular_identical") return () => checkFid(edge("sing_a"), edge("sing_a"), value);
  if (key === "one_sample") return () => refusal("one sample", () => frechetDistanceFromFeatures(first(edge("a"), 1), edge("a")));
  if (key === "nan_feature")
    return () => {
      const broken = edge("a");
      broken.data[0] = Number.NaN;
      return refusal("NaN", () => frechetDistanceFromFeatures(broken, edge("a")));
    };
  const [, low, high, dimension] = /^constant_features_(\S+)_vs_(\S+)_d(\d+)/.exec(key)?.map(Number) ?? [];
  if (dimension) return () => checkFid(constant(low, dimension), constant(high, dimension), value);
  const shift = /^shift_only: b=a\+([\d.]+) in all \d+ dims/.exec(key)?.[1];
  if (shift)
    return () => {
      const a = edge("a");
      return checkFid(a, { ...a, data: a.data.map((x) => x + Number(shift)) }, value);
    };
  const [, m1, m2, s1, s2, size] =
    /^scale: diag gaussians mu=(\S+?)\/(\S+?),sigma=(\S+?)\/(\S+?),d=(\d+)/.exec(key)?.map(Number) ?? [];
  if (size)
    return () => {
      const gaussian = (mean: number, sigma: number): FeatureStatistics => ({
        count: 10 * size,
        dimension: size,
        mean: new Float64Array(size).fill(mean),
        covariance: Float64Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? sigma * sigma : 0)),
      });
      return [relative("fid", frechetDistance(gaussian(m1, s1), gaussian(m2, s2)), numberAt(value, "exact"), METRIC)];
    };
  throw new Error(`no reader for the edge case "${key}".`);
}

const NEIGHBOURS = /^(prc_|prdc_|pr_nvlabs|exact_f64_k)/;

/** How close a distance comes to a radius in a section. */
function smallestMargin(section: Json): number {
  const margins = Object.values(section).map((value) => (isRecord(value) ? Number(value.smallest_relative_margin) : Number.NaN));
  return Math.min(...margins.filter((margin) => margin >= 0));
}

/** The sections that do not belong to a set of features. */
function sectionCases(json: Json, file: WeightFile): GoldenCase[] {
  const { tensors } = file;
  const { isc, ppl, ssim } = json;
  const image = (name: string): SsimImage => {
    const { data, shape } = tensors[name];
    const [height, width, channels] = shape;
    return { data: Uint8Array.from(data, Number), height, width, channels };
  };
  const cases: GoldenCase[] = [];
  if (isRecord(isc)) cases.push({ name: "isc", check: () => checkInceptionScores(isc, featuresOf(tensors["isc.logits"]), file) });
  if (isRecord(ppl)) cases.push({ name: "ppl", check: () => checkPathLength(ppl, file) });
  for (const [pair, section] of Object.entries(isRecord(ssim) ? ssim : {}))
    if (isRecord(section))
      cases.push({
        name: `ssim ${pair}`,
        check: () => checkSimilarity(section, image(`ssim.${pair}.x`), image(`ssim.${pair}.y`)),
      });
  return cases;
}

/** All of metrics.json: FID, KID and neighbourhoods of stored features, edge cases, IS, PPL, SSIM. */
export const metrics: GoldenKind = {
  name: "metrics",
  find: ({ files }) =>
    files.flatMap((file) => {
      const { json } = file;
      if (!isRecord(json) || !Object.values(json).some(isSet)) return [];
      const sets = Object.entries(json).filter(([, section]) => isSet(section));
      const companion = files.find(({ tensors }) => tensors && sets.every(([name]) => `${name}.real` in tensors.tensors));
      if (!companion?.tensors) return [];
      const { tensors } = companion;
      const cases: GoldenCase[] = [];
      for (const [name, section] of sets) {
        if (!isSet(section)) continue;
        const side = (which: string): Features => featuresOf(tensors.tensors[`${name}.${which}`]);
        cases.push({ name: `${name} fid`, check: () => checkFid(side("real"), side("gen"), section.fid) });
        cases.push({ name: `${name} kid`, check: () => checkKid(name, section, side("real"), side("gen"), tensors) });
        cases.push({ name: `${name} radii`, check: () => checkRadii(name, [side("real"), side("gen")], tensors) });
        const margin = smallestMargin(section);
        for (const [key, value] of Object.entries(section))
          if (NEIGHBOURS.test(key))
            cases.push({
              name: `${name} ${key}`,
              check: () => checkNeighbours(key, value, [side("real"), side("gen")], margin),
            });
      }
      for (const [key, value] of Object.entries(isRecord(json.fid_edge) ? json.fid_edge : {})) {
        const isText = key.endsWith("_warnings");
        if (!isText) cases.push({ name: `edge ${key}`, check: () => checkEdge(key, value, tensors)?.() ?? [] });
      }
      cases.push(...sectionCases(json, tensors));
      return [{ files: [file, companion], cases }];
    }),
};
