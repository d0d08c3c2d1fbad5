import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test, vi } from "vitest";
import { compactCnn } from "../backbones/compact-cnn.ts";
import { memoryStore } from "../store/byte-store.ts";
import { bestCell, type SearchCell, type SearchOptions, searchSettings } from "./search-settings.ts";
import { drawToyImages } from "./toy-images.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

const options: SearchOptions = {
  train: drawToyImages(48, { seed: 1, noise: 20 }),
  validation: drawToyImages(32, { seed: 2, noise: 20 }),
  classes: ["left", "right"],
  rng: createRng(0),
  learningRates: [1e-5, 1e-2],
  weightDecays: [0, 0.01],
  frozenStages: [0, "all"],
  training: { backbone: compactCnn({ widths: [4, 8] }), epochs: 2, batchSize: 8 },
};
const collect = async (change: Partial<SearchOptions> = {}) => {
  const cells: SearchCell[] = [];
  for await (const cell of searchSettings({ ...options, ...change })) cells.push(cell);
  return cells;
};

test("all combinations, kept one by one; the best by validation; no leak", async () => {
  const before = tf.memory().numTensors;
  const store = memoryStore();
  for await (const { isStored } of searchSettings({ ...options, store })) {
    expect(isStored).toBe(false);
    break;
  }
  const cells = await collect({ store });
  expect(cells).toHaveLength(8);
  expect(cells.filter(({ isStored }) => isStored)).toHaveLength(1);
  expect(bestCell(cells)).toMatchObject({ learningRate: 1e-2, frozenStages: 0 });
  expect((await collect({ store })).every(({ isStored }) => isStored)).toBe(true);
  expect((await collect({ store, tag: "flips", learningRates: [1e-2] })).some(({ isStored }) => isStored)).toBe(false);
  expect(tf.memory().numTensors).toBe(before);
});

test("a rate at which the loss runs away is a cell without scores", async () => {
  let calls = 0;
  const augment = (images: tf.Tensor4D) => tf.mul<tf.Tensor4D>(images, ++calls < 3 ? 1 : Number.NaN);
  const cells = await collect({
    learningRates: [1],
    weightDecays: [0],
    frozenStages: [0],
    training: { ...options.training, augment },
  });
  expect(cells[0].validation).toBeNull();
  expect(() => bestCell(cells)).toThrow("no cell has a finite loss");
});

test("a schedule is made of each cell's rate, and every step is told", async () => {
  const seen: string[] = [];
  const rates: number[] = [];
  const schedule = (rate: number) => (step: number) => {
    rates.push(rate);
    return rate / (step + 1);
  };
  const onStep: SearchOptions["onStep"] = ({ settings, step }) => seen.push(`${settings.learningRate} ${step.step}`);
  const change = { weightDecays: [0], frozenStages: [0], schedule, onStep };
  const [, scheduled] = await collect(change);
  expect(new Set(rates)).toEqual(new Set([1e-5, 1e-2]));
  expect(seen).toHaveLength(24); // two cells of two epochs of six batches
  const [, constant] = await collect({ ...change, schedule: undefined as never });
  expect(scheduled.validation).not.toEqual(constant.validation);
});

test("mistakes are named", async () => {
  await expect(collect({ learningRates: [] })).rejects.toThrow("learningRates must be distinct and at least one; got [].");
  await expect(collect({ weightDecays: [0, 0] })).rejects.toThrow("weightDecays must be distinct");
  await expect(collect({ frozenStages: [9] })).rejects.toThrow('frozenStages must be "all" or an integer from 0 to 2');
  const onStep = vi.fn(); // a mistake in the last cell shows before the first is trained
  await expect(collect({ learningRates: [1e-3, 0], onStep })).rejects.toThrow("learningRate must be above 0; got 0.");
  expect(onStep).not.toHaveBeenCalled();
});
