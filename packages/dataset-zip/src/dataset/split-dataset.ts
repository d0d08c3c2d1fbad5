import { checkOptions, type Rng, type Split, splitByGroup } from "repro-kit";

export interface SplitDatasetOptions {
  /** Share of each part, e.g. `{ train: 0.8, test: 0.2 }`. */
  readonly fractions: Readonly<Record<string, number>>;
  readonly rng: Rng;
  /** What must stay together. Default: the dataset's groups; without any, each image is its own group. */
  readonly groupOf?: (index: number) => string;
}

/** What a split needs to know of a dataset; a `DatasetZip` has it. */
export interface SplittableDataset {
  readonly count: number;
  readonly labels: Int32Array | null;
  /** Names of the labels, for error messages. */
  readonly classes?: readonly string[];
  readonly groups: readonly string[] | null;
}

/**
 * A seeded split, stratified by label, in which no group (patient, lesion) is in two parts.
 *
 * @throws UsageError if the fractions are not shares, or there are fewer groups than parts.
 */
export function splitDataset({ count, labels, groups, classes }: SplittableDataset, options: SplitDatasetOptions): Split {
  checkOptions("splitDataset", options, ["fractions", "rng", "groupOf"]);
  const { fractions, rng, groupOf = groups ? (i: number) => groups[i] : undefined } = options;
  return splitByGroup({
    count,
    fractions,
    rng,
    ...(groupOf ? { groupOf } : {}),
    ...(labels ? { labelOf: (i: number) => classes?.[labels[i]] ?? labels[i] } : {}),
  });
}
