import { mannWhitney, mcnemarOfCounts, pairedTTest, welchTTest, wilcoxonSignedRank } from "classifier-eval";
import { createRng, splitByGroup, splitIntoFolds } from "repro-kit";
import type { Deviation, GoldenCase } from "../golden-kind.ts";
import { compare, numbersOf } from "./classification-values.ts";

/** Statistics as other float64 arithmetic; p-values by the README. */
const TOLERANCE = 1e-9;
const P_TOLERANCE = 1e-8;
/** Counts of a class: which of two equal remainders is rounded up is left to chance. */
const ONE_IMAGE = 1;

/** McNemar's tests: each record gives the discordant counts. */
export function mcnemarCase(tests: readonly unknown[]): GoldenCase {
  const check = () =>
    (tests as readonly Record<string, number | null>[]).flatMap(({ b, c, ...theirs }): Deviation[] => {
      const ours = mcnemarOfCounts(Number(b), Number(c));
      const values: Readonly<Record<string, number | undefined>> = {
        chi2: ours?.statistic,
        chi2_cc: ours?.statisticCorrected,
        p: ours?.p,
        p_cc: ours?.pCorrected,
        p_exact_binom: ours?.pExact,
        p_midp: ours?.pMid,
      };
      return Object.entries(theirs).map(([key, value]) => {
        if (!Object.hasOwn(values, key)) throw new Error(`no rule for McNemar's key "${key}"`);
        const tolerance = key.startsWith("p") ? P_TOLERANCE : TOLERANCE;
        return compare(`${b} and ${c}: ${key}`, [values[key] ?? Number.NaN], numbersOf(value), tolerance);
      });
    });
  return { name: "mcnemar", check };
}

/** Tests of scores of two classifiers over seeds; differences are y − x. */
export function pairedCase(golden: Readonly<Record<string, unknown>>): GoldenCase {
  const check = () => {
    const [x, y] = [golden.x, golden.y].map(numbersOf);
    const test = ({ statistic, p }: { statistic: number; p: number }) => [statistic, p];
    const ours: Readonly<Record<string, (percent: number) => number[]>> = {
      ttest_rel: () => test(pairedTTest(y, x)),
      ttest_ind_welch: () => test(welchTTest(y, x)),
      wilcoxon_exact: () => test(wilcoxonSignedRank(y, x)),
      mannwhitney_exact: () => test(mannWhitney(y, x)),
      t_ci_of_mean_diff: (percent) => {
        const { low, high } = pairedTTest(y, x, percent / 100).interval;
        return [low, high];
      },
      cohens_d_paired: () => [pairedTTest(y, x).cohensD],
    };
    return Object.entries(golden)
      .filter(([key]) => key !== "x" && key !== "y")
      .map(([key, theirs]) => {
        const percent = Number(/_ci(\d+)_/.exec(key)?.[1]);
        const rule = key.replace(/_ci\d+_/, "_ci_");
        if (!Object.hasOwn(ours, rule)) throw new Error(`no rule for the paired tests' key "${key}"`);
        return compare(key, ours[rule](percent), numbersOf(theirs), P_TOLERANCE);
      });
  };
  return { name: "paired tests", check };
}

/** Stratified splits: only counts and rules can be compared, as the random choices are others. */
export function stratifiedCases(golden: Readonly<Record<string, unknown>>): GoldenCase[] {
  const sizes = numbersOf(golden.class_counts);
  const labels = sizes.flatMap((size, label) => new Array<number>(size).fill(label));
  const of = { count: labels.length, rng: createRng(1), labelOf: (i: number) => labels[i] };
  const countsOf = (indices: readonly number[]) => {
    const counts = sizes.map(() => 0);
    for (const i of indices) counts[labels[i]]++;
    return counts;
  };
  const within = (what: string, ours: readonly number[], theirs: readonly number[]): Deviation => ({
    what,
    error: Math.max(...ours.map((value, i) => Math.abs(value - theirs[i])), ours.length === theirs.length ? 0 : Number.NaN),
    tolerance: ONE_IMAGE,
  });
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const shuffles = golden.shuffle_split_train_size as Record<
    string,
    { n_train: number; train_counts: number[]; test_counts: number[] }
  >;
  const kfolds = Object.entries(golden).filter(([key]) => /^kfold\d+_test_counts$/.test(key)) as [string, number[][]][];
  return [
    {
      name: "stratified shares",
      check: () =>
        Object.entries(shuffles ?? {}).flatMap(([share, theirs]) => {
          const { parts } = splitByGroup({ ...of, fractions: { train: Number(share), test: 1 - Number(share) } });
          return [
            within(`${share}: size`, [parts.train.length], [theirs.n_train]),
            within(`${share}: classes`, countsOf(parts.train), theirs.train_counts),
            within(`${share}: classes of the rest`, countsOf(parts.test), theirs.test_counts),
          ];
        }),
    },
    ...kfolds.map(
      ([key, theirs]): GoldenCase => ({
        name: key,
        check: () => {
          const folds = splitIntoFolds({ ...of, folds: theirs.length });
          const counts = theirs.map((_, k) => countsOf(folds.part(`fold-${k}`)));
          const spreads = sizes.map((_, label) => {
            const values = counts.map((fold) => fold[label]);
            return Math.max(...values) - Math.min(...values);
          });
          return [
            { what: "spread of a class over the folds", error: Math.max(...spreads), tolerance: ONE_IMAGE },
            within("every image in one fold", [sum(counts.flat())], [sum(sizes)]),
          ];
        },
      }),
    ),
  ];
}
