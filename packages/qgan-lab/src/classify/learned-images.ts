import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { RESUME_PRESETS } from "qgan-core";
import { expect } from "repro-kit";
import { isAddress } from "../generate/snapshot-file.ts";
import { type RunOptionsFile, readOptionsFile } from "../run-folder/options-file.ts";
import { openRunData, splitDigest } from "../run-folder/training-data.ts";
import { isRunFolder } from "../train/initial-weights.ts";

export interface LearnedImages {
  /** Indices in the dataset of every image that the generator saw, those of the runs that it began from with them. */
  readonly trainedOn: readonly number[];
  /** Where it began from weights whose images are not known: another dataset, or a file of weights. */
  readonly unknown: readonly string[];
}

/**
 * The images that a run's generator learned from: those that its options name, and those of the runs whose weights it began with, all the
 * way back.
 *
 * @param dataset - Path and digest of the dataset that the images are counted in.
 * @throws UsageError if the split that it learned from was drawn anew since, or a run that it began from is not there any more.
 */
export async function learnedImages(
  run: string,
  dataset: { readonly path: string; readonly digest: string },
): Promise<LearnedImages> {
  const described = await readOptionsFile(run);
  const own =
    described.data.digest === dataset.digest
      ? { trainedOn: await ownImages(run, described, dataset.path), unknown: [] }
      : { trainedOn: [], unknown: [`${run} (it learned from ${described.data.path})`] };
  const { initFrom } = described.training;
  if (initFrom === undefined) return own;
  const earlier = await earlierImages(run, initFrom, dataset);
  return {
    trainedOn: [...new Set([...own.trainedOn, ...earlier.trainedOn])].sort((a, b) => a - b),
    unknown: [...own.unknown, ...earlier.unknown],
  };
}

async function ownImages(run: string, { data, training }: RunOptionsFile, path: string): Promise<readonly number[]> {
  const { split } = training;
  const { dataset, train } = await openRunData({ data: { ...data, path }, training }, { subset: training.subset });
  await dataset.close();
  expect(
    split === undefined || splitDigest(dataset, split.name) === split.digest,
    "classify",
    `the split "${split?.name}" of ${path} is not the one that ${run} learned from, so what it saw is not known. Make the old one again, or train anew.`,
  );
  return train;
}

async function earlierImages(run: string, from: string, dataset: { readonly path: string; readonly digest: string }) {
  const known = [from, dirname(from)]; // a run folder, or a checkpoint in one
  for (const folder of known) if (await isRunFolder(folder)) return learnedImages(folder, dataset);
  expect(
    existsSync(from) || isAddress(from) || Object.hasOwn(RESUME_PRESETS, from),
    "classify",
    `${run} began from ${from}, which is not there any more, so what it saw is not known. Put it back, or train anew.`,
  );
  return { trainedOn: [], unknown: [`${existsSync(join(from, "manifest.json")) ? "the checkpoint " : ""}${from}`] };
}
