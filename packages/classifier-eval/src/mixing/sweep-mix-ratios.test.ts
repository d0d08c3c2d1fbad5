import * as tf from "@tensorflow/tfjs-core";
import { createRng, splitByGroup } from "repro-kit";
import { cosine, ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { compactCnn } from "../backbones/compact-cnn.ts";
import { memoryStore } from "../store/byte-store.ts";
import { drawToyImages } from "../training/toy-images.ts";
import { reportSweep } from "./report-sweep.ts";
import { type SweepPoint, sweepMixRatios } from "./sweep-mix-ratios.ts";
import type { SweepBudget, SweepOptions } from "./sweep-plan.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

const images = drawToyImages(80, { seed: 1 });
const groups = Array.from({ length: 80 }, (_, i) => Math.floor(i / 2));
const split = splitByGroup({
  count: 80,
  fractions: { train: 0.5, validation: 0.2, test: 0.3 },
  rng: createRng(0),
  groupOf: (i) => String(groups[i]),
});
const provenance = [{ model: "dcgan", checkpoint: "checkpoint-1", seeds: "0-79", trainedOn: split.part("train") }];
const base: SweepOptions = {
  real: images,
  classes: ["left", "right"],
  split,
  groups,
  synthetic: { data: drawToyImages(80, { seed: 2 }), provenance },
  alphas: [0, 0.5],
  seeds: [0, 1],
  augment: (batch) => tf.reverse(batch, 1),
  training: { backbone: compactCnn({ widths: [4] }), epochs: 2, batchSize: 8, learningRate: 0.01 },
};
const accuracyOf = async (sweep: SweepOptions, point: SweepPoint): Promise<number> =>
  (await reportSweep({ points: [point], sweep, resamples: 10 })).rows[0].test.accuracy ?? 0;
const collect = async (options: SweepOptions) => {
  const points: SweepPoint[] = [];
  for await (const point of sweepMixRatios(options)) points.push(point);
  return points;
};

test("every cell once; a killed sweep goes on where it stood; the test images are read once, by the report; no leak", async () => {
  const before = tf.memory().numTensors;
  const store = memoryStore();
  const read: number[] = [];
  const real = {
    ...images,
    images: (indices: readonly number[]) => {
      read.push(...indices);
      return Uint8Array.from(indices.flatMap((i) => [...images.images.subarray(64 * i, 64 * i + 64)]));
    },
  };
  const options = { ...base, real, store };
  let seen = 0;
  for await (const point of sweepMixRatios(options)) {
    expect(point.isStored).toBe(false);
    if (++seen === 3) break; // as a kill would
  }
  const points = await collect(options);
  expect(points.map(({ isStored }) => isStored)).toEqual([true, true, true, ...Array(5).fill(false)]);
  expect(points.map(({ arm, alpha, seed }) => `${arm} ${alpha} ${seed}`)).toEqual(
    [0, 1].flatMap((seed) => [
      `none 0 ${seed}`,
      `classical 0 ${seed}`,
      `generated 0.5 ${seed}`,
      `classical+generated 0.5 ${seed}`,
    ]),
  );
  expect(new Set(points.map(({ steps }) => steps)).size).toBe(1);
  expect(points[2].numSynthetic).toEqual(points[2].numReal);
  const testPart = split.part("test");
  expect(read.some((i) => testPart.includes(i))).toBe(false);
  read.length = 0;

  const summary = await reportSweep({ points, sweep: options, resamples: 50 });
  expect(read).toEqual(testPart);
  expect(summary.rows.map(({ arm, alpha, seeds }) => [arm, alpha, seeds.length])).toEqual([
    ["none", 0, 2],
    ["classical", 0, 2],
    ["generated", 0.5, 2],
    ["classical+generated", 0.5, 2],
  ]);
  expect(summary.rows[0].test.protocol).toMatchObject({ runs: 2, unit: "group" });
  expect(summary.rows.map(({ against }) => against)).toEqual([undefined, undefined, "none", "classical"]);
  const [plain, , mixed] = summary.rows.map(({ test }) => test.accuracy ?? 0);
  expect(summary.rows[2].difference?.accuracy.value).toBeCloseTo(mixed - plain, 12);
  const { seedDifferences = [] } = summary.rows[2];
  expect(seedDifferences).toHaveLength(2);
  expect((seedDifferences[0] + seedDifferences[1]) / 2).toBeCloseTo(mixed - plain, 12);
  expect(summary.rows[2].deviation.accuracy).toBeCloseTo(
    Math.abs((await accuracyOf(options, points[2])) - (await accuracyOf(options, points[6]))) / Math.SQRT2,
    12,
  );
  // What validation says decides, 0 among the choices; the best of it is a draw, and none is generated then.
  const judged = (better: number) =>
    points.map((point) => ({
      ...point,
      validation: { loss: 1, accuracy: 0.5, balancedAccuracy: point.alpha === better ? 0.9 : 0.8 },
    }));
  const choose = async (better: number) =>
    (await reportSweep({ points: judged(better), sweep: options, resamples: 10 })).choices.map((choice) => [
      choice.arm,
      choice.alpha,
      choice.against,
      choice.difference !== undefined,
    ]);
  expect(await choose(0.5)).toEqual([
    ["generated", 0.5, "none", true],
    ["classical+generated", 0.5, "classical", true],
  ]);
  const none = [
    ["generated", 0, "none", false],
    ["classical+generated", 0, "classical", false],
  ];
  expect([await choose(0), await choose(-1)]).toEqual([none, none]);
  expect(tf.memory().numTensors).toBe(before);
});

test("other settings or images are other cells; α is chosen by validation", async () => {
  const store = memoryStore();
  const options: SweepOptions = { ...base, store, seeds: [0], arms: ["generated"], alphas: [0.25, 0.5] };
  const first = await collect(options);
  const again = await collect({ ...options, training: { ...base.training, epochs: 1 } });
  expect(again.some(({ isStored }) => isStored)).toBe(false);
  expect((await collect({ ...options, tag: "sgd" })).some(({ isStored }) => isStored)).toBe(false);
  const { choices } = await reportSweep({ points: first, sweep: options, resamples: 10, selectBy: "loss" });
  const best = first.reduce((a, b) => (b.validation.loss < a.validation.loss ? b : a));
  expect(choices).toEqual([{ arm: "generated", dataShare: 1, alpha: best.alpha }]);
});

test("a cell whose files were damaged since is trained again, to the same", async () => {
  const store = memoryStore();
  const options: SweepOptions = { ...base, store, seeds: [0], arms: ["none"] };
  const [{ key }] = await collect(options);
  const names = [`${key}-weights.safetensors`, `${key}-classifier.json`, `${key}.json`];
  const whole = await Promise.all(names.map((name) => store.read(name)));
  for (const name of names) {
    await store.write(name, ((await store.read(name)) as Uint8Array).slice(0, 20)); // was just read above
    expect((await collect(options)).map(({ isStored }) => isStored)).toEqual([false]);
    expect(await Promise.all(names.map((one) => store.read(one)))).toEqual(whole);
    expect((await collect(options)).map(({ isStored }) => isStored)).toEqual([true]);
  }
  await store.write(
    names[1],
    new TextEncoder().encode('{"format":"classifier","version":99,"backbone":"","classes":[],"imageShape":[]}'),
  );
  await expect(collect(options)).rejects.toThrow("format version 99"); // another version's work is left as it is
});

test("less data: the same smaller part for every cell, groups whole, and a generator that saw only it", async () => {
  const parts: (readonly number[])[] = [];
  const synthetic: SweepOptions["synthetic"] = async ({ trainingPart }) => {
    parts.push(trainingPart);
    return { data: drawToyImages(80, { seed: 2 }), provenance: [{ ...provenance[0], trainedOn: trainingPart }] };
  };
  const options: SweepOptions = {
    ...base,
    synthetic,
    seeds: [0],
    arms: ["none", "generated"],
    alphas: [0.5],
    dataShares: [0.5, 1],
  };
  const points = await collect(options);
  expect(points.map(({ dataShare, numReal }) => [dataShare, numReal.reduce((a, b) => a + b)])).toEqual([
    [0.5, parts[0].length],
    [0.5, parts[0].length],
    [1, 40],
    [1, 40],
  ]);
  expect(parts[0].length).toBe(20);
  const kept = new Set(parts[0].map((i) => groups[i]));
  expect(parts[1].filter((i) => kept.has(groups[i]))).toHaveLength(20);
  await expect(collect({ ...options, synthetic: base.synthetic })).rejects.toThrow("20 images outside the training part");
});

test("a schedule knows how many steps the cells of a share take", async () => {
  const budgets: SweepBudget[] = [];
  const rates = new Map<number, number>();
  const schedule = (budget: SweepBudget) => {
    budgets.push(budget);
    const falling = cosine(0.01, { steps: budget.epochs * budget.stepsPerEpoch });
    return (step: number) => {
      rates.set(step, falling(step));
      return falling(step);
    };
  };
  const { learningRate: _, ...training } = base.training ?? {};
  await collect({ ...base, training, schedule, seeds: [0], arms: ["none", "generated"] });
  // 40 real images and as many generated ones, in batches of 8; the arm without generated images takes as many steps.
  expect(budgets).toEqual(Array(2).fill({ stepsPerEpoch: 10, epochs: 2 }));
  expect(Math.max(...rates.keys())).toBe(19);
  expect(rates.get(18)).toBeGreaterThan(0);
  await expect(collect({ ...base, schedule })).rejects.toThrow("Leave learningRate and optimizer out of `training`.");
});

test("mistakes are named", async () => {
  const refuses = (change: Partial<SweepOptions>, message: string) =>
    expect(collect({ ...base, ...change })).rejects.toThrow(message);
  await refuses({ alphas: [0, 1] }, "α must lie in [0, 1); got 1.");
  await refuses({ alphas: [-0.1] }, "α must lie in [0, 1); got -0.1.");
  await refuses({ groups: groups.map(() => "one patient") }, 'group "one patient" stands in "train" and in "');
  await refuses({ groups: groups.slice(1) }, "groups must name one for each of 80 images; got 79.");
  await refuses({ seeds: [1, 1] }, "seeds must be distinct");
  await refuses({ dataShares: [0] }, "dataShares must lie in (0, 1]; got 0.");
  await refuses({ arms: ["mixed" as "none"] }, 'no arm "mixed"; known: none, classical, generated');
  await refuses({ arms: ["generated"], alphas: [0] }, "there is nothing to train");
  await refuses({ augment: undefined, arms: ["classical"] }, 'the arms with "classical" need `augment`.');
  await refuses({ synthetic: undefined }, "the arms with generated images need `synthetic`.");
  const wide = { ...drawToyImages(10, { size: 4 }) };
  await refuses({ arms: ["generated"], synthetic: { data: wide, provenance } }, "needs");
  const [first] = split.part("test");
  const foreign = [{ ...provenance[0], trainedOn: [first] }];
  await refuses(
    { synthetic: { data: images, provenance: foreign } },
    `dcgan (checkpoint-1) was trained on 1 images outside the training part: ${first}.`,
  );
  await expect(reportSweep({ points: [], sweep: base })).rejects.toThrow("the sweep has no point");
});
