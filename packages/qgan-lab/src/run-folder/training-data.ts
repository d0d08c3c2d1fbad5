import { createHash } from "node:crypto";
import { basename } from "node:path";
import { type DatasetZip, splitDataset } from "dataset-zip";
import { openDatasetZipFile } from "dataset-zip/node";
import { createRng, expect, listKnown, type Split } from "repro-kit";
import type { RunOptionsFile } from "./options-file.ts";

export interface TrainingDataOptions {
  /** Path of a dataset zip. */
  readonly data: string;
  /** Class to take; all images without it. */
  readonly class?: string;
  /**
   * Name of a split saved in the zip (`qgan dataset split`): its "train" is learned from, its "test" (else "validation") is held
   * out. Default: one drawn by `testFraction` and `seed`.
   */
  readonly split?: string;
  /** Share of the images, by group, kept away from training where no split is saved. */
  readonly testFraction: number;
  readonly seed: number;
  /** Learn so many images only, chosen by the seed. */
  readonly subset?: number;
}

/** An opened dataset with the images that a generator may learn from and those that it must not see. */
export interface TrainingData {
  readonly dataset: DatasetZip;
  readonly name: string;
  readonly isPhantom: boolean;
  /** Images of the class (or all) in the training part. */
  readonly train: readonly number[];
  /** Images of the class (or all) in the held-out part. */
  readonly heldOut: readonly number[];
  readonly classes: readonly { readonly name: string; readonly count: number }[];
}

/** The key in a zip's provenance that says that a program drew the images. */
export const PHANTOM_MARK = "phantoms";

/**
 * Opens a dataset zip and splits it by group. The split depends on the whole set and the seed only, so that the generators of
 * all classes and the classifier share it.
 *
 * @throws UsageError if the class is not known or has no image to train on.
 */
export async function openTrainingData(options: TrainingDataOptions): Promise<TrainingData> {
  const dataset = await openDatasetZipFile(options.data);
  try {
    return selectTrainingData(dataset, options);
  } catch (error) {
    await dataset.close();
    throw error;
  }
}

/**
 * The dataset of a run, with the images that the run learns from and holds out.
 *
 * @param options.subset - Leave out to have the whole training part.
 * @throws UsageError as `openTrainingData`.
 */
export function openRunData(
  { data, training }: Pick<RunOptionsFile, "data" | "training">,
  { subset }: { readonly subset?: number | undefined } = {},
): Promise<TrainingData> {
  const { split, testFraction, seed } = training;
  return openTrainingData({
    data: data.path,
    ...(split === undefined ? {} : { split: split.name }),
    ...{ testFraction, seed },
    ...(data.class === undefined ? {} : { class: data.class }),
    ...(subset === undefined ? {} : { subset }),
  });
}

function selectTrainingData(
  dataset: DatasetZip,
  { data, class: className, split, testFraction, seed, subset }: TrainingDataOptions,
): TrainingData {
  const { classes, labels } = dataset;
  const label = className === undefined ? undefined : classes.indexOf(className);
  expect(label !== -1, "data", () =>
    classes.length === 0
      ? `${data} has no classes; leave --class out.`
      : `${data} has no class "${className}"; ${listKnown(className ?? "", classes)}`,
  );
  const isWanted = (i: number): boolean => label === undefined || labels?.[i] === label;
  const { train, heldOut } = splitTrainTest(dataset, { split, testFraction, seed });
  const wanted = train.filter(isWanted);
  const what = className === undefined ? "" : `of class "${className}" `;
  expect(wanted.length > 0, "data", `${data} has no image ${what}to train on. Choose another class or another dataset.`);
  expect(
    wanted.length > 1,
    "data",
    `${data} has only one image ${what}to train on; a generator needs at least 2, better some hundred.`,
  );
  return {
    dataset,
    name: nameOf(dataset, data),
    isPhantom: dataset.provenance?.[PHANTOM_MARK] === true,
    train: subset === undefined ? wanted : chooseSubset(wanted, { subset, seed, data }),
    heldOut: heldOut.filter(isWanted),
    classes: countClasses(dataset),
  };
}

/** So many of the images, in their order. @throws UsageError if there are not as many. */
function chooseSubset(
  images: readonly number[],
  { subset, seed, data }: { readonly subset: number; readonly seed: number; readonly data: string },
): readonly number[] {
  expect(
    Number.isInteger(subset) && subset >= 2 && subset <= images.length,
    "data",
    `subset must be an integer from 2 to ${images.length}, the images of ${data} to train on; got ${subset}.`,
  );
  const chosen = createRng(seed)
    .fork("subset")
    .shuffle([...images])
    .slice(0, subset);
  return chosen.sort((a, b) => a - b);
}

/** What the images are called: their source where the zip says so, else the zip. */
function nameOf({ provenance }: DatasetZip, path: string): string {
  if (provenance?.[PHANTOM_MARK] === true) return "phantom lesions";
  return typeof provenance?.source === "string" ? basename(provenance.source) : basename(path).replace(/\.zip$/, "");
}

/** Names of the classes with their numbers of images. */
export function countClasses({
  classes,
  labels,
}: Pick<DatasetZip, "classes" | "labels">): { readonly name: string; readonly count: number }[] {
  return classes.map((name, k) => ({ name, count: labels ? labels.reduce((sum, label) => sum + Number(label === k), 0) : 0 }));
}

/** SHA-256, in hex, of the index lists of a split saved in a dataset. @throws UsageError that lists the splits. */
export function splitDigest({ splits }: Pick<DatasetZip, "splits">, name: string): string {
  return createHash("sha256")
    .update(JSON.stringify(savedSplit({ splits }, name).parts))
    .digest("hex");
}

function savedSplit({ splits }: Pick<DatasetZip, "splits">, name: string): Split {
  const known = Object.keys(splits);
  expect(known.includes(name), "data", () =>
    known.length === 0
      ? `the dataset has no split "${name}", nor any other. Make one with \`qgan dataset split\`.`
      : `the dataset has no split "${name}"; ${listKnown(name, known)}`,
  );
  return splits[name].split;
}

/** All images in two parts that share no group: those of a split saved in the zip, else drawn. */
export function splitTrainTest(
  dataset: Pick<DatasetZip, "count" | "labels" | "groups" | "splits">,
  { split: name, testFraction, seed }: Pick<TrainingDataOptions, "split" | "testFraction" | "seed">,
): { readonly train: readonly number[]; readonly heldOut: readonly number[] } {
  expect(testFraction >= 0 && testFraction < 1, "data", `the held-out share must lie in [0, 1); got ${testFraction}.`);
  if (name !== undefined) {
    const { train, test, validation } = savedSplit(dataset, name).parts;
    expect(train, "data", `the split "${name}" has no part "train". Make one with \`qgan dataset split\`.`);
    return { train, heldOut: test ?? validation ?? [] };
  }
  if (testFraction === 0) return { train: Array.from({ length: dataset.count }, (_, i) => i), heldOut: [] };
  const split = splitDataset(dataset, {
    fractions: { train: 1 - testFraction, heldOut: testFraction },
    rng: createRng(seed).fork("train/test split"),
  });
  return { train: split.part("train"), heldOut: split.part("heldOut") };
}
