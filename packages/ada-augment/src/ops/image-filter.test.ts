import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { drawsFromRng } from "../draws.ts";
import { imageFilter } from "./image-filter.ts";

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

test("one band alone keeps the expected power; a band that is off draws and changes nothing", () => {
  const op = imageFilter({ bands: [0, 1, 0, 0] });
  const only = {
    ...context(op.name, 0),
    chance: <T>(value: T, identity: T, probability = 1) => (probability > 0 ? value : identity),
  };
  const sample = Array.from(op.sample(only) ?? []);
  const power = [10, 1, 1, 1].reduce((sum, share, band) => sum + (share / 13) * sample[band] ** 2, 0);
  expect(power).toBeCloseTo(1, 12);
  expect(sample[0]).toBe(sample[2]);
  expect(sample[1]).not.toBe(sample[0]);
});

test("equal amplitudes only scale, once along each axis, at any size; the highest band falls on a chequerboard", () => {
  const op = imageFilter();
  for (const shape of [
    [1, 3, 5, 1],
    [1, 50, 2, 3],
  ] as const) {
    const x = tf.randomUniform<tf.Rank.R4>([...shape], -1, 1, "float32", 2);
    const y = op.apply(x, [[0.5, 0.5, 0.5, 0.5]]);
    expect(tf.max(tf.abs(tf.sub(y, tf.mul(x, 0.25)))).dataSync()[0]).toBeLessThan(1e-6);
  }
  const board = tf.tensor4d(
    Float32Array.from({ length: 64 }, (_, i) => ((i + Math.floor(i / 8)) % 2 === 0 ? 1 : -1)),
    [1, 8, 8, 1],
  );
  const doubled = op.apply(board, [[0, 0, 0, 2]]);
  expect(tf.max(tf.abs(tf.sub(doubled, tf.mul(board, 4)))).dataSync()[0]).toBeLessThan(1e-5);
});

test("mistakes are named", () => {
  expect(() => imageFilter({ bands: [1, 1] })).toThrow("bands must be four numbers; got [1,1].");
  expect(() => imageFilter({ bands: [1, 1, 2, 1] })).toThrow("bands[2] must be a number in [0, 1]; got 2.");
});
