import { basename } from "node:path";
import type { ImageSource } from "classifier-eval";
import { type DatasetZip, splitDataset } from "dataset-zip";
import { openDatasetZipFile } from "dataset-zip/node";
import { createRng, createSplit, expect, listKnown, type Split } from "repro-kit";

export interface StudyDataOptions {
  /** Path of a dataset zip with classes. */
  readonly data: string;
  /** Classes to tell apart. Default: all. */
  readonly classes?: readonly string[];
  /** Split saved in the zip, with parts train, validation and test. Default: "default" where the zip has it, else one drawn by `seed`. */
  readonly split?: string;
  /** @defaultValue 0 */
  readonly seed?: number;
}

/** Names of `StudyDataOptions`. */
export const dataOptionNames = ["data", "classes", "split", "seed"];

/** An opened dataset with its three parts; indices are those of the zip. */
export interface StudyData {
  readonly dataset: DatasetZip;
  readonly name: string;
  readonly classes: readonly string[];
  /** All images; the label of one whose class is left out is −1, and it stands in no part. */
  readonly source: ImageSource & { readonly labels: Int32Array };
  readonly split: Split;
  readonly groups?: readonly string[];
}

/** Shares of a split that is drawn here. */
const FRACTIONS = { train: 0.6, validation: 0.2, test: 0.2 };
const SCOPE = "classify";

/** @throws UsageError if a class or split is not known, a part is missing, or there are fewer than two classes. */
export async function openStudyData({ data, seed = 0, ...options }: StudyDataOptions): Promise<StudyData> {
  const dataset = await openDatasetZipFile(data);
  try {
    const { labels } = dataset;
    const classes = options.classes ?? dataset.classes;
    for (const name of classes)
      expect(dataset.classes.includes(name), SCOPE, () => `no class "${name}" in ${data}; ${listKnown(name, dataset.classes)}`);
    expect(
      labels && classes.length >= 2 && new Set(classes).size === classes.length,
      SCOPE,
      `at least 2 classes are needed, each once; got ${classes.length === 0 ? "none" : classes.join(", ")}.`,
    );
    const own = Int32Array.from(labels, (label) => classes.indexOf(dataset.classes[label]));
    const parts = Object.entries(partsOf(dataset, data, { wanted: options.split, seed, classes })).map(([name, indices]) => [
      name,
      indices.filter((i) => own[i] >= 0),
    ]);
    const { groups } = dataset;
    const split = createSplit(Object.fromEntries(parts), groups ? { groupOf: (i) => groups[i] } : {});
    for (const [name, indices] of Object.entries(split.parts))
      classes.forEach((label, k) => {
        expect(
          name === "test" || indices.some((i) => own[i] === k),
          SCOPE,
          `class "${label}" has no image in the part "${name}". Leave the class out with --classes, or split again.`,
        );
      });
    return {
      dataset,
      name: basename(data).replace(/\.zip$/, ""),
      classes,
      source: { imageShape: dataset.imageShape, labels: own, images: (indices) => dataset.images(indices) },
      split,
      ...(groups ? { groups } : {}),
    };
  } catch (error) {
    await dataset.close();
    throw error;
  }
}

/** A split of all images, but for classes that are left out and could not stand in every part. */
function drawParts(dataset: DatasetZip, classes: readonly string[], seed: number): Readonly<Record<string, readonly number[]>> {
  const { labels, groups, count } = dataset;
  const names = dataset.classes;
  const all = Array.from({ length: count }, (_, i) => i);
  const numGroups = names.map((_, k) => {
    const own = all.filter((i) => labels?.[i] === k);
    return groups ? new Set(own.map((i) => groups[i])).size : own.length;
  });
  const isDrawn = (i: number): boolean => {
    const label = labels?.[i] ?? 0;
    return classes.includes(names[label]) || numGroups[label] >= Object.keys(FRACTIONS).length;
  };
  const drawn = all.filter(isDrawn);
  const { parts } = splitDataset(
    {
      count: drawn.length,
      classes: names,
      labels: labels && Int32Array.from(drawn, (i) => labels[i]),
      groups: groups && drawn.map((i) => groups[i]),
    },
    { fractions: FRACTIONS, rng: createRng(seed).fork("classifier split") },
  );
  return Object.fromEntries(Object.entries(parts).map(([name, indices]) => [name, indices.map((i) => drawn[i])]));
}

function partsOf(
  dataset: DatasetZip,
  data: string,
  { wanted, seed, classes }: { wanted: string | undefined; seed: number; classes: readonly string[] },
): Readonly<Record<string, readonly number[]>> {
  const known = Object.keys(dataset.splits);
  const name = wanted ?? (known.includes("default") ? "default" : undefined);
  if (name === undefined) return drawParts(dataset, classes, seed);
  expect(known.includes(name), SCOPE, () =>
    known.length === 0
      ? `${data} has no split "${name}", nor any other. Make one with \`qgan dataset split\`, or leave --split out.`
      : `${data} has no split "${name}"; ${listKnown(name, known)}`,
  );
  const { parts } = dataset.splits[name].split;
  for (const part of ["train", "validation", "test"])
    expect(
      (parts[part]?.length ?? 0) > 0,
      SCOPE,
      `the split "${name}" has no part "${part}". Make one with \`qgan dataset split --fractions train=0.6,validation=0.2,test=0.2\`.`,
    );
  return { train: parts.train, validation: parts.validation, test: parts.test };
}
