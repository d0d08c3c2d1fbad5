import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ready } from "../ready.ts";
import { setupFilter } from "./setup-filter.ts";

beforeAll(() => ready({ backend: "wasm" }));
afterAll(() => expect(tf.memory().numTensors).toBe(0));

test("setupFilter makes what was asked for", () => {
  const values = (...given: Parameters<typeof setupFilter>) => tf.tidy(() => setupFilter(...given).arraySync());
  expect(values(null)).toEqual([[1]]);
  expect(values([1, 3], { separable: true })).toEqual([0.25, 0.75]);
  expect(values([1, 3])).toEqual([
    [0.0625, 0.1875],
    [0.1875, 0.5625],
  ]);
  expect(values([[1, 2]], { normalize: false, flipFilter: true, gain: 3 })).toEqual([[6, 3]]);
  expect(values([1, 2], { normalize: false, gain: 4, separable: true })).toEqual([2, 4]);
});

test("bad filters are refused", () => {
  expect(() => setupFilter([])).toThrow("[setupFilter]");
  expect(() => setupFilter([[1, 2], [1]])).toThrow("rows of one length");
  expect(() => setupFilter([[1, 2]], { separable: true })).toThrow("rows cannot be kept separable");
  expect(() => setupFilter([1, -1])).toThrow("sum to 0");
});
