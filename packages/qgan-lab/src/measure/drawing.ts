import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { PathGenerator } from "fid-metrics";
import { listCheckpoints } from "qgan-core/node";
import { expect } from "repro-kit";
import { type CheckpointChoice, chooseCheckpoint, loadGenerator } from "../generate/load-generator.ts";
import { openGenerator, requireStyles } from "../generate/open-generator.ts";
import { checkpointPathGenerator, stylePathGenerator } from "./path-generator.ts";

/** A generator that is measured: a checkpoint, or a snapshot of stylegan2-ada-pytorch. */
export interface Drawing {
  /** Path of the checkpoint or snapshot. */
  readonly name: string;
  readonly digest: string;
  /** [height, width, channels]. */
  readonly imageShape: readonly [number, number, number];
  /** uint8 NHWC, a seed an image; classes in turn. */
  draw(seeds: readonly number[]): Promise<Uint8Array>;
  /** As path lengths walk through it. */
  paths(seed: number): PathGenerator;
  close(): void;
}

export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * The generator that a path names: a run folder, a checkpoint or a snapshot (.pkl); undefined where it is something else.
 *
 * @throws UsageError that names the path: nothing there, or a damaged checkpoint or snapshot.
 */
export async function openDrawing(path: string, checkpoint?: CheckpointChoice): Promise<Drawing | undefined> {
  expect(await isThere(path), "metrics", `${path} does not exist. Look at the path.`);
  if ((await stat(path)).isFile()) return /\.pkl$/i.test(path) ? openSnapshot(path, checkpoint) : undefined;
  if (!(await isThere(join(path, "manifest.json"))) && (await listCheckpoints(path)).length === 0) return undefined;
  const folder = await chooseCheckpoint(path, checkpoint);
  const generator = await loadGenerator(folder);
  return {
    name: folder === path ? path : join(path, basename(folder)),
    digest: generator.digest,
    imageShape: generator.model.generator.imageShape,
    draw: (seeds) => generator.generate(seeds),
    paths: (seed) => checkpointPathGenerator(generator, seed),
    close: () => generator.dispose(),
  };
}

async function openSnapshot(path: string, checkpoint: CheckpointChoice | undefined): Promise<Drawing> {
  expect(checkpoint === undefined, "metrics", `--checkpoint belongs to a run; ${path} holds one network.`);
  const opened = await openGenerator("metrics", { network: path });
  const { labelSize } = opened;
  return {
    name: path,
    digest: opened.digest,
    imageShape: opened.imageShape,
    draw: (seeds) => opened.draw(seeds, labelSize > 0 ? { labels: seeds.map((seed) => seed % labelSize) } : {}),
    paths: (seed) => stylePathGenerator(requireStyles("metrics", opened), seed),
    close: () => opened.dispose(),
  };
}
