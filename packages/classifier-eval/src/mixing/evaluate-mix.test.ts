import * as tf from "@tensorflow/tfjs-core";
import { createRng, createSplit, splitByGroup } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { compactCnn } from "../backbones/compact-cnn.ts";
import { drawToyImages } from "../training/toy-images.ts";
import { type EvaluateMixOptions, evaluateMix } from "./evaluate-mix.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

const images = drawToyImages(60, { seed: 1 });
const split = splitByGroup({
  count: 60,
  fractions: { train: 0.3, validation: 0.3, test: 0.4 },
  rng: createRng(0),
  groupOf: (i) => String(Math.floor(i / 2)),
});
const options: EvaluateMixOptions = {
  real: images,
  synthetic: drawToyImages(40, { seed: 2 }),
  classes: ["left", "right"],
  split,
  seeds: [3, 4],
  training: { backbone: compactCnn({ widths: [4] }), epochs: 2, batchSize: 8, learningRate: 0.01 },
  groups: Array.from({ length: 60 }, (_, i) => Math.floor(i / 2)),
  resamples: 50,
};

test("both arms get the same budget; the test part is read once, last, and never by training; no leak; seeded", async () => {
  const before = tf.memory().numTensors;
  const read: number[] = [];
  const watched = {
    ...images,
    images: (indices: readonly number[]) => {
      read.push(...indices);
      return Uint8Array.from(indices.flatMap((i) => [...images.images.subarray(64 * i, 64 * i + 64)]));
    },
  };
  const steps: Record<string, number> = {};
  const onStep: EvaluateMixOptions["onStep"] = ({ arm, seed }) => {
    steps[`${arm} ${seed}`] = (steps[`${arm} ${seed}`] ?? 0) + 1;
  };
  const result = await evaluateMix({ ...options, real: watched, onStep });
  expect(tf.memory().numTensors).toBe(before);

  const testPart = split.part("test");
  expect(read.slice(-testPart.length)).toEqual(testPart);
  expect(read.slice(0, -testPart.length).some((i) => testPart.includes(i))).toBe(false);
  expect(result.protocol.maxSteps % 2).toBe(0);
  expect(steps).toEqual(
    Object.fromEntries(["real 3", "mixed 3", "real 4", "mixed 4"].map((run) => [run, result.protocol.maxSteps])),
  );
  expect(result.protocol.numSynthetic.reduce((a, b) => a + b)).toBe(result.protocol.numTrain.reduce((a, b) => a + b));
  expect(result.real.count).toBe(testPart.length);
  expect(result.real.protocol).toMatchObject({ runs: 2, unit: "group" });
  expect(result.difference.accuracy.value).toBeCloseTo((result.mixed.accuracy ?? 0) - (result.real.accuracy ?? 0), 12);
  expect(result.difference.accuracy.interval?.low).toBeLessThanOrEqual(result.difference.accuracy.interval?.high ?? 0);
  expect(JSON.stringify(await evaluateMix(options))).toBe(JSON.stringify(result));
});

test("a generator that saw other images is refused, with their numbers", async () => {
  const [first] = split.part("test");
  await expect(evaluateMix({ ...options, generatorTrainedOn: [...split.part("train"), first] })).rejects.toThrow(
    `was trained on 1 images outside the training part: ${first}.`,
  );
});

test("an abort rejects with its reason and frees everything", async () => {
  const before = tf.memory().numTensors;
  const abort = new AbortController();
  const onStep = () => abort.abort(new Error("enough"));
  await expect(evaluateMix({ ...options, signal: abort.signal, onStep })).rejects.toThrow("enough");
  expect(tf.memory().numTensors).toBe(before);
});

test("mistakes are named", async () => {
  await expect(evaluateMix({ ...options, alpha: 0 })).rejects.toThrow("alpha must lie in (0, 1); got 0.");
  await expect(evaluateMix({ ...options, split: createSplit({ train: [0, 1], test: [2] }) })).rejects.toThrow(
    'no part named "validation"',
  );
  await expect(evaluateMix({ ...options, split: createSplit({ train: [0, 1], validation: [2], test: [] }) })).rejects.toThrow(
    'the part "test" of the split is empty',
  );
  const groups = Array.from({ length: options.real.labels?.length ?? 0 }, () => "one patient");
  await expect(evaluateMix({ ...options, groups })).rejects.toThrow('group "one patient" stands in "train" and in "');
  await expect(evaluateMix({ ...options, groups: groups.slice(1) })).rejects.toThrow("groups must name one for each of");
  await expect(evaluateMix({ ...options, seeds: [1, 1] })).rejects.toThrow("seeds must be distinct");
  await expect(evaluateMix({ ...options, training: { epoch: 1 } as object })).rejects.toThrow('did you mean "epochs"?');
});
