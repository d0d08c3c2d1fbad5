import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import {
  checkSameNames,
  cloneParams,
  countParams,
  disposeParams,
  lerpParams,
  mapParams,
  memoryUsage,
  mergeParams,
  prefixParams,
  selectParams,
} from "./params.ts";
import { ready } from "./ready.ts";

beforeAll(() => ready({ backend: "cpu" }).then(() => {}));

test("maps, clones, counts, and disposes once", () => {
  const before = memoryUsage().numTensors;
  const params = { "a.weight": tf.tensor2d([[1, 2]]), "a.bias": tf.scalar(3) };
  expect(countParams(params)).toBe(3);
  expect(mapParams(params, ({ shape }, name) => `${name}:${shape.length}`)).toEqual({
    "a.weight": "a.weight:2",
    "a.bias": "a.bias:0",
  });
  const copy = cloneParams(params);
  disposeParams(params, undefined);
  expect([...copy["a.weight"].dataSync()]).toEqual([1, 2]);
  disposeParams(copy, copy, params);
  expect(memoryUsage().numTensors).toBe(before);
});

test("merges, selects and prefixes without copying", () => {
  const [weight, bias] = [tf.scalar(1), tf.scalar(2)];
  const merged = mergeParams(prefixParams({ weight }, "post"), prefixParams({ bias }, "post."));
  expect(Object.keys(merged)).toEqual(["post.weight", "post.bias"]);
  expect(selectParams(merged, "post").weight).toBe(weight);
  expect(selectParams(merged, "pos")).toEqual({});
  expect(() => mergeParams({ weight }, { weight: bias })).toThrow('got "weight" twice');
  disposeParams(merged);
});

test("lerpParams averages; names that differ are all listed", () => {
  tf.tidy(() => {
    const a = { x: tf.tensor1d([0, 2]), y: tf.scalar(1) };
    const b = { x: tf.tensor1d([1, 4]), y: tf.scalar(3) };
    expect([...lerpParams(a, b, 0.25).x.dataSync()]).toEqual([0.25, 2.5]);
    const wrong = { x: tf.tensor1d([1]), z: tf.scalar(1) };
    expect(() => checkSameNames("load", a, wrong)).toThrow(
      "[load] both sides must hold the same tensors; missing: y. surplus: z. other shape: x [1] for [2].",
    );
  });
  expect(tf.memory().numTensors).toBe(0);
});
