import { bootstrapWeights } from "../metrics/bootstrap.ts";
import type { Predictions } from "../metrics/predictions.ts";
import { bootstrapScores, type Estimate, estimateAt, scoreIndex, subtractScores } from "../report/bootstrap-scores.ts";
import {
  assembleReport,
  type ClassifierReport,
  checkRuns,
  type ReportOptions,
  record,
  samplingOf,
} from "../report/classification-report.ts";
import { type ScoreName, scoreNames } from "../report/scores.ts";

export interface RunComparison {
  readonly first: ClassifierReport;
  readonly second: ClassifierReport;
  /** second − first, with intervals from the same bootstrap samples of the test images. */
  readonly difference: Readonly<Record<ScoreName, Estimate>>;
}

/**
 * Two ways of training on the same test images, each with several runs: both reports and their paired difference.
 *
 * @throws UsageError if the runs saw different images.
 */
export function compareRuns(
  firstRuns: Predictions | readonly Predictions[],
  secondRuns: Predictions | readonly Predictions[],
  options: ReportOptions,
): RunComparison {
  const [a, b] = [checkRuns(firstRuns, options), checkRuns(secondRuns, options)];
  checkRuns([a[0], b[0]], options);
  const { count, ...sampling } = samplingOf(a, options);
  const weights = bootstrapWeights(count, sampling);
  const [first, second] = [bootstrapScores(a, weights, options), bootstrapScores(b, weights, options)];
  const difference = subtractScores(first, second);
  return {
    first: assembleReport(a, first, options),
    second: assembleReport(b, second, options),
    difference: record(scoreNames, (name) => estimateAt(difference, scoreIndex(name), options.confidence ?? 0.95)),
  };
}
