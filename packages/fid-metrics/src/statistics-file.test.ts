import { writeNpz } from "tfjs-train";
import { expect, test } from "vitest";
import { randomFeatures } from "./__fixtures__/random-features.ts";
import { createRandomConvolutionExtractor } from "./extractors/random-convolution.ts";
import { featureStatistics, mergeStatistics } from "./feature-statistics.ts";
import { frechetDistance } from "./frechet-distance.ts";
import { originOf, readStatistics, writeStatistics } from "./statistics-file.ts";

const extractor = createRandomConvolutionExtractor({ dimension: 4 });
const made = featureStatistics(randomFeatures(1, 40, 4, 2));
const bytes = writeStatistics(made, originOf(extractor));

/** A file as pytorch-fid writes it: mu and sigma, and nothing of how it was made. */
const bare = (mean: Float64Array | Float32Array, sigma: Float64Array | Float32Array): Uint8Array => {
  const dtype = mean instanceof Float64Array ? "F64" : "F32";
  const d = mean.length;
  return writeNpz({ mu: { dtype, shape: [d], data: mean }, sigma: { dtype, shape: [d, d], data: sigma } });
};

test("comes back bit for bit, with how it was made", async () => {
  const { statistics, origin } = await readStatistics(bytes, { extractor });
  expect(statistics).toEqual(made);
  expect(origin).toEqual(originOf(extractor));
  expect(writeStatistics(made, originOf(extractor))).toEqual(bytes);
});

test("statistics of another mode, network or tap are refused with what differs", async () => {
  const other = createRandomConvolutionExtractor({ dimension: 4, seed: 3 });
  await expect(readStatistics(bytes, { extractor: other, name: "real.npz" })).rejects.toThrow(
    /\[statistics\] real\.npz was made in another way: they differ in mode \(seed 0 in the file, seed 3 now\), weights \(/,
  );
  const wider = createRandomConvolutionExtractor({ dimension: 5 });
  await expect(readStatistics(bytes, { extractor: wider, name: "real.npz" })).rejects.toThrow("real.npz has 4 features; the ext");
});

test("a file that does not say how it was made: for pytorch-fid's mode, or on one's word", async () => {
  const file = bare(made.mean, made.covariance);
  const { statistics, origin } = await readStatistics(file);
  expect(origin).toBeUndefined();
  expect(statistics).toEqual({ ...made, count: Number.POSITIVE_INFINITY });
  expect(frechetDistance(statistics, made)).toBeCloseTo(0, 10);
  expect(() => mergeStatistics(statistics, made)).toThrow("the number of features must be known");
  await expect(readStatistics(file, { extractor })).rejects.toThrow("does not say how it was made");
  await expect(readStatistics(file, { extractor, trustUnmarked: true })).resolves.toEqual({ statistics });
  const inception = { ...extractor, name: "inception-v3-fid", mode: "pytorch-fid", tap: "2048" };
  await expect(readStatistics(file, { extractor: inception })).resolves.toEqual({ statistics });
  const single = await readStatistics(bare(Float32Array.from(made.mean), Float32Array.from(made.covariance)));
  expect(single.statistics.mean[0]).toBe(Math.fround(made.mean[0]));
});

test("what float32 programs leave unsymmetric is symmetric when it is read, so that distances can be computed", async () => {
  const sigma = made.covariance.slice();
  sigma[1] *= 1 + 1e-7;
  sigma[7] *= 1 - 1e-7;
  const { statistics } = await readStatistics(bare(made.mean, sigma));
  expect(statistics.covariance[1]).toBe(statistics.covariance[4]);
  expect(frechetDistance(statistics, made)).toBeCloseTo(0, 6);
});

test("names the file that is none, and what is wrong with it", async () => {
  const refused = (given: Uint8Array) => expect(readStatistics(given, { name: "x.npz" })).rejects;
  await refused(new Uint8Array(30)).toThrow("x.npz is no npz");
  await refused(bytes.subarray(0, 200)).toThrow("x.npz is no npz");
  await refused(writeNpz({ mu: { dtype: "F64", shape: [2], data: made.mean.slice(0, 2) } })).toThrow("it holds mu.");
  await refused(bare(made.mean.slice(0, 2), made.covariance.slice(0, 4)).slice(0, -9)).toThrow("x.npz");
  await refused(bare(Float64Array.of(1, Number.NaN), new Float64Array(4))).toThrow("x.npz: mu holds NaN");
  await refused(bare(Float64Array.of(1, 2), Float64Array.of(1, 0.5, 0.4, 1))).toThrow("x.npz: sigma is not symmetric");
  await refused(bare(Float64Array.of(1, 2), Float64Array.of(1, 0, 0, -1))).toThrow("x.npz: sigma holds a variance of -1");
  await refused(bare(Float64Array.of(1, 2), Float64Array.of(1, 2, 2, 1))).toThrow("x.npz: sigma is no covariance");
  const flat = writeNpz({
    mu: { dtype: "F64", shape: [2], data: new Float64Array(2) },
    sigma: { dtype: "F64", shape: [4], data: new Float64Array(4) },
  });
  await refused(flat).toThrow("mu must be [D] and sigma [D, D]; got [2] and [4]");
  const whole = writeNpz({
    mu: { dtype: "I64", shape: [1], data: BigInt64Array.of(1n) },
    sigma: { dtype: "F64", shape: [1, 1], data: Float64Array.of(1) },
  });
  await refused(whole).toThrow("mu must hold floating-point numbers; got I64");
});
