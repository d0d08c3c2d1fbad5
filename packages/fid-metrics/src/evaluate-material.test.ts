import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { blobImages } from "./__fixtures__/planted-copies.ts";
import { randomFeatures, randomImages } from "./__fixtures__/random-features.ts";
import { randomInception } from "./__fixtures__/random-inception.ts";
import { evaluate } from "./evaluate.ts";
import { createRandomConvolutionExtractor } from "./extractors/random-convolution.ts";
import { featureStatistics } from "./feature-statistics.ts";
import { frechetDistance } from "./frechet-distance.ts";
import { createInceptionExtractor } from "./inception/inception-extractor.ts";
import { pixelPathDistance } from "./perceptual-path-length.ts";

const extractor = createRandomConvolutionExtractor({ dimension: 8 });
const [real, generated, heldOut] = [1, 2, 3].map((seed) => blobImages(seed, 12, 24));

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

test("metrics of images and held-out images in one pass", async () => {
  const metrics = ["memorised", "membership", "ms-ssim", "spectrum", "precision", "coverage", "mind"];
  const { values, protocol } = await evaluate({ real, generated, heldOut, extractor, metrics });
  expect(
    Object.keys(values)
      .filter((name) => metrics.includes(name))
      .sort(),
  ).toEqual([...metrics].sort());
  expect(values.memorised).toBe(0);
  expect(protocol.numHeldOut).toBe(12);
  const copied = await evaluate({ real, generated: real, heldOut, extractor, metrics: ["memorised", "authenticity"] });
  expect(copied.values).toMatchObject({ memorised: 1, authenticity: 0 });
});

test("where statistics are enough, features are not kept: the same FID from a stream", async () => {
  const [a, b] = [randomImages(1, 700, 8), randomImages(2, 600, 8)];
  const pieces = async function* () {
    for (let i = 0; i < 7; i++) yield { ...a, count: 100, data: a.data.subarray(i * 19200, (i + 1) * 19200) };
  };
  const seen: number[] = [];
  const { values } = await evaluate({
    real: pieces(),
    generated: b,
    extractor,
    metrics: ["fid"],
    batchSize: 100,
    onProgress: ({ done }) => seen.push(done),
  });
  const features = [await extractor.extract(a), await extractor.extract(b)];
  expect(values.fid).toBe(frechetDistance(featureStatistics(features[0]), featureStatistics(features[1])));
  expect(seen).toEqual([100, 200, 300, 400, 500, 600, 700, 100, 200, 300, 400, 500, 600]);
});

test("Inception Score beside FID, from one pass of the network", async () => {
  const inception = createInceptionExtractor({ weights: randomInception(1), tap: 64 });
  const few = randomImages(1, 3, 16);
  const { values } = await evaluate({
    real: few,
    generated: randomImages(2, 3, 16),
    extractor: inception,
    metrics: ["fid", "is"],
  });
  expect(values.is).toBeGreaterThanOrEqual(1);
  expect(Number.isFinite(values.fid)).toBe(true);
  inception.dispose();
});

test("bootstrap intervals hold the value", async () => {
  const sides = { real: randomFeatures(1, 60, 8), generated: randomFeatures(2, 60, 8), extractor };
  const { values, intervals } = await evaluate({ ...sides, metrics: ["kid", "fid", "recall"], intervalRounds: 30 });
  for (const name of ["kid", "fid"]) {
    expect(intervals?.[name].low).toBeLessThan(values[name]);
    expect(intervals?.[name].high).toBeGreaterThan(values[name]);
  }
  await expect(evaluate({ ...sides, real: featureStatistics(sides.real), metrics: ["fid"], intervalRounds: 30 })).rejects.toThrow(
    "intervals need features or images",
  );
});

test("a metric says what it needs; images that are all the same are refused or told", async () => {
  const run = (metric: string, more: object = {}) => evaluate({ real, generated, extractor, metrics: [metric], ...more });
  await expect(run("memorised")).rejects.toThrow(
    "memorised needs real images that the generator was not trained on; give heldOut",
  );
  await expect(run("class-fid")).rejects.toThrow("class-fid needs the class of each image");
  await expect(run("ppl")).rejects.toThrow("ppl needs a generator and a distance");
  await expect(run("is")).rejects.toThrow("random-conv has none. Take the Inception extractor.");
  await expect(run("spectrum", { real: randomFeatures(1, 20, 8) })).rejects.toThrow("need the images of real");
  const same = { ...real, data: real.data.map((_, i) => real.data[i % (24 * 24 * 3)]) };
  await expect(run("kid", { real: same })).rejects.toThrow("all 12 real images are the same one");
  const collapsed = await run("recall", { generated: same });
  expect(collapsed.values.recall).toBeLessThan(0.1); // the one real image that it repeats
  expect(collapsed.warnings[0]).toContain("the generator has collapsed");
  const generator = { latentSize: 4, generate: () => Promise.reject(new Error("stop")) };
  await expect(run("ppl", { path: { generator, distance: pixelPathDistance } })).rejects.toThrow("stop");
});
