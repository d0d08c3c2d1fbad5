import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { averagePrecision, meanAveragePrecision } from "../metrics/average-precision.ts";
import { rocAucOneVsOne } from "../metrics/roc-auc.ts";
import { sensitivityAtSpecificity } from "../metrics/sensitivity-at-specificity.ts";
import { classificationReport } from "./classification-report.ts";

const labels = [0, 0, 1, 1, 0, 1];
const predictions = { labels, numClasses: 2, probabilities: [0.9, 0.1, 0.6, 0.4, 0.2, 0.8, 0.7, 0.3, 0.8, 0.2, 0.1, 0.9] };
const classes = ["benign", "malignant"];

test("scores, confusion, intervals and protocol, as plain JSON", () => {
  const report = classificationReport(predictions, { classes, resamples: 100 });
  expect(report.accuracy).toBeCloseTo(5 / 6, 15);
  expect(report.macroRecall).toBe(report.balancedAccuracy);
  expect(report.confusion).toEqual([
    [3, 0],
    [1, 2],
  ]);
  expect(report.perClass[1]).toMatchObject({ name: "malignant", support: 3, precision: 1 });
  expect(report.intervals.accuracy?.low).toBeLessThanOrEqual(report.accuracy ?? 0);
  expect(report.protocol).toEqual({ runs: 1, resamples: 100, confidence: 0.95, specificity: 0.9, unit: "image" });
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test("the same seed gives the same intervals; groups widen them", () => {
  const many = {
    ...predictions,
    labels: Array(10).fill(labels).flat(),
    probabilities: Array(10).fill(predictions.probabilities).flat(),
  };
  const run = (options: object) => classificationReport(many, { classes, resamples: 200, ...options }).intervals.accuracy;
  expect(run({ rng: createRng(3) })).toEqual(run({ rng: createRng(3) }));
  const width = (interval: { low: number; high: number } | null) => (interval?.high ?? 0) - (interval?.low ?? 0);
  // Copies of six images are six independent answers, not sixty.
  expect(width(run({ groups: many.labels.map((_: number, i: number) => i % 6) }))).toBeGreaterThan(2 * width(run({})));
});

test("a share of none or all has the exact interval: the bootstrap knows no other answer there", () => {
  const right = { labels: [0, 0, 0, 1, 1], numClasses: 2, probabilities: [0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.1, 0.9, 0.2, 0.8] };
  const { intervals, perClass } = classificationReport(right, { classes, resamples: 50 });
  expect(intervals.accuracy).toEqual({ low: expect.closeTo(0.025 ** (1 / 5), 10), high: 1 });
  expect(perClass[0].intervals.recall).toEqual({ low: expect.closeTo(0.025 ** (1 / 3), 10), high: 1 });
  expect(perClass[1].intervals.specificity).toEqual(perClass[0].intervals.recall); // of the three images of the other class
  expect(perClass[1].intervals.precision).toEqual({ low: expect.closeTo(0.025 ** (1 / 2), 10), high: 1 });
  // Two images of one patient say no more than one.
  const grouped = classificationReport(right, { classes, resamples: 50, groups: [1, 1, 2, 3, 3] });
  expect(grouped.perClass[1].intervals.recall).toEqual({ low: expect.closeTo(0.025, 10), high: 1 });
  const wrong = { ...right, labels: [1, 1, 1, 0, 0] };
  expect(classificationReport(wrong, { classes, resamples: 50 }).intervals.accuracy).toEqual({
    low: 0,
    high: expect.closeTo(1 - 0.025 ** (1 / 5), 10),
  });
});

test("a class that is absent is null and said; one never predicted is said", () => {
  const report = classificationReport(
    { labels: [0, 0, 1], numClasses: 3, probabilities: [0.9, 0.1, 0, 0.8, 0.2, 0, 0.7, 0.3, 0] },
    { classes: ["a", "b", "c"], resamples: 20 },
  );
  expect(report.perClass[2]).toMatchObject({ precision: null, recall: null, f1: null, rocAuc: null });
  expect(report.notes).toEqual([
    'Class "b" was never predicted: its precision counts as 0 there.',
    'Class "c" has no test image: its scores are undefined and left out of the means over classes.',
  ]);
});

test("constant predictions: areas of chance, no sensitivity at a high specificity, said in the notes", () => {
  const report = classificationReport(
    { labels, numClasses: 2, probabilities: labels.flatMap(() => [0.6, 0.4]) },
    { classes, resamples: 20 },
  );
  expect(report).toMatchObject({ rocAuc: 0.5, rocAucOneVsOne: 0.5, accuracy: 0.5, kappa: 0, averagePrecision: 0.5 });
  expect(report.perClass[0].sensitivityAtSpecificity).toBe(0);
  expect(report.notes).toEqual([
    'Class "malignant" was never predicted: its precision counts as 0 there.',
    "All images have the same probabilities: the classifier tells nothing apart.",
  ]);
});

test("one against one, average precision and sensitivity at a specificity are those of the plain functions", () => {
  const three = {
    labels: [0, 1, 2, 0, 1, 2, 2],
    numClasses: 3,
    probabilities: [5, 3, 2, 3, 4, 3, 1, 3, 6, 3, 4, 3, 1, 7, 2, 4, 3, 3, 2, 2, 6].map((v) => v / 10),
  };
  const report = classificationReport(three, { classes: ["a", "b", "c"], resamples: 10, specificity: 0.5 });
  expect(report.rocAucOneVsOne).toBeCloseTo(rocAucOneVsOne(three, "macro"), 12);
  expect(report.averagePrecision).toBeCloseTo(meanAveragePrecision(three, "macro"), 12);
  report.perClass.forEach((one, k) => {
    const isPositive = three.labels.map((label) => Number(label === k));
    const scores = three.labels.map((_, i) => three.probabilities[3 * i + k]);
    expect(one.averagePrecision).toBeCloseTo(averagePrecision(isPositive, scores), 12);
    expect(one.sensitivityAtSpecificity).toBe(sensitivityAtSpecificity(isPositive, scores, 0.5).sensitivity);
  });
});

test("mistakes are named", () => {
  expect(() => classificationReport(predictions, { classes: ["a"] })).toThrow(
    "predictions have 2 classes; names are given for 1 (a).",
  );
  expect(() => classificationReport([predictions, { ...predictions, labels: [1, 0, 1, 1, 0, 1] }], { classes })).toThrow(
    "their labels differ",
  );
  expect(() => classificationReport(predictions, { classes, specificity: 90 })).toThrow(
    "specificity must lie in [0, 1]; got 90.",
  );
  for (const confidence of [95, 0, 1, Number.NaN])
    expect(() => classificationReport(predictions, { classes, confidence })).toThrow(
      `confidence must lie in (0, 1), such as 0.95; got ${confidence}.`,
    );
  expect(() => classificationReport([], { classes })).toThrow("there are no predictions");
  expect(() => classificationReport(predictions, { classes, resample: 3 } as never)).toThrow('did you mean "resamples"?');
});
