import { expect, test } from "vitest";
import { randomFeatures } from "./__fixtures__/random-features.ts";
import { classFrechetDistance } from "./class-frechet-distance.ts";
import { joinFeatures } from "./features.ts";
import { frechetDistanceFromFeatures } from "./frechet-distance.ts";

const [a, b] = [randomFeatures(1, 40, 4), randomFeatures(2, 30, 4, 3)];
const [c, d] = [randomFeatures(3, 20, 4), randomFeatures(4, 25, 4, 3)];
const labels = (...sizes: [number, number][]) => sizes.flatMap(([label, size]) => new Array<number>(size).fill(label));

test("each class by itself, and their mean", () => {
  const { mean, byClass } = classFrechetDistance(joinFeatures([a, b]), joinFeatures([d, c]), {
    real: labels([0, 40], [7, 30]),
    generated: labels([7, 25], [0, 20]),
  });
  expect([...byClass.keys()]).toEqual([0, 7]);
  expect(byClass.get(0)).toBe(frechetDistanceFromFeatures(a, c));
  expect(mean).toBeCloseTo((frechetDistanceFromFeatures(a, c) + frechetDistanceFromFeatures(b, d)) / 2, 12);
});

test("classes that were mixed up show", () => {
  const [real, generated] = [joinFeatures([a, b]), joinFeatures([c, d])];
  const right = { real: labels([0, 40], [1, 30]), generated: labels([0, 20], [1, 25]) };
  const mixed = { ...right, generated: labels([1, 20], [0, 25]) };
  expect(classFrechetDistance(real, generated, mixed).mean).toBeGreaterThan(
    10 * classFrechetDistance(real, generated, right).mean,
  );
});

test("refuses a class without rows on a side, and labels of another count", () => {
  expect(() => classFrechetDistance(a, c, { real: labels([0, 40]), generated: labels([0, 19], [1, 1]) })).toThrow(
    "class 1 has 0 real and 1 generated rows",
  );
  expect(() => classFrechetDistance(a, c, { real: [0], generated: labels([0, 20]) })).toThrow("40 rows; got 1 labels");
  expect(() => classFrechetDistance(a, c, { real: labels([0.5, 40]), generated: labels([0, 20]) })).toThrow("integers");
});
