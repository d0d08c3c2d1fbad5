import { rm } from "node:fs/promises";
import { join } from "node:path";
import { listCheckpoints, pruneCheckpoints } from "qgan-core/node";
import { checkOptions, expect, UsageError } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import type { LabHooks } from "../facts.ts";
import { writeReport } from "../report/write-report.ts";
import { createRunFolder } from "../run-folder/create-run-folder.ts";
import { readOptionsFile, writeOptionsFile } from "../run-folder/options-file.ts";
import { addRemark } from "../run-folder/remarks.ts";
import { writeRunCard } from "../run-folder/run-card.ts";
import { runInWorker } from "../worker/run-in-worker.ts";
import { checkMemory } from "./estimate-memory.ts";
import { planRun } from "./run-plan.ts";
import { createSnapshotScorer } from "./snapshot-scorer.ts";
import type { TrainLoopResult } from "./train-loop.ts";
import { TRAIN_OPTION_NAMES, type TrainRunOptions } from "./train-options.ts";

export interface TrainRunResult extends TrainLoopResult {
  /** The run folder. */
  readonly run: string;
  readonly report: string;
  /** Why FID is left out and how to get it. */
  readonly missing?: string;
}

/** Limits that may change from one start to the next. */
export interface RunLimits {
  readonly steps?: number;
  /** Thousands of images, in place of steps. */
  readonly kimg?: number;
  readonly minutes?: number;
  /** Whether the last snapshot is scored, and waited for. Default true. */
  readonly scoreLast?: boolean;
}

/**
 * Trains a generator into a new run folder: samples, checkpoints, scores, logs, model card and report. Training and scoring
 * each run in a thread of their own.
 *
 * ```ts
 * const { run, report } = await trainRun({ data: "skin.zip", class: "mel", minutes: 10 });
 * ```
 *
 * @throws UsageError for options that cannot work, before anything is written; DivergenceError (by name) when numbers overflow.
 */
export async function trainRun(
  options: TrainRunOptions & Pick<RunLimits, "scoreLast">,
  hooks: LabHooks = {},
): Promise<TrainRunResult> {
  checkOptions("trainRun", options, [...TRAIN_OPTION_NAMES, "scoreLast"]);
  const { out = "runs", scoreLast, ...rest } = options;
  const plan = await planRun(rest);
  if (!options.ignoreMemory) checkMemory(plan);
  const label = plan.data.class ?? plan.data.name.replace(/\.zip$/, "");
  const run = await createRunFolder(out, `${plan.model.name}-${label}`);
  try {
    await writeOptionsFile(run, { ...plan, createdAt: new Date().toISOString() });
    if (plan.reference) await writeFileAtomic(join(run, "training_options.json"), `${JSON.stringify(plan.reference, null, 2)}\n`);
  } catch (error) {
    await rm(run, { recursive: true, force: true });
    throw error;
  }
  try {
    return await runTraining(run, scoreLast === undefined ? {} : { scoreLast }, hooks);
  } catch (error) {
    // A mistake that showed before the first checkpoint, such as weights that cannot be fetched: nothing is there to keep.
    if (UsageError.isInstance(error) && (await listCheckpoints(run)).length === 0)
      await rm(run, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Goes on with a run from its newest checkpoint: on wasm and cpu bit for bit what going on without a stop would have given.
 *
 * @param limits - New ends in place of the run's own.
 * @throws UsageError if the folder is no run, the dataset has changed, or no checkpoint is whole.
 */
export async function resumeRun(run: string, limits: RunLimits = {}, hooks: LabHooks = {}): Promise<TrainRunResult> {
  checkOptions("resumeRun", limits, ["steps", "kimg", "minutes", "scoreLast"]);
  const options = await readOptionsFile(run);
  const { kimg, minutes, ...rest } = limits;
  expect(
    limits.steps === undefined || kimg === undefined,
    "resumeRun",
    "steps and kimg both say how long to train. Give one of them.",
  );
  const steps = kimg === undefined ? limits.steps : Math.ceil((kimg * 1000) / options.training.batchSize);
  if (steps !== undefined || minutes !== undefined) {
    const { steps: _steps, minutes: _minutes, ...training } = options.training;
    const ends = { ...(steps === undefined ? {} : { steps }), ...(minutes === undefined ? {} : { minutes }) };
    await writeOptionsFile(run, { ...options, training: { ...training, ...ends } });
  }
  return runTraining(run, rest, hooks);
}

async function runTraining(
  run: string,
  { scoreLast = true }: Pick<RunLimits, "scoreLast">,
  hooks: LabHooks,
): Promise<TrainRunResult> {
  const options = await readOptionsFile(run);
  hooks.onFact?.({ kind: "file", what: "run folder", path: run });
  const scorer = createSnapshotScorer(run, options, hooks);
  const onFact: LabHooks["onFact"] = (fact) => {
    hooks.onFact?.(fact);
    if (fact.kind === "snapshot") scorer.offer(fact.step, fact.secondsLeft);
  };
  try {
    const result = await runInWorker("train", { run }, { ...hooks, onFact });
    await scorer.finish({ scoreLast: scoreLast && !hooks.signal?.aborted });
    await pruneCheckpoints(run, { keepLast: options.training.keepCheckpoints });
    const missing = scorer.missing();
    if (missing !== undefined) addRemark(run, missing);
    const report = await describeRun(run);
    return { ...result, run, report, ...(missing === undefined ? {} : { missing }) };
  } catch (error) {
    await scorer.finish({ scoreLast: false }).catch(() => {}); // the first failure is the one to tell
    const steps = await listCheckpoints(run);
    if (steps.length > 0) await describeRun(run).catch(() => {}); // as above
    if (steps.length > 0 && (error as Error).name === "DivergenceError")
      hooks.onFact?.({ kind: "note", text: `The run is kept: ${run}, with its last good checkpoint, of step ${steps.at(-1)}.` });
    throw error;
  }
}

/** Model card and report of what is there. */
async function describeRun(run: string): Promise<string> {
  await writeRunCard(run);
  return writeReport({ folder: run });
}
