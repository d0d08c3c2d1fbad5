import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { delong } from "./delong.ts";
import { rocAuc } from "./roc-auc.ts";

const rng = createRng(7);
const isPositive = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 1 : 0));
const scores = (strength: number, name: string) =>
  isPositive.map((y, i) => Math.round(10 * (strength * y + rng.fork(name, i).normal())) / 10); // rounded: some are tied

test("components counted pair by pair give the same areas and errors", () => {
  const both = [scores(1, "a"), scores(0.5, "b")];
  const { areas, errors, differenceError } = delong(isPositive, both[0], both[1]);
  const yes = [...isPositive.keys()].filter((i) => isPositive[i]);
  const no = [...isPositive.keys()].filter((i) => !isPositive[i]);
  const wins = (s: number[], i: number, j: number) => (s[i] > s[j] ? 1 : s[i] === s[j] ? 0.5 : 0);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: number[]) => (mean(values.map((v) => (v - mean(values)) ** 2)) * values.length) / (values.length - 1);
  const errorOf = (weigh: (i: number, j: number) => number) =>
    Math.sqrt(
      variance(yes.map((i) => mean(no.map((j) => weigh(i, j))))) / yes.length +
        variance(no.map((j) => mean(yes.map((i) => weigh(i, j))))) / no.length,
    );
  both.forEach((s, k) => {
    expect(areas[k]).toBeCloseTo(rocAuc(isPositive, s), 13);
    expect(errors[k]).toBeCloseTo(
      errorOf((i, j) => wins(s, i, j)),
      13,
    );
  });
  expect(differenceError).toBeCloseTo(
    errorOf((i, j) => wins(both[0], i, j) - wins(both[1], i, j)),
    13,
  );
});

test("the same ranking twice does not differ; swapping turns the sign", () => {
  const [a, b] = [scores(1, "c"), scores(0, "d")];
  expect(
    delong(
      isPositive,
      a,
      a.map((x) => 2 * x + 1),
    ),
  ).toMatchObject({ z: 0, p: 1 });
  const [one, other] = [delong(isPositive, a, b), delong(isPositive, b, a)];
  expect(one.z).toBeCloseTo(-other.z, 12);
  expect(one.p).toBeCloseTo(other.p, 12);
});

test("under the hypothesis a small p is as rare as it says", () => {
  let rejected = 0;
  for (let t = 0; t < 300; t++) if (delong(isPositive, scores(1, `x${t}`), scores(1, `y${t}`)).p < 0.05) rejected++;
  expect(rejected).toBeLessThan(300 * 0.05 + 4 * Math.sqrt(300 * 0.05 * 0.95));
  expect(rejected).toBeGreaterThan(2);
});

test("mistakes are named", () => {
  expect(() => delong([1, 0, 0], [1, 2, 3], [1, 2, 3])).toThrow("got 1 and 2.");
  expect(() => delong([1, 0], [1], [1, 2])).toThrow("must be of one length; got 2, 1, 2.");
});
