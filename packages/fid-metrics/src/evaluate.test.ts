import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { randomFeatures, randomImages } from "./__fixtures__/random-features.ts";
import { compareEvaluations } from "./compare-evaluations.ts";
import { evaluate } from "./evaluate.ts";
import { createRandomConvolutionExtractor } from "./extractors/random-convolution.ts";
import { featureStatistics } from "./feature-statistics.ts";
import { frechetDistanceFromFeatures } from "./frechet-distance.ts";
import { kernelDistance } from "./kernel-distance.ts";

const extractor = createRandomConvolutionExtractor({ dimension: 8 });
const [real, generated] = [randomImages(1, 20, 16), randomImages(2, 12, 16)];

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

test("KID and FID of images, with the protocol and a plain warning", async () => {
  const progress: string[] = [];
  const { values, protocol, warnings } = await evaluate({
    real,
    generated,
    extractor,
    batchSize: 10,
    onProgress: ({ side, done, total }) => progress.push(`${side} ${done}/${total}`),
  });
  const [a, b] = [await extractor.extract(real), await extractor.extract(generated)];
  expect(values).toEqual({ kid: kernelDistance(a, b), fid: frechetDistanceFromFeatures(a, b) });
  expect(Object.keys(values)).toEqual(["kid", "fid"]);
  expect(progress).toEqual(["real 10/20", "real 20/20", "generated 10/12", "generated 12/12"]);
  expect(warnings).toEqual([
    "FID is biased upwards below 2048 samples a side (here 20 real and 12 generated): look at KID first, and " +
      "compare FID only between sets of these sizes.",
  ]);
  expect(protocol).toMatchObject({
    package: "fid-metrics",
    backend: "wasm",
    extractor: "random-conv",
    tap: "8",
    mode: "seed 0",
    numReal: 20,
    numGenerated: 12,
    seed: 0,
    quantisation: "uint8: floor(clip(127.5·x + 128, 0, 255))",
  });
  expect(protocol.version).toMatch(/^\d+\.\d+\.\d+/);
});

test("features made earlier and batches of tensors give the same values; tensors stay the caller's", async () => {
  const whole = await evaluate({ real, generated, extractor, metrics: ["fid"] });
  const half = (from: number): tf.Tensor4D =>
    tf.tensor4d(
      Float32Array.from(generated.data.subarray(from * 768, (from + 6) * 768), (u) => u / 127.5 - 1),
      [6, 16, 16, 3],
    );
  const batches = [half(0), half(6)];
  const before = tf.memory().numTensors;
  const pieces = await evaluate({ real: await extractor.extract(real), generated: batches, extractor, metrics: ["fid"] });
  expect(pieces.values).toEqual(whole.values);
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose(batches);
});

test("metrics as objects; the seed draws the subsets", async () => {
  const sides = { real: randomFeatures(1, 50, 8), generated: randomFeatures(2, 50, 8), extractor };
  const mean = { name: "mean", source: "here", better: "lower", compute: () => ({ mean: 1 }) } as const;
  const { values } = await evaluate({ ...sides, metrics: [mean, "kid-subsets"], seed: 4 });
  expect(Object.keys(values)).toEqual(["kid-subsets", "kid-subsets-sd", "mean"]);
});

test("refuses what cannot be evaluated", async () => {
  await expect(evaluate({ real, generated, extractor, metrics: ["kids"] })).rejects.toThrow('no metric named "kids"');
  await expect(evaluate({ real, generated, extractor, metrics: [] })).rejects.toThrow("at least one metric");
  await expect(evaluate({ real: randomFeatures(1, 9, 3), generated, extractor })).rejects.toThrow("real has 3 features");
  await expect(evaluate({ real: randomImages(1, 1, 16), generated, extractor })).rejects.toThrow("real needs at least 2");
  // An option that the type does not know, as plain JavaScript could give it.
  await expect(evaluate({ real, generated, extractor, batch: 3 } as never)).rejects.toThrow('unknown option "batch"');
});

test("like protocols compare; unlike ones are refused with what differs", async () => {
  const sides = { real: randomFeatures(1, 50, 8), extractor };
  const near = await evaluate({ ...sides, generated: randomFeatures(2, 50, 8) });
  const far = await evaluate({ ...sides, generated: randomFeatures(2, 50, 8, 1) });
  const [kid, fid] = compareEvaluations(near, far);
  expect(kid).toMatchObject({ name: "kid", better: "first", first: near.values.kid, second: far.values.kid });
  expect(fid.difference).toBe(far.values.fid - near.values.fid);
  const fewer = await evaluate({ ...sides, generated: randomFeatures(2, 30, 8) });
  expect(() => compareEvaluations(near, fewer)).toThrow("they differ in numGenerated (50 against 30)");
});

test("FID from statistics; other metrics and other real images are refused", async () => {
  const [a, b] = [randomFeatures(1, 50, 8), randomFeatures(2, 50, 8)];
  const plain = await evaluate({ real: a, generated: b, extractor, metrics: ["fid"], realContent: "one" });
  const stored = await evaluate({ real: featureStatistics(a), generated: b, extractor, metrics: ["fid"], realContent: "one" });
  expect(stored.values.fid).toBeCloseTo(plain.values.fid, 10);
  expect(compareEvaluations(plain, stored)[0].name).toBe("fid");
  await expect(evaluate({ real: featureStatistics(a), generated: b, extractor })).rejects.toThrow(
    "only fid can be computed; got kid",
  );
  const others = await evaluate({ real: a, generated: b, extractor, metrics: ["fid"], realContent: "two" });
  expect(() => compareEvaluations(plain, others)).toThrow("they differ in realContent (one against two)");
  const kid = await evaluate({ real: a, generated: b, extractor, metrics: ["kid"], realContent: "one" });
  expect(() => compareEvaluations(plain, kid)).toThrow("these results share no metric: fid against kid");
  const redefined = { ...kid.protocol, metrics: [{ name: "fid", source: "elsewhere", better: "lower" as const }] };
  expect(() => compareEvaluations(plain, { ...kid, protocol: redefined })).toThrow(
    /the definition of fid \(.* against elsewhere\)/,
  );
});
