import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { bootstrapWeights } from "../metrics/bootstrap.ts";
import { bootstrapScores, classScoreStart, estimateAt, scoreIndex, subtractScores } from "./bootstrap-scores.ts";

const labels = Array.from({ length: 60 }, (_, i) => i % 2);
const answers = (wrong: (i: number) => boolean) => ({
  labels,
  numClasses: 2,
  probabilities: labels.flatMap((label, i) => (label === (wrong(i) ? 1 : 0) ? [0.8, 0.2] : [0.2, 0.8])),
});
const weights = bootstrapWeights(60, { rng: createRng(0), resamples: 200 });

test("several runs are averaged", () => {
  const scores = bootstrapScores([answers((i) => i < 6), answers((i) => i < 12)], weights);
  const { value, interval } = estimateAt(scores, scoreIndex("accuracy"), 0.95);
  expect(value).toBeCloseTo(0.85, 15);
  expect(interval?.low).toBeLessThan(0.85);
  expect(interval?.high).toBeGreaterThan(0.85);
  expect(scores.estimate[classScoreStart(1) + 1]).toBeCloseTo(0.85, 15);
});

test("the difference is paired: a constant gain has a narrow interval", () => {
  const worse = bootstrapScores([answers((i) => i < 12)], weights);
  const better = bootstrapScores([answers((i) => i < 6)], weights);
  const own = estimateAt(worse, scoreIndex("accuracy"), 0.95).interval;
  const gain = estimateAt(subtractScores(worse, better), scoreIndex("accuracy"), 0.95);
  expect(gain.value).toBeCloseTo(0.1, 15);
  expect(gain.interval?.low).toBeGreaterThan(0);
  expect((gain.interval?.high ?? 1) - (gain.interval?.low ?? 0)).toBeLessThan((own?.high ?? 0) - (own?.low ?? 0));
  expect(estimateAt(subtractScores(worse, worse), scoreIndex("macroF1"), 0.95)).toEqual({
    value: 0,
    interval: { low: 0, high: 0 },
  });
});
