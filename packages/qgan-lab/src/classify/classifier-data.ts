import type { DatasetZip } from "dataset-zip";
import { expect, listKnown } from "repro-kit";
import type { LabHooks } from "../facts.ts";
import { type CheckpointChoice, chooseCheckpoint, loadGenerator } from "../generate/load-generator.ts";
import type { RunOptionsFile } from "../run-folder/options-file.ts";
import { splitTrainTest, type TrainingDataOptions } from "../run-folder/training-data.ts";

/** Labelled images in memory: uint8 NHWC. */
export interface LabelledPixels {
  readonly images: Uint8Array;
  readonly labels: Int32Array;
  readonly imageShape: readonly [number, number, number];
}

/** The real images of a classification, in the two parts that the generators' runs share. */
export interface ClassifierDataParts {
  readonly classes: readonly string[];
  readonly real: LabelledPixels;
  readonly test: LabelledPixels & { readonly groups?: readonly string[] };
}

/** @throws UsageError if a class is not known, or there are fewer than two. */
export async function readClassifierData(
  dataset: DatasetZip,
  { classes, ...split }: { readonly classes: readonly string[] } & Pick<TrainingDataOptions, "split" | "testFraction" | "seed">,
): Promise<ClassifierDataParts> {
  const { labels, groups, imageShape } = dataset;
  for (const name of classes)
    expect(dataset.classes.includes(name), "classify", () => `no class "${name}"; ${listKnown(name, dataset.classes)}`);
  expect(labels && classes.length >= 2, "classify", `at least 2 classes are needed; the dataset has ${classes.length}.`);
  const labelOf = (i: number): number => classes.indexOf(dataset.classes[labels[i]]);
  const parts = splitTrainTest(dataset, split);
  const read = async (part: readonly number[]): Promise<LabelledPixels & { groups?: readonly string[] }> => {
    const indices = part.filter((i) => labelOf(i) >= 0);
    return {
      images: await dataset.images(indices),
      labels: Int32Array.from(indices, labelOf),
      imageShape,
      ...(groups ? { groups: indices.map((i) => groups[i]) } : {}),
    };
  };
  const { images, labels: trainLabels } = await read(parts.train);
  return { classes, real: { images, labels: trainLabels, imageShape }, test: await read(parts.heldOut) };
}

export interface SyntheticOptions {
  readonly runs: readonly string[];
  readonly described: readonly RunOptionsFile[];
  readonly classes: readonly string[];
  readonly counts: readonly number[];
  readonly imageShape: readonly [number, number, number];
}

/** Images of every generator, seeds from 0, with the label of its class. */
export async function drawSynthetic(
  { runs, described, classes, counts, imageShape }: SyntheticOptions,
  checkpoint: CheckpointChoice | undefined,
  { onFact }: LabHooks,
): Promise<LabelledPixels> {
  const images: Uint8Array[] = [];
  const labels: number[] = [];
  for (const [i, run] of runs.entries()) {
    const label = classes.indexOf(described[i].data.class ?? "");
    expect(label >= 0, "classify", `${run} is of class "${described[i].data.class}", which is not among ${classes.join(", ")}.`);
    onFact?.({ kind: "progress", part: `Generating ${described[i].data.class}` });
    const generator = await loadGenerator(await chooseCheckpoint(run, checkpoint));
    try {
      images.push(await generator.generate(Array.from({ length: counts[label] }, (_, seed) => seed)));
    } finally {
      generator.dispose();
    }
    labels.push(...new Array<number>(counts[label]).fill(label));
  }
  return { images: Buffer.concat(images), labels: Int32Array.from(labels), imageShape };
}
