import { expect, type Rng } from "repro-kit";
import type { LeakRow } from "./leak-rows.ts";
import { trainOpOdds } from "./op-odds.ts";
import { remedyFor } from "./remedies.ts";

/** What the probe finds of one op. */
export interface OpTrace {
  readonly op: string;
  /** How many standard errors its trace is stronger in the generated images than in the real ones. */
  readonly score: number;
  /** Estimated share of the images that the op was drawn for, 0 to 1; a flip leaves half of its images as they are. */
  readonly share: number;
  /** The least share, of 0.02, 0.05, 0.1, 0.2, 0.4 and 0.8, that would raise the alarm in a set so large; undefined where none would: the op cannot be told on these data. */
  readonly leastShare: number | undefined;
}

export interface LeakReport {
  /** The op whose traces explain the generated images best, where they stand out; undefined where nothing does. */
  readonly leaked: OpTrace | undefined;
  /** What to do about it, for the user. */
  readonly remedy: string | undefined;
  /** Every op, the best explanation first. */
  readonly traces: readonly OpTrace[];
  /** Ops that cannot be told on these data, since real images look the same with and without them: silence says nothing of these. */
  readonly untold: readonly string[];
}

/** Shares of affected images that are tried. */
const SHARES = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8];
/** No image counts for more odds than e⁴ = 55: real sets hold strange images too, and a few must not raise the alarm. */
const MOST_LOG_ODDS = 4;
/** What the alarm is raised by is named by all of its odds: strong evidence tells ops apart that resemble each other. */
const FULL_LOG_ODDS = 30;
/** Below this the divisor of a score would be rounding. */
const LEAST_ERROR = 1e-12;

export interface InspectionOptions {
  /** Names of the ops. */
  readonly names: readonly string[];
  /** The row of each real image, */
  readonly plain: readonly LeakRow[];
  /** and its rows with each op on it: [op][image][draw]. */
  readonly altered: readonly (readonly (readonly LeakRow[])[])[];
  /** Whether the images are as high as they are wide. */
  readonly isSquare: boolean;
  readonly rng: Rng;
  readonly alarm: number;
  readonly steps: number;
}

/** Learns from the rows of real images, and judges sets of rows: the statistics of `createLeakProbe`. */
export function learnInspection({
  names,
  plain,
  altered,
  isSquare,
  rng,
  alarm,
  steps,
}: InspectionOptions): (rows: readonly LeakRow[]) => LeakReport {
  const count = plain.length;
  const order = rng.fork("folds").shuffle(plain.keys());
  const folds = [order.filter((_, i) => i % 2 === 0), order.filter((_, i) => i % 2 === 1)];
  const odds = folds.map((fold, i) =>
    trainOpOdds({
      names,
      plain: fold.map((k) => plain[k]),
      altered: altered.map((rows) => fold.flatMap((k) => rows[k])),
      isSquare,
      rng: rng.fork("fold", i),
      steps,
    }),
  );
  /** Of images that the judges have not seen: how real ones score, and how much more altered ones do. */
  const unseen = folds.map((fold, i) => odds[1 - i](fold.map((k) => plain[k])));
  const unseenAltered = altered.map((rows, op) => folds.map((fold, i) => odds[1 - i](fold.map((k) => rows[k][0]))[op]));
  const reference = names.map((_, op) =>
    SHARES.map((share) => {
      const { mean, deviation } = spread(unseen.flatMap((one) => [...evidence(one[op], share, MOST_LOG_ODDS)]));
      const affected = spread(unseenAltered[op].flatMap((one) => [...evidence(one, share, MOST_LOG_ODDS)]));
      return { mean, deviation, gain: affected.mean - mean };
    }),
  );

  return (rows) => {
    expect(rows.length >= 16, "leak probe", `16 generated images at least are needed; got ${rows.length}.`);
    const judged = odds.map((one) => one(rows));
    const meanEvidence = (op: number, share: number, most: number) =>
      judged.reduce((sum, one) => sum + spread([...evidence(one[op], share, most)]).mean, 0) / judged.length;
    const error = (deviation: number) => deviation * Math.sqrt(1 / rows.length + 1 / count) + LEAST_ERROR;
    const traces = names.map((op, k): OpTrace & { readonly fit: number } => {
      const fits = SHARES.map((share) => meanEvidence(k, share, MOST_LOG_ODDS));
      const best = fits.indexOf(Math.max(...fits));
      const { mean, deviation, gain } = reference[k][best];
      const excess = fits[best] - mean;
      return {
        op,
        score: excess / error(deviation),
        // A set in which every image has the op would have the excess `gain`. Where no share fits better than none, it is none.
        share: fits[best] > 0 && gain > 0 ? Math.min(1, Math.max(0, excess / gain)) : 0,
        leastShare: SHARES.find((share, s) => share * reference[k][s].gain >= alarm * error(reference[k][s].deviation)),
        fit: Math.max(...SHARES.map((share) => meanEvidence(k, share, FULL_LOG_ODDS))),
      };
    });
    traces.sort((a, b) => b.fit - a.fit);
    const leaked = traces.find(({ score, share, leastShare }) => share > 0 && score >= alarm && leastShare !== undefined);
    const tidy = ({ fit: _, ...trace }: (typeof traces)[number]): OpTrace => trace;
    return {
      leaked: leaked && tidy(leaked),
      remedy: leaked && remedyFor(leaked.op),
      traces: traces.map(tidy),
      untold: names.filter((name) => traces.some(({ op, leastShare }) => op === name && leastShare === undefined)),
    };
  };
}

/** log(1 − ε + ε·r) of each image, no log r counting for more than `most`. */
function evidence(logOdds: Float64Array, share: number, most: number): Float64Array {
  return logOdds.map((one) => Math.log(1 - share + share * Math.exp(Math.min(most, one))));
}

function spread(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
