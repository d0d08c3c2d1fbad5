import { expect, test } from "vitest";
import { features } from "./__fixtures__/random-features.ts";
import { checkFeatures, checkPair, joinFeatures, selectFeatures } from "./features.ts";

test("rows are selected and joined in order", () => {
  const all = features([1, 2], [3, 4], [5, 6]);
  expect(selectFeatures(all, [2, 0])).toEqual(features([5, 6], [1, 2]));
  expect(joinFeatures([all, features([7, 8])])).toEqual(features([1, 2], [3, 4], [5, 6], [7, 8]));
  expect(() => joinFeatures([all, features([7])])).toThrow("[joinFeatures] feature dimensions differ: 2 and 1.");
});

test("NaN is named with its place", () => {
  expect(() => checkFeatures("fid", "real", features([1, 2], [3, Number.NaN]))).toThrow(
    "[fid] real holds NaN (row 1, column 1).",
  );
  expect(() => checkFeatures("fid", "real", { count: 2, dimension: 2, data: new Float64Array(3) })).toThrow("got 3 for 2 × 2");
});

test("a pair must have one dimension and two samples a side", () => {
  expect(() => checkPair("kid", features([1], [2]), features([1, 2], [3, 4]))).toThrow("real has 1, generated has 2");
  expect(() => checkPair("kid", features([1], [2]), features([1]))).toThrow("[kid] generated needs at least 2 features; got 1.");
});
