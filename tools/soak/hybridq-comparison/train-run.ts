import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodePng, type LabelledImage } from "dataset-zip";
import { openDatasetZipFile, writeDatasetZipFile } from "dataset-zip/node";
import type { ImageArray } from "fid-metrics";
import { createBatchSource, createModel, type GanTraining, generate, parameterTable, trainGan } from "qgan-core";
import { addCheckpoint, latestCheckpoint, loadCheckpoint, pruneCheckpoints } from "qgan-core/node";
import { createRng, expect } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import type { ComparisonData } from "./comparison-data.ts";
import { BATCH, quietMilliseconds, type StepTime } from "./step-time.ts";
import type { Variant } from "./variants.ts";

const CHECKPOINT_EVERY_MS = 60_000;

export interface RunPlan {
  readonly variant: Variant;
  readonly seed: number;
  readonly backend: string;
  /** What a step takes on a quiet machine: the clock of the run. */
  readonly stepTime: StepTime;
  /** Minutes of training, by that clock, after which samples are taken, ascending; the last ends the run. */
  readonly snapshotMinutes: readonly number[];
  /** Samples at each snapshot, of seeds 0 and up. */
  readonly count: number;
  readonly folder: string;
  readonly data: Pick<ComparisonData, "train">;
  readonly tell: (line: string) => void;
}

/** How far a run has come; written beside each checkpoint. */
export interface RunProgress {
  readonly step: number;
  /** Milliseconds that its steps take on a quiet machine; sampling, saving and metrics are not counted. */
  readonly trainMs: number;
  /** Milliseconds that they took here, and of these the circuits'. */
  readonly wallMs: number;
  readonly quantumMs: number;
  readonly parameters: number;
  /** Minute, step and losses at each snapshot taken. */
  readonly snapshots: readonly {
    readonly minutes: number;
    readonly step: number;
    readonly losses: Readonly<Record<string, number>>;
  }[];
}

const samplesName = (minutes: number): string => `samples-${minutes}min.zip`;

/**
 * Trains one model for some minutes and leaves samples at each snapshot. A finished run is not repeated; an
 * interrupted one goes on from its last checkpoint, with the time it had spent.
 */
export async function trainRun(plan: RunPlan): Promise<RunProgress> {
  const { variant, seed, snapshotMinutes, folder, data, tell } = plan;
  await mkdir(folder, { recursive: true });
  const done = await readProgress(join(folder, "progress.json"));
  if (done && done.snapshots.length === snapshotMinutes.length) return done;

  const model = createModel(variant.model, { options: variant.options });
  const latest = await latestCheckpoint(folder);
  const resume = latest ? await loadCheckpoint(latest) : undefined;
  const saved = resume ? await readProgress(join(folder, `progress-${resume.step}.json`)) : undefined;
  expect(!resume || saved, "hybridq-comparison", `${folder} has a checkpoint without its progress file. Remove the folder.`);
  const batches = createBatchSource({ dataset: data.train, batchSize: BATCH, rng: createRng(seed).fork("batches") });
  const training = trainGan({ model, data: batches, seed, resume });
  let progress: RunProgress = saved ?? {
    step: 0,
    trainMs: 0,
    wallMs: 0,
    quantumMs: 0,
    parameters: parameterTable(model).total,
    snapshots: [],
  };
  let savedAt = performance.now();
  const save = async (): Promise<void> => {
    // The progress file first: a checkpoint is only ever found with its own.
    await writeFileAtomic(join(folder, `progress-${progress.step}.json`), JSON.stringify(progress));
    await addCheckpoint(folder, await training.state());
    await pruneCheckpoints(folder, { keepLast: 1 });
    savedAt = performance.now();
  };

  try {
    for await (const { step, losses, ms } of training) {
      const { wallMs, quantumMs } = progress;
      const trainMs = quietMilliseconds(plan.stepTime, step);
      progress = { ...progress, step, trainMs, wallMs: wallMs + ms.total, quantumMs: quantumMs + (ms.quantum ?? 0) };
      const due = snapshotMinutes[progress.snapshots.length];
      if (progress.trainMs >= due * 60_000) {
        await takeSamples(training, plan.count, join(folder, samplesName(due)));
        progress = { ...progress, snapshots: [...progress.snapshots, { minutes: due, step, losses }] };
        await save();
        tell(`${variant.name} seed ${seed} ${plan.backend}: ${due} min, ${step} steps`);
        if (progress.snapshots.length === snapshotMinutes.length) break;
      } else if (performance.now() - savedAt > CHECKPOINT_EVERY_MS) await save();
    }
  } finally {
    training.dispose();
  }
  await writeFileAtomic(join(folder, "progress.json"), JSON.stringify(progress));
  return progress;
}

async function takeSamples(training: GanTraining, count: number, path: string): Promise<void> {
  const [height, width, channels] = training.model.generator.imageShape;
  const pixels = await generate(training.model, training.ema(), [...Array(count).keys()]);
  const size = height * width * channels;
  const images = Array.from({ length: count }, (_, i): LabelledImage => {
    const data = pixels.slice(i * size, (i + 1) * size);
    return { pixels: { data, height, width, channels }, source: `seed ${i}` };
  });
  await writeDatasetZipFile(path, images, { overwrite: true });
  const grid = encodePng(gridOf({ data: pixels, count, height, width, channels }));
  await writeFile(path.replace(/\.zip$/, ".png"), grid);
}

/** The first images, at most a hundred, in a square. */
function gridOf({ data, count, height, width, channels }: ImageArray): {
  data: Uint8Array;
  height: number;
  width: number;
  channels: number;
} {
  const row = width * channels;
  const side = Math.min(10, Math.floor(Math.sqrt(count)));
  const grid = new Uint8Array(side * side * height * row);
  for (let i = 0; i < side * side; i++)
    for (let y = 0; y < height; y++) {
      const from = (i * height + y) * row;
      const line = Math.floor(i / side) * height + y;
      grid.set(data.subarray(from, from + row), (line * side + (i % side)) * row);
    }
  return { data: grid, height: side * height, width: side * width, channels };
}

/** The samples that a snapshot left. */
export async function readSamples(folder: string, minutes: number): Promise<ImageArray> {
  const zip = await openDatasetZipFile(join(folder, samplesName(minutes)));
  try {
    const [height, width, channels] = zip.imageShape;
    return { data: await zip.images([...Array(zip.count).keys()]), count: zip.count, height, width, channels };
  } finally {
    await zip.close();
  }
}

async function readProgress(path: string): Promise<RunProgress | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined); // not there yet
  return text === undefined ? undefined : (JSON.parse(text) as RunProgress); // our own file, written whole
}
