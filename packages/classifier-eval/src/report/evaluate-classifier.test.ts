import { expect, test } from "vitest";
import { compactCnn } from "../backbones/compact-cnn.ts";
import type { Classifier } from "../training/classifier.ts";
import { drawToyImages } from "../training/toy-images.ts";
import { evaluateClassifier } from "./evaluate-classifier.ts";

/** Calls an image "left" where its first pixel is brighter than its last. */
const oracle: Classifier = {
  backbone: compactCnn(),
  classes: ["left", "right"],
  imageShape: [8, 8, 1],
  params: {},
  async predict(images) {
    const rows = Array.from({ length: images.length / 64 }, (_, i) =>
      images[64 * i] > images[64 * i + 63] ? [0.75, 0.25] : [0.25, 0.75],
    );
    return Float64Array.from(rows.flat());
  },
  dispose() {},
};

test("a classifier that is always right scores 1, whatever the batch size", async () => {
  const test = drawToyImages(20, { noise: 0 });
  const report = await evaluateClassifier(oracle, test, { batchSize: 3, resamples: 10 });
  expect(report).toMatchObject({ accuracy: 1, macroPrecision: 1, macroRecall: 1, rocAuc: 1, brier: 0.0625, count: 20 });
  expect(report.intervals.accuracy).toEqual({ low: expect.closeTo(0.025 ** (1 / 20), 10), high: 1 }); // Clopper & Pearson
});

test("labels beyond the classifier's classes are refused", async () => {
  await expect(evaluateClassifier(oracle, { ...drawToyImages(2), labels: [0, 2] })).rejects.toThrow(
    "must be a class from 0 to 1; got 2.",
  );
});
