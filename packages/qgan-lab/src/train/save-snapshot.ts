import { basename, join } from "node:path";
import { type GanTraining, generate } from "qgan-core";
import { addCheckpoint } from "qgan-core/node";
import { writeFileAtomic } from "repro-kit/node";
import type { LabHooks } from "../facts.ts";
import { compressPng } from "../run-folder/compress-png.ts";
import { type ByteImage, makeImageGrid } from "../run-folder/image-grid.ts";
import { appendScore, type RunLog } from "../run-folder/run-log.ts";
import { GRID_COLUMNS, gridLabels } from "./sample-grid.ts";
import { saveNetworks } from "./save-networks.ts";
import type { WatchParty } from "./watch/index.ts";

export interface SnapshotOptions {
  readonly run: string;
  readonly training: GanTraining;
  readonly log: RunLog;
  readonly watches: WatchParty;
  /** Number of images in the grid, of seeds from 0. */
  readonly gridCount: number;
  readonly images: number;
  readonly seconds: number;
  readonly savingSeconds: number;
  /** Share of the run that is done. */
  readonly fraction: number;
  /** Of the training, where known. */
  readonly secondsLeft: number | undefined;
}

/** Saves the checkpoint of the step in hand, and draws the same seeds as every snapshot does. Returns the checkpoint's folder. */
export async function saveSnapshot(options: SnapshotOptions, { onFact }: LabHooks): Promise<string> {
  const { run, training, log, watches, gridCount, images, seconds, savingSeconds, fraction, secondsLeft } = options;
  const { stepsDone: step, model } = training;
  const { imageShape, labelSize } = model.generator;
  const labels = gridLabels(gridCount, labelSize);
  const pixels = await generate(
    model,
    training.ema(),
    Array.from({ length: gridCount }, (_, seed) => seed),
    labels ? { labels } : {},
  );
  const grid = makeImageGrid(pixels, { imageShape, columns: GRID_COLUMNS });
  const png = compressPng(grid);
  const name = `fakes${String(step).padStart(6, "0")}.png`;
  await writeFileAtomic(join(run, name), png);
  const checkpoint = await addCheckpoint(run, await training.state());
  log.snapshot({ step, images, seconds, savingSeconds, grid: name, checkpoint: basename(checkpoint) });
  log.events.image(step, "fakes", { ...grid, png });
  await saveNetworks(run, training);
  for (const score of await watches.snapshot({ step, fraction, pixels, training, ...(labels ? { labels } : {}) })) {
    if (!Number.isFinite(score.value)) continue;
    log.events.scalars(step, { [`score/${score.metric}`]: score.value });
    appendScore(run, { step, images, ...score });
  }
  onFact?.({ kind: "snapshot", step, path: checkpoint, ...(secondsLeft === undefined ? {} : { secondsLeft }) });
  return checkpoint;
}

/** Writes reals.png: the first training images, as many as a sample grid shows. */
export async function saveReals(run: string, reals: ByteImage): Promise<void> {
  await writeFileAtomic(join(run, "reals.png"), compressPng(reals));
}
