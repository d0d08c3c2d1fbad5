import { expect } from "repro-kit";
import { erfc, fairCoins } from "./distributions.ts";

/** McNemar's test of two classifiers on the same images; p-values are two-sided. */
export interface McNemar {
  /** Images that only the first, and only the second classifier got right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** χ² with one degree of freedom: plain, and with Edwards' continuity correction (as statsmodels: 1/total where both are equal). */
  readonly statistic: number;
  readonly statisticCorrected: number;
  readonly p: number;
  readonly pCorrected: number;
  /** Exact binomial, and its mid-p version, which is less conservative: the one to quote for few images. */
  readonly pExact: number;
  readonly pMid: number;
}

/**
 * From the discordant counts alone.
 *
 * @returns null where the classifiers never disagree about being right: there is nothing to test.
 * @see McNemar 1947; Edwards 1948; Fagerland, Lydersen & Laake 2013 (mid-p).
 */
export function mcnemarOfCounts(onlyFirst: number, onlySecond: number): McNemar | null {
  const isCount = (value: number) => Number.isInteger(value) && value >= 0;
  expect(isCount(onlyFirst) && isCount(onlySecond), "mcnemar", `needs two counts ≥ 0; got ${onlyFirst} and ${onlySecond}.`);
  const total = onlyFirst + onlySecond;
  if (total === 0) return null;
  const difference = Math.abs(onlyFirst - onlySecond);
  const statistic = difference ** 2 / total;
  const statisticCorrected = (difference - 1) ** 2 / total;
  const upperTail = (chiSquare: number) => erfc(Math.sqrt(chiSquare / 2));
  const { atMost, exactly } = fairCoins(Math.min(onlyFirst, onlySecond), total);
  return {
    onlyFirst,
    onlySecond,
    statistic,
    statisticCorrected,
    p: upperTail(statistic),
    pCorrected: upperTail(statisticCorrected),
    pExact: Math.min(1, 2 * atMost),
    pMid: Math.min(1, 2 * atMost - exactly),
  };
}

/**
 * Whether two classifiers differ in accuracy on the same images.
 *
 * @param labels - True class of each image.
 * @param first - Class that the first classifier predicts; `second` likewise.
 */
export function mcnemar(labels: ArrayLike<number>, first: ArrayLike<number>, second: ArrayLike<number>): McNemar | null {
  const sizes = [labels.length, first.length, second.length];
  expect(new Set(sizes).size === 1, "mcnemar", `labels and both predictions must be of one length; got ${sizes.join(", ")}.`);
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let i = 0; i < labels.length; i++) {
    const isFirst = first[i] === labels[i];
    const isSecond = second[i] === labels[i];
    if (isFirst && !isSecond) onlyFirst++;
    if (isSecond && !isFirst) onlySecond++;
  }
  return mcnemarOfCounts(onlyFirst, onlySecond);
}
