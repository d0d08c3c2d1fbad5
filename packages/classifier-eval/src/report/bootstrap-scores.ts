import type { Interval } from "../metrics/bootstrap.ts";
import { percentileInterval } from "../metrics/bootstrap.ts";
import type { Predictions } from "../metrics/predictions.ts";
import { classScoreNames, createScorer, type ScoreName, type ScorerOptions, type Scores, scoreNames } from "./scores.ts";

/** A score with its interval; null where it is undefined. */
export interface Estimate {
  readonly value: number | null;
  readonly interval: Interval | null;
}

/** Scores as one flat list: those of the whole set, then class by class. */
type ScoreList = Float64Array;

/** Mean scores of several runs (seeds) on the same images, for the set as it is and for every bootstrap sample of it. */
export interface BootstrapScores {
  readonly estimate: ScoreList;
  readonly samples: readonly ScoreList[];
}

/** Position of a score in a `ScoreList`. */
export function scoreIndex(name: ScoreName): number {
  return scoreNames.indexOf(name);
}

/** Position of the first score of class k. */
export function classScoreStart(k: number): number {
  return scoreNames.length + k * classScoreNames.length;
}

/**
 * Evaluates all runs on the whole set and on each bootstrap sample.
 *
 * @param runs - Predictions for the same images in the same order.
 * @param weights - From `bootstrapWeights`.
 */
export function bootstrapScores(
  runs: readonly Predictions[],
  weights: readonly ArrayLike<number>[],
  { specificity }: ScorerOptions = {},
): BootstrapScores {
  const scorers = runs.map((run) => createScorer(run, specificity === undefined ? {} : { specificity }));
  const meanOf = (sample?: ArrayLike<number>) => meanList(scorers.map((score) => listOf(score(sample))));
  return { estimate: meanOf(), samples: weights.map(meanOf) };
}

/** Value and percentile interval of entry `index`. */
export function estimateAt({ estimate, samples }: BootstrapScores, index: number, confidence: number): Estimate {
  const value = estimate[index];
  if (Number.isNaN(value)) return { value: null, interval: null };
  return {
    value,
    interval: percentileInterval(
      samples.map((sample) => sample[index]),
      confidence,
    ),
  };
}

/** b − a, entry by entry and sample by sample: paired, since both saw the same images. */
export function subtractScores(a: BootstrapScores, b: BootstrapScores): BootstrapScores {
  const minus = (x: ScoreList, y: ScoreList) => x.map((value, i) => y[i] - value);
  return { estimate: minus(a.estimate, b.estimate), samples: a.samples.map((sample, i) => minus(sample, b.samples[i])) };
}

function listOf({ overall, perClass }: Scores): ScoreList {
  return Float64Array.from([
    ...scoreNames.map((name) => overall[name]),
    ...perClass.flatMap((scores) => classScoreNames.map((name) => scores[name])),
  ]);
}

/** Mean over runs; NaN where one run has no value. */
function meanList(lists: readonly ScoreList[]): ScoreList {
  return lists[0].map((_, i) => lists.reduce((sum, list) => sum + list[i], 0) / lists.length);
}
