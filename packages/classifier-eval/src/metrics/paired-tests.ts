import { expect } from "repro-kit";
import type { Interval } from "./bootstrap.ts";
import { studentCritical, studentTwoSided } from "./distributions.ts";

/** A test statistic with its two-sided p-value. */
export interface TestResult {
  readonly statistic: number;
  readonly p: number;
}

export interface PairedTTest extends TestResult {
  /** Mean of first − second, with its confidence interval. */
  readonly meanDifference: number;
  readonly interval: Interval;
  /** Mean difference over the standard deviation of the differences. */
  readonly cohensD: number;
}

/**
 * Student's t-test of paired scores (one pair a seed).
 *
 * @throws UsageError for fewer than two pairs, or where all differences are equal: the test is undefined then.
 * @see scipy.stats.ttest_rel.
 */
export function pairedTTest(first: ArrayLike<number>, second: ArrayLike<number>, confidence = 0.95): PairedTTest {
  const differences = differencesOf("pairedTTest", first, second);
  const { mean, variance } = momentsOf(differences);
  const n = differences.length;
  expect(
    variance > roundingOf(first, second) ** 2,
    "pairedTTest",
    `all ${n} differences are ${Number(mean.toPrecision(12))}: the test is undefined.`,
  );
  const error = Math.sqrt(variance / n);
  const half = studentCritical(confidence, n - 1) * error;
  return {
    statistic: mean / error,
    p: studentTwoSided(mean / error, n - 1),
    meanDifference: mean,
    interval: { low: mean - half, high: mean + half },
    cohensD: mean / Math.sqrt(variance),
  };
}

/** Welch's t-test of two independent samples, of unlike variances. @see scipy.stats.ttest_ind(equal_var=False). */
export function welchTTest(first: ArrayLike<number>, second: ArrayLike<number>): TestResult {
  expect(
    first.length >= 2 && second.length >= 2,
    "welchTTest",
    `needs two values or more a side; got ${first.length} and ${second.length}.`,
  );
  const [a, b] = [first, second].map((values) => {
    const { mean, variance } = momentsOf(values);
    return { mean, share: variance > roundingOf(values) ** 2 ? variance / values.length : 0, n: values.length };
  });
  const squared = a.share + b.share;
  expect(squared > 0, "welchTTest", "both samples are constant: the test is undefined.");
  const df = squared ** 2 / (a.share ** 2 / (a.n - 1) + b.share ** 2 / (b.n - 1));
  const statistic = (a.mean - b.mean) / Math.sqrt(squared);
  return { statistic, p: studentTwoSided(statistic, df) };
}

/**
 * Wilcoxon's signed-rank test, exact: every assignment of signs to the ranks is counted, tied ranks averaged, pairs without a
 * difference left out. The statistic is the smaller of the two rank sums.
 *
 * @throws UsageError if no pair differs.
 * @remarks Cost O(n³) for n pairs.
 * @see Wilcoxon 1945; scipy.stats.wilcoxon(method="exact") where no rank is tied.
 */
export function wilcoxonSignedRank(first: ArrayLike<number>, second: ArrayLike<number>): TestResult {
  const unit = roundingOf(first, second) || 1;
  const differences = differencesOf("wilcoxonSignedRank", first, second)
    .map((value) => Math.round(value / unit)) // so that those equal but for rounding are ties
    .filter((value) => value !== 0);
  expect(differences.length > 0, "wilcoxonSignedRank", "no pair differs: the test is undefined.");
  const doubled = doubledRanks(differences.map(Math.abs));
  const total = doubled.reduce((sum, rank) => sum + rank, 0);
  const positive = doubled.reduce((sum, rank, i) => (differences[i] > 0 ? sum + rank : sum), 0);
  const smaller = Math.min(positive, total - positive);
  let share = new Float64Array(total + 1); // of the assignments, by twice the rank sum
  share[0] = 1;
  for (const rank of doubled) share = share.map((value, sum) => (value + (sum >= rank ? share[sum - rank] : 0)) / 2);
  const tail = share.subarray(0, smaller + 1).reduce((sum, value) => sum + value, 0);
  return { statistic: smaller / 2, p: Math.min(1, 2 * tail) };
}

/**
 * The Mann–Whitney U test, exact: every choice of the first sample's ranks is counted, tied ranks averaged. The statistic is U of
 * the first sample: the pairs in which its value is the larger, ties counted half.
 *
 * @remarks Cost O((n + m)² · n · m) for samples of n and m values.
 * @see Mann & Whitney 1947; scipy.stats.mannwhitneyu(method="exact") where no rank is tied.
 */
export function mannWhitney(first: ArrayLike<number>, second: ArrayLike<number>): TestResult {
  const n = first.length;
  const m = second.length;
  expect(n > 0 && m > 0, "mannWhitney", `needs a value or more a side; got ${n} and ${m}.`);
  const doubled = doubledRanks([...Array.from(first), ...Array.from(second)]);
  const rankSum = (ranks: readonly number[]) => ranks.reduce((sum, rank) => sum + rank, 0);
  const own = rankSum(doubled.slice(0, n));
  const total = rankSum(doubled);
  // ways[k][s]: weight of the choices of k values whose doubled ranks sum to s; as shares, so that nothing overflows.
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(total + 1));
  ways[0][0] = 1;
  doubled.forEach((rank, i) => {
    for (let k = Math.min(n, i + 1); k >= 1; k--)
      for (let sum = total; sum >= rank; sum--) ways[k][sum] += ways[k - 1][sum - rank];
  });
  const all = ways[n].reduce((sum, value) => sum + value, 0);
  const atMost = ways[n].subarray(0, own + 1).reduce((sum, value) => sum + value, 0) / all;
  const atLeast = ways[n].subarray(own).reduce((sum, value) => sum + value, 0) / all;
  return { statistic: (own - n * (n + 1)) / 2, p: Math.min(1, 2 * Math.min(atMost, atLeast)) };
}

function differencesOf(scope: string, first: ArrayLike<number>, second: ArrayLike<number>): number[] {
  expect(
    first.length === second.length && first.length >= 2,
    scope,
    `needs two pairs or more; got ${first.length} and ${second.length} values.`,
  );
  return Array.from(first, (value, i) => value - second[i]);
}

/** Differences below this are rounding: scores are quotients, whose float64 differences need not be equal where theirs are. */
function roundingOf(...sides: readonly ArrayLike<number>[]): number {
  return 8 * Number.EPSILON * Math.max(...sides.flatMap((side) => Array.from(side, Math.abs)));
}

/** Mean and sample variance (n − 1). */
function momentsOf(values: ArrayLike<number>): { readonly mean: number; readonly variance: number } {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i] / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2;
  return { mean, variance: squares / (values.length - 1) };
}

/** Twice the ranks from 1, so that the average of tied ranks is whole. */
function doubledRanks(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((value) => sorted.indexOf(value) + sorted.lastIndexOf(value) + 2);
}
