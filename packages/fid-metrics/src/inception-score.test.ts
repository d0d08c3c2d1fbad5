import { expect, test } from "vitest";
import { randomFeatures } from "./__fixtures__/random-features.ts";
import { inceptionScore } from "./inception-score.ts";

const oneHot = (classes: number, count: number, logit: number) => ({
  count,
  dimension: classes,
  data: Float64Array.from({ length: count * classes }, (_, i) => (i % classes === Math.floor(i / classes) % classes ? logit : 0)),
});

test("from 1, for equal probabilities, to the number of classes, for sure and evenly spread ones", () => {
  const uniform = { count: 20, dimension: 7, data: new Float64Array(140) };
  expect(inceptionScore(uniform).mean).toBeCloseTo(1, 12);
  const sure = inceptionScore(oneHot(7, 140, 800), { splits: 4 });
  expect(sure.mean).toBeCloseTo(7, 12); // exp(−800) underflows: p log p is 0, not NaN
  expect(sure.standardDeviation).toBeCloseTo(0, 12);
});

test("its definition, exp of the mean divergence", () => {
  const logits = randomFeatures(1, 30, 5);
  const probabilities = Array.from({ length: 30 }, (_, i) => {
    const row = Array.from(logits.data.subarray(5 * i, 5 * i + 5), Math.exp);
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((value) => value / sum);
  });
  const score = (rows: number[][]): number => {
    const marginal = rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);
    const divergences = rows.map((row) => row.reduce((sum, p, j) => sum + p * Math.log(p / marginal[j]), 0));
    return Math.exp(divergences.reduce((a, b) => a + b, 0) / rows.length);
  };
  expect(inceptionScore(logits, { splits: 1 }).mean).toBeCloseTo(score(probabilities), 12);
  const order = Array.from({ length: 30 }, (_, i) => 29 - i);
  const parts = [score(probabilities.slice(15)), score(probabilities.slice(0, 15))];
  const halves = inceptionScore(logits, { splits: 2, order });
  expect(halves.values[0]).toBeCloseTo(parts[0], 12);
  expect(halves.values[1]).toBeCloseTo(parts[1], 12);
  expect(halves.standardDeviation).toBeCloseTo(Math.abs(parts[0] - parts[1]) / 2, 12);
});

test("refuses more splits than rows, and an order that is none", () => {
  const logits = randomFeatures(1, 6, 3);
  expect(() => inceptionScore(logits)).toThrow("splits must be an integer from 1 to 6, the number of rows; got 10");
  expect(() => inceptionScore(logits, { splits: 2, order: [0, 1, 2, 3, 4, 4] })).toThrow("each row from 0 to 5 once");
});
