import type { Rng } from "repro-kit";
import { trainFeatureClassifier } from "./feature-classifier.ts";
import { edgePart, type LeakRow, orientationPart, plainPart } from "./leak-rows.ts";
import { trainMirrorJudge } from "./mirror-judge.ts";
import { trainTurnJudge } from "./turn-judge.ts";

/** log r of each op and image, [op][image]: the odds of "with this op" against "untouched". */
export type OpOdds = (rows: readonly LeakRow[]) => readonly Float64Array[];

export interface TrainOpOddsOptions {
  /** Names of the ops. */
  readonly names: readonly string[];
  /** Rows of the images as they are, */
  readonly plain: readonly LeakRow[];
  /** and with each op on them: [op][any]. */
  readonly altered: readonly (readonly LeakRow[])[];
  /** Whether the images are as high as they are wide: then a quarter turn moves whole images. */
  readonly isSquare: boolean;
  readonly rng: Rng;
  /** Steps of training of each network. */
  readonly steps: number;
}

/** Networks that learn the same from other first weights; the mean of their logarithms is steadier than one. */
const NETWORKS = 4;
/** What judges an op of which nothing is left in an image but its orientation, by the rows of untouched images. */
type Judge = (plain: readonly LeakRow[]) => (row: LeakRow) => number;

const judgeMirror: Judge = (plain) => {
  const judge = trainMirrorJudge(plain.map(orientationPart));
  return (row) => judge.logOdds(orientationPart(row));
};
const judgeTurn: Judge = (plain) => {
  const judge = trainTurnJudge(plain.map(edgePart));
  return (row) => judge.logOdds(edgePart(row));
};

/** Learns from some images what each op leaves in them. */
export function trainOpOdds({ names, plain, altered, isSquare, rng, steps }: TrainOpOddsOptions): OpOdds {
  const judges = new Map<string, Judge>([["x-flip", judgeMirror], ...(isSquare ? ([["rotate90", judgeTurn]] as const) : [])]);
  const learned = names.filter((name) => !judges.has(name));
  const classes = [plain, ...learned.map((name) => altered[names.indexOf(name)])].map((rows) => rows.map(plainPart));
  const networks =
    learned.length === 0
      ? []
      : Array.from({ length: NETWORKS }, (_, run) => trainFeatureClassifier(classes, { rng: rng.fork("network", run), steps }));
  const oriented = new Map(names.map((name) => [name, judges.get(name)?.(plain)]));
  return (rows) => {
    const plainRows = rows.map(plainPart);
    const logs = networks.map((network) => network.logProbabilities(plainRows));
    return names.map((name) => {
      const judge = oriented.get(name);
      if (judge) return Float64Array.from(rows, judge);
      const at = learned.indexOf(name) + 1;
      return Float64Array.from(rows, (_, i) => {
        const first = i * (learned.length + 1);
        return logs.reduce((sum, one) => sum + one[first + at] - one[first], 0) / NETWORKS;
      });
    });
  };
}
