import * as tf from "@tensorflow/tfjs-core";
import { ready } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { cutout } from "./cutout.ts";

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

test("cuts a rectangle of half the sides round the centre; undefined leaves an image alone", () => {
  const images = tf.ones<tf.Rank.R4>([2, 4, 8, 1]);
  const before = tf.memory().numTensors;
  const out = cutout().apply(images, [[0.5, 0.5, 0.5], undefined]);
  expect(tf.memory().numTensors).toBe(before + 1);
  const [cut, whole] = out.arraySync().map((image) => image.map((row) => row.map(([value]) => value).join("")));
  expect(cut).toEqual(["11111111", "11000011", "11000011", "11111111"]);
  expect(whole).toEqual(Array(4).fill("11111111"));
});

test("the rectangle may stick out", () => {
  const out = cutout().apply(tf.ones<tf.Rank.R4>([1, 4, 4, 1]), [[0.5, 0, 1]]);
  expect([...out.dataSync()].join("")).toBe("1111111111110111");
});

test("the gate is drawn before the centre", () => {
  const asked: string[] = [];
  const draws = {
    uniform: () => asked.push("uniform") / 10,
    normal: () => 0,
    gate: () => asked.push("gate"),
  };
  const sample = cutout().sample({
    draws,
    height: 4,
    width: 4,
    channels: 1,
    p: 1,
    chance: (value, identity) => (draws.gate() < 5 ? value : identity),
  });
  expect(asked).toEqual(["gate", "uniform", "uniform"]);
  expect(sample).toEqual([0.5, 0.2, 0.3]);
});
