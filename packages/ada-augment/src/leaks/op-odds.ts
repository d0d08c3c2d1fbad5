import type { Rng } from "repro-kit";
import { trainFeatureClassifier } from "./feature-classifier.ts";
import { type LeakRow, orientationPart, plainPart } from "./leak-rows.ts";
import { trainMirrorJudge } from "./mirror-judge.ts";

/** log r of each op and image, [op][image]: the odds of "with this op" against "untouched". */
export type OpOdds = (rows: readonly LeakRow[]) => readonly Float64Array[];

export interface TrainOpOddsOptions {
  /** Names of the ops. */
  readonly names: readonly string[];
  /** Rows of the images as they are, */
  readonly plain: readonly LeakRow[];
  /** and with each op on them: [op][any]. */
  readonly altered: readonly (readonly LeakRow[])[];
  readonly rng: Rng;
  /** Steps of training of each network. */
  readonly steps: number;
}

/** Networks that learn the same from other first weights; the mean of their logarithms is steadier than one. */
const NETWORKS = 4;
/** The op that leaves nothing but the orientation of an image, which has a judge of its own. */
const MIRROR = "x-flip";

/** Learns from some images what each op leaves in them. */
export function trainOpOdds({ names, plain, altered, rng, steps }: TrainOpOddsOptions): OpOdds {
  const learned = names.filter((name) => name !== MIRROR);
  const classes = [plain, ...learned.map((name) => altered[names.indexOf(name)])].map((rows) => rows.map(plainPart));
  const networks =
    learned.length === 0
      ? []
      : Array.from({ length: NETWORKS }, (_, run) => trainFeatureClassifier(classes, { rng: rng.fork("network", run), steps }));
  const mirror = names.includes(MIRROR) ? trainMirrorJudge(plain.map(orientationPart)) : undefined;
  return (rows) => {
    const plainRows = rows.map(plainPart);
    const logs = networks.map((network) => network.logProbabilities(plainRows));
    return names.map((name) => {
      if (name === MIRROR) return Float64Array.from(rows, (row) => mirror?.logOdds(orientationPart(row)) ?? 0);
      const at = learned.indexOf(name) + 1;
      return Float64Array.from(rows, (_, i) => {
        const first = i * (learned.length + 1);
        return logs.reduce((sum, one) => sum + one[first + at] - one[first], 0) / NETWORKS;
      });
    });
  };
}
