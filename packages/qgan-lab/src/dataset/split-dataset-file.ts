import { splitDataset } from "dataset-zip";
import { openDatasetZipFile, saveSplit } from "dataset-zip/node";
import { checkOptions, createRng, expect, type Split, shrinkPart, splitIntoFolds } from "repro-kit";

export interface SplitDatasetFileOptions {
  /** A dataset zip; the split is written into its provenance. */
  readonly data: string;
  /** Share of each part. Default train 0.7, validation 0.1, test 0.2. */
  readonly fractions?: Readonly<Record<string, number>>;
  /** Parts of equal share instead, for cross-validation. */
  readonly folds?: number;
  /** Share of the training part that stays, in (0, 1]. */
  readonly subset?: number;
  /** Default 0. */
  readonly seed?: number;
  /** What the split is called in the zip. Default "default"; with folds "folds-<k>", with a subset "default-<percent>%". */
  readonly name?: string;
  readonly overwrite?: boolean;
}

export interface SplitDatasetFileResult {
  readonly name: string;
  /** Whether images of one group were kept together. */
  readonly isGrouped: boolean;
  /** Images of each part, in all and a class. */
  readonly parts: readonly { readonly name: string; readonly count: number; readonly classes: readonly number[] }[];
  readonly classes: readonly string[];
}

const KNOWN = ["data", "fractions", "folds", "subset", "seed", "name", "overwrite"];
const FRACTIONS = { train: 0.7, validation: 0.1, test: 0.2 };

/**
 * Splits a dataset zip by group, stratified by class, and writes the index lists into it, so that every tool that opens the zip
 * sees the same split.
 *
 * @throws UsageError if shares or folds are impossible, or the zip has a split of that name.
 */
export async function splitDatasetFile(options: SplitDatasetFileOptions): Promise<SplitDatasetFileResult> {
  checkOptions("splitDataset", options, KNOWN);
  const { data, folds, subset, seed = 0, overwrite = false } = options;
  const both = folds !== undefined && (options.fractions !== undefined || subset !== undefined);
  expect(!both, "splitDataset", "give folds, or fractions and a subset, not both.");
  const dataset = await openDatasetZipFile(data);
  const { labels, groups, classes, count } = dataset;
  await dataset.close();
  const rng = createRng(seed).fork("split");
  const of = {
    ...(groups ? { groupOf: (i: number) => groups[i] } : {}),
    ...(labels ? { labelOf: (i: number) => labels[i] } : {}),
  };
  const { fractions = FRACTIONS } = options;
  let split: Split;
  if (folds !== undefined) split = splitIntoFolds({ count, folds, rng, ...of });
  else {
    split = splitDataset(dataset, { fractions, rng });
    if (subset !== undefined) split = shrinkPart(split, { part: "train", fraction: subset, rng: rng.fork("subset"), ...of });
  }
  const standard =
    folds !== undefined
      ? `folds-${folds}`
      : subset === undefined
        ? "default"
        : `default-${Number((100 * subset).toPrecision(6))}%`;
  const { name = standard } = options;
  const how = {
    seed,
    isGrouped: groups !== null,
    ...(folds === undefined ? { fractions, ...(subset === undefined ? {} : { subset }) } : { folds }),
  };
  await saveSplit(data, { name, split, how, overwrite });
  const parts = Object.entries(split.parts).map(([part, indices]) => ({
    name: part,
    count: indices.length,
    classes: classes.map((_, k) => (labels ? indices.filter((i) => labels[i] === k).length : 0)),
  }));
  return { name, isGrouped: groups !== null, parts, classes };
}
