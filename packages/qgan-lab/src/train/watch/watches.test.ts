import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, it } from "vitest";
import { gradients } from "./gradients.ts";
import { checkWatchNames, createWatches, watches } from "./index.ts";
import { memorisation } from "./memorisation.ts";
import { overfitting } from "./overfitting.ts";

beforeAll(() => ready({ backend: "wasm" }));

const rng = createRng(1);
const shape = [8, 8, 3] as const;
const SIZE = 192;
/** Forty images, each of its own noise. */
const images = Array.from({ length: 80 }, () => Uint8Array.from({ length: SIZE }, () => rng.integer(256)));
const stack = (indices: readonly number[]): Uint8Array => Uint8Array.from(indices.flatMap((index) => [...images[index]]));
const dataset = { imageShape: shape, labels: null, images: async (indices: readonly number[]) => stack(indices) };
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const data = { dataset, train: range(0, 40), heldOut: range(40, 80) } as never;
const scene = (said: string[], more: object = {}) =>
  ({
    data,
    seed: 0,
    augment: null,
    model: { generator: { imageShape: shape } },
    say: (text: string) => said.push(text),
    ...more,
  }) as never;
const step = (facts: object) => ({ step: 1, observed: {}, gradientNorms: {}, losses: {}, ...facts }) as never;

it("gradients: speaks of norms a hundred times as large as usual, not of one outlier, nor of a regulariser's step", async () => {
  const said: string[] = [];
  const watch = await gradients.create(scene(said));
  const run = (from: number, to: number, norm: number, losses = { lossG: 1 }) => {
    for (let i = from; i < to; i++) watch.step?.(step({ step: i, gradientNorms: { G: norm * (1 + 0.1 * Math.sin(i)) }, losses }));
  };
  run(0, 100, 2);
  for (let i = 0; i < 10; i++)
    watch.step?.(step({ step: 100 + i, gradientNorms: { G: 900 }, losses: { lossG: 1, pathLength: 1 } }));
  run(110, 111, 500);
  expect(said).toEqual([]);
  run(111, 114, 900);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/the gradient of G has norm \d+, usually 2\.\d+: exploding gradients.*--clip/);
});

it("overfitting: speaks when every sign is positive and augmentation can do no more", async () => {
  const certain = { observed: { "scores/real": new Float32Array(100).fill(2) }, augmentProbability: 0.3 };
  const plain: string[] = [];
  const adaptive: string[] = [];
  const [first, second] = [
    await overfitting.create(scene(plain)),
    await overfitting.create(scene(adaptive, { augment: { kind: "ada" } })),
  ];
  for (let i = 0; i < 60; i++) for (const watch of [first, second]) watch.step?.(step({ ...certain, step: i }));
  expect(plain).toHaveLength(1);
  expect(plain[0]).toMatch(/certain of 100 % of the training images: overfitting\. Train with --aug ada/);
  expect(adaptive).toEqual([]);
  second.step?.(step({ ...certain, augmentProbability: 0.95 }));
  expect(adaptive[0]).toContain("at augmentation probability 0.95");
});

it("overfitting: speaks when held-out images are judged as generated ones are", async () => {
  const known = new Set(range(0, 40).map((index) => images[index].join()));
  /** Knows the training images by heart: 3 for them, −3 for all others. */
  const judge = (_: unknown, batch: tf.Tensor4D) => {
    const pixels = batch.arraySync() as number[][][][];
    const flat = pixels.map((image) =>
      image
        .flat(2)
        .map((value) => Math.round((value + 1) * 127.5))
        .join(),
    );
    return tf.tensor2d(flat.map((text) => [known.has(text) ? 3 : -3]));
  };
  const model = { judge, generator: { imageShape: shape } };
  const said: string[] = [];
  const watch = await overfitting.create(scene(said, { model }));
  const before = tf.memory().numTensors;
  const scores = await watch.snapshot?.({
    step: 9,
    fraction: 0.5,
    pixels: stack(range(40, 72)),
    training: { model, params: () => ({}) },
  } as never);
  expect(scores?.[0]).toMatchObject({ metric: "heldout-gap", value: 6 });
  expect(said[0]).toMatch(/Step 9: held-out images look 100 % as foreign/);
  expect(tf.memory().numTensors).toBe(before);
});

it("memorisation: names a sample and the image that it repeats", async () => {
  const said: string[] = [];
  const watch = await memorisation.create(scene(said));
  const look = (pixels: Uint8Array) => watch.snapshot?.({ step: 5, fraction: 0.5, pixels } as never);
  const fresh = await look(stack(range(40, 60)));
  expect(fresh?.[0].value).toBeCloseTo(fresh?.[0].realValue ?? 0, -1);
  expect(said).toEqual([]);
  const copies = stack([3, 17, ...range(40, 58)]).map((value, i) => Math.min(255, value + (i % 5)));
  await look(copies);
  expect(said[0]).toContain("2 of 20 samples nearly repeat a training image (sample 0: image 3): memorisation");
});

it("all of them stand together; one that was named ends the training", async () => {
  expect(watches.names()).toEqual(["overfitting", "memorisation", "collapse", "gradients", "leak"]);
  expect(() => checkWatchNames(["overfiting"])).toThrow('did you mean "overfitting"?');
  const said: string[] = [];
  const party = await createWatches(scene(said), { stopOn: ["overfitting"] });
  expect(party.stoppedBy()).toBeUndefined();
  for (let i = 0; i < 60; i++) party.step(step({ step: i, observed: { "scores/real": new Float32Array(100).fill(1) } }));
  expect(party.stoppedBy()).toBe("overfitting");
  expect(said).toHaveLength(1);
});
