import type { GeneratorProvenance, SyntheticSet } from "classifier-eval";
import { expect } from "repro-kit";
import type { LabHooks } from "../facts.ts";
import { type CheckpointChoice, chooseCheckpoint, loadGenerator } from "../generate/load-generator.ts";
import { readOptionsFile } from "../run-folder/options-file.ts";
import { learnedImages } from "./learned-images.ts";

export interface GeneratedImagesOptions {
  /** Runs of generators of one class each, begun with this dataset. */
  readonly runs: readonly string[];
  readonly checkpoint?: CheckpointChoice;
  readonly data: string;
  readonly digest: string;
  readonly classes: readonly string[];
  /** Images to draw of each class; a class of 0 needs no run. */
  readonly counts: readonly number[];
}

/** What a reader must know where not all that a generator saw can be looked up. */
export const unknownNote = (run: string, unknown: readonly string[]): string =>
  `${run} began from weights whose images are not known (${unknown.join(", ")}): that none of them is a test image cannot be checked.`;

/**
 * Images of every generator, seeds from 0, with where they come from, the images that each generator learned from among it.
 *
 * @throws UsageError if a run is of another dataset, of no class or of one that has a run already, or a class has no run.
 */
export async function drawGenerated(
  { runs, checkpoint, data, digest, classes, counts }: GeneratedImagesOptions,
  { onFact, signal }: LabHooks,
): Promise<SyntheticSet> {
  const images: Uint8Array[] = [];
  const labels: number[] = [];
  const provenance: GeneratorProvenance[] = [];
  let imageShape: readonly [number, number, number] | undefined;
  for (const run of runs) {
    signal?.throwIfAborted();
    const described = await readOptionsFile(run);
    const [height, width, channels] = described.data.imageShape;
    expect(
      described.data.digest === digest,
      "classify",
      `${run} learned from another dataset, or ${data} has changed since: ${described.data.path}, images of ${height}×${width}×${channels}. Give runs of ${data}, or train anew.`,
    );
    const label = classes.indexOf(described.data.class ?? "");
    expect(
      label >= 0,
      "classify",
      described.data.class === undefined
        ? `${run} learned all classes together; a classifier needs a generator of one class. Train with --class.`
        : `${run} is of class "${described.data.class}", which is not among ${classes.join(", ")}.`,
    );
    expect(!labels.includes(label), "classify", `two runs are of class "${described.data.class}". Give one run a class.`);
    onFact?.({ kind: "progress", part: `Generating ${described.data.class}` });
    const { trainedOn, unknown } = await learnedImages(run, { path: data, digest });
    if (unknown.length > 0) onFact?.({ kind: "note", text: unknownNote(run, unknown) });
    imageShape ??= described.data.imageShape;
    const generator = await loadGenerator(await chooseCheckpoint(run, checkpoint));
    try {
      if (counts[label] > 0) images.push(await generator.generate(Array.from({ length: counts[label] }, (_, seed) => seed)));
      const seeds = counts[label] > 0 ? `0-${counts[label] - 1}` : "none";
      provenance.push({ model: described.model.name, checkpoint: `${run}, ${generator.folder}`, seeds, trainedOn });
    } finally {
      generator.dispose();
    }
    labels.push(...new Array<number>(counts[label]).fill(label));
  }
  counts.forEach((count, k) => {
    expect(
      count === 0 || labels.includes(k),
      "classify",
      `class "${classes[k]}" has no generator, but the mixture keeps the class distribution. Give a run of every class with --runs.`,
    );
  });
  expect(imageShape, "classify", "give run folders with --runs; `qgan train` makes them.");
  return { data: { images: Buffer.concat(images), labels: Int32Array.from(labels), imageShape }, provenance };
}
