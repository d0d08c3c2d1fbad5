import { join } from "node:path";
import type { GanStep } from "qgan-core";
import { checkpointName } from "qgan-core/node";
import { removePartials } from "repro-kit/node";
import { type BackendName, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import type { ProgressState } from "../progress/progress-line.ts";
import { createRateMeter } from "../progress/rate.ts";
import { makeImageGrid } from "../run-folder/image-grid.ts";
import { type RunOptionsFile, readOptionsFile } from "../run-folder/options-file.ts";
import { addRemark } from "../run-folder/remarks.ts";
import { countTicks, openRunLog, readSnapshots } from "../run-folder/run-log.ts";
import { beginTraining } from "./begin-training.ts";
import { checkMemory, WASM_HEAP_BYTES } from "./estimate-memory.ts";
import { GRID_COLUMNS, gridLabels, gridReals } from "./sample-grid.ts";
import { saveReals, saveSnapshot } from "./save-snapshot.ts";
import { createSnapshotSchedule } from "./snapshot-schedule.ts";
import { statsLine } from "./stats-line.ts";
import { createTickStats } from "./tick-stats.ts";
import { createWatches } from "./watch/index.ts";

export interface TrainLoopOptions {
  /** A run folder with its options.json. */
  readonly run: string;
}

export interface TrainLoopResult {
  readonly step: number;
  readonly images: number;
  /** Seconds of training, over all resumptions. */
  readonly seconds: number;
  /** Seconds spent on samples and checkpoints, over all resumptions. */
  readonly savingSeconds: number;
  /** Folder of the last checkpoint. */
  readonly checkpoint: string;
  /** Whether it came to its end, not to a stop. */
  readonly isFinished: boolean;
  /** The watch that ended it, where one did. */
  readonly stoppedBy?: string;
  readonly backend: string;
}

const PROGRESS_MS = 100;

/**
 * Trains a run from its options.json, going on from its newest checkpoint where it has one; saves samples and checkpoints as it
 * goes. A stop by the signal finishes and saves the step in hand.
 */
export async function trainLoop({ run }: TrainLoopOptions, hooks: LabHooks = {}): Promise<TrainLoopResult> {
  const { onFact, signal } = hooks;
  const options = await readOptionsFile(run);
  const { steps = Number.POSITIVE_INFINITY, snapshots, gridCount, backend, threads } = options.training;
  const budgetSeconds = (options.training.minutes ?? Number.POSITIVE_INFINITY) * 60;
  onFact?.({ kind: "progress", part: "Preparing the training" });
  await removePartials(run);
  const info = await ready({ backend: backend as BackendName | "auto", ...(threads ? { threads } : {}) }); // `ready` checks the name
  if (info.backend === "wasm" && !options.training.ignoreMemory)
    checkMemory(options, { bytes: WASM_HEAP_BYTES, whose: "is all that the wasm backend holds" });
  const { training, data } = await beginTraining(run, options, (text) => onFact?.({ kind: "note", text }));
  const start = training.stepsDone;
  const log = await openRunLog(run, start);
  const say = (text: string): void => {
    log.say(text);
    onFact?.({ kind: "note", text });
  };
  const before = readSnapshots(run).at(-1);
  let [seconds, savingSeconds, images] = [before?.seconds ?? 0, before?.savingSeconds ?? 0, before?.images ?? 0];
  const fractionAt = (step: number): number => Math.min(1, Math.max(step / steps, (seconds + savingSeconds) / budgetSeconds));
  let secondsLeft: number | undefined;
  const isFinished = (): boolean => fractionAt(training.stepsDone) >= 1;
  try {
    say(`${start === 0 ? "Begins" : `Goes on at step ${start}`}: ${describe(options)}; ${info.reason}.`);
    const { stopOn = [], seed, augment, snapImages } = options.training;
    const warn = (text: string): void => {
      say(text);
      addRemark(run, text);
    };
    const watches = await createWatches({ data, model: training.model, seed, augment, say: warn }, { stopOn });
    const { labelSize } = training.model.generator;
    const reals = await data.dataset.images(gridReals(data, gridLabels(gridCount, labelSize), gridCount));
    await saveReals(run, makeImageGrid(reals, { imageShape: data.dataset.imageShape, columns: GRID_COLUMNS }));
    let savedStep = start;
    const save = async (): Promise<void> => {
      const began = performance.now();
      const fraction = fractionAt(training.stepsDone);
      await saveSnapshot(
        { run, training, log, watches, gridCount, images, seconds, savingSeconds, fraction, secondsLeft },
        hooks,
      );
      savedStep = training.stepsDone;
      savingSeconds += (performance.now() - began) / 1000;
    };
    if (start === 0) await save();
    const schedule = createSnapshotSchedule({
      count: snapshots,
      from: fractionAt(start),
      ...(snapImages === undefined ? {} : { everyImages: snapImages }),
    });
    const ticks = createTickStats(options.model.options, countTicks(run), images);
    const isStopped = (): boolean => signal?.aborted === true || watches.stoppedBy() !== undefined;
    const meter = createRateMeter();
    meter.add(images, seconds);
    let shownAt = Number.NEGATIVE_INFINITY;
    let lapAt = performance.now();
    if (!isFinished() && !signal?.aborted)
      for await (const step of training) {
        seconds += (performance.now() - lapAt) / 1000;
        images = step.images;
        meter.add(images, seconds);
        const line = statsLine(step, seconds);
        const isLast = isFinished();
        watches.step(step);
        ticks.add(step);
        const hasTicks = Object.keys(step.observed).length > 0;
        const tick = hasTicks && (isLast || ticks.isDue(images)) ? ticks.end(images, { seconds, savingSeconds }) : undefined;
        log.stats(line, tick);
        if (tick) log.say(ticks.describe(tick));
        const rate = meter.perSecond();
        secondsLeft = Math.min(
          budgetSeconds - seconds - savingSeconds,
          ((steps - step.step) * options.training.batchSize) / rate,
        );
        if (isLast || performance.now() - shownAt >= PROGRESS_MS) {
          shownAt = performance.now();
          const fraction = Math.max(fractionAt(step.step), seconds / (seconds + Math.max(0, secondsLeft)));
          onFact?.({ kind: "progress", ...progressOf(step, options), fraction, imagesPerSecond: rate, secondsLeft });
          onFact?.({ kind: "step", ...line });
        }
        if (isLast || isStopped()) break;
        if (schedule.isDue(fractionAt(step.step), seconds, images)) await save();
        if (watches.stoppedBy() !== undefined) break;
        lapAt = performance.now();
      }
    if (training.stepsDone !== savedStep) await save();
    const stoppedBy = watches.stoppedBy();
    log.say(
      `${isFinished() ? "Finished" : "Stopped"} at step ${training.stepsDone}${stoppedBy === undefined ? "" : ` by --stop-on ${stoppedBy}`}.`,
    );
    const checkpoint = join(run, checkpointName(training.stepsDone));
    return {
      step: training.stepsDone,
      images,
      seconds,
      savingSeconds,
      checkpoint,
      isFinished: isFinished(),
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
      backend: `${info.backend} ${info.version}`,
    };
  } catch (error) {
    log.say(`Failed after step ${training.stepsDone}: ${(error as Error).message}`);
    throw error;
  } finally {
    training.dispose();
    await data.dataset.close();
  }
}

const describe = ({ model, data, training }: RunOptionsFile): string =>
  `${model.name}${model.preset ? ` (${model.preset})` : ""} learns ${data.class ?? "all images"} of ${data.name}, ${data.numTrain} images, batches of ${training.batchSize}`;

function progressOf(step: GanStep, { data, training }: RunOptionsFile): ProgressState {
  const { lossD, lossG } = step.losses;
  return {
    part: `Training${data.class === undefined ? "" : ` ${data.class}`}`,
    unit: "step",
    done: step.step,
    ...(training.steps === undefined ? {} : { total: training.steps }),
    values: { ...(lossD === undefined ? {} : { D: lossD }), ...(lossG === undefined ? {} : { G: lossG }) },
  };
}
