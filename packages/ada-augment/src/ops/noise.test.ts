import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { drawsFromRng } from "../draws.ts";
import { noise } from "./noise.ts";

const source = drawsFromRng(createRng(0));
const context = (name: string, i: number, channels = 3) => ({
  draws: source(name, i),
  height: 40,
  width: 80,
  channels,
  p: 1,
  chance: <T>(value: T) => value,
});

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

test("σ is half normal, one an image; every pixel and channel is drawn by itself", () => {
  const op = noise({ standardDeviation: 0.2 });
  const deviations = Array.from({ length: 300 }, (_, i) => {
    const sample = op.sample({ ...context(op.name, i), height: 8, width: 8 }) ?? [];
    expect(sample.length).toBe(192);
    return Math.sqrt(Array.from(sample).reduce((sum, x) => sum + x * x, 0) / 192);
  });
  const mean = deviations.reduce((sum, x) => sum + x, 0) / 300;
  expect(Math.abs(mean - 0.2 * Math.sqrt(2 / Math.PI))).toBeLessThan(4 * 0.2 * Math.sqrt((1 - 2 / Math.PI) / 300) + 0.002);
});

test("an image without a sample is left alone", () => {
  const x = tf.ones<tf.Rank.R4>([2, 1, 2, 1]);
  expect([
    ...noise()
      .apply(x, [undefined, [0.5, -1]])
      .dataSync(),
  ]).toEqual([1, 1, 1.5, 0]);
});
