import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import type { Predictions } from "../metrics/predictions.ts";
import { createScorer, scoreNames } from "./scores.ts";

/** Rows of random probabilities that lean to the true class. */
function draw(count: number, numClasses: number): Predictions {
  const rng = createRng(1);
  const labels = Array.from({ length: count }, () => rng.integer(numClasses));
  const probabilities = labels.flatMap((label) => {
    const row = Array.from({ length: numClasses }, (_, k) => rng.uniform() + (k === label ? 0.5 : 0));
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((value) => value / sum);
  });
  return { labels, probabilities, numClasses };
}

test("weights are repetitions of images, for every score", () => {
  const { labels, probabilities, numClasses } = draw(40, 3);
  const weights = Array.from({ length: 40 }, (_, i) => i % 3);
  const repeated = weights.flatMap((times, i) => Array<number>(times).fill(i));
  const drawn = {
    labels: repeated.map((i) => labels[i]),
    probabilities: repeated.flatMap((i) => Array.from(probabilities).slice(i * 3, i * 3 + 3)),
    numClasses,
  };
  const ours = createScorer({ labels, probabilities, numClasses })(weights);
  const theirs = createScorer(drawn)();
  for (const name of scoreNames) expect(ours.overall[name], name).toBeCloseTo(theirs.overall[name], 12);
  expect(ours.confusion).toEqual(theirs.confusion);
});

test("a class without images is left out of the means; one that was never predicted counts as precision 0", () => {
  const { overall, perClass } = createScorer({
    labels: [0, 0, 1],
    probabilities: [0.9, 0.1, 0, 0.8, 0.2, 0, 0.7, 0.3, 0],
    numClasses: 3,
  })();
  expect(perClass[2].recall).toBeNaN();
  expect(perClass[1].precision).toBe(0);
  expect(overall.macroRecall).toBe(0.5);
  expect(overall.macroPrecision).toBeCloseTo(1 / 3, 15);
  expect(overall.rocAuc).toBe(1);
  expect(overall.accuracy).toBe(overall.microF1);
});
