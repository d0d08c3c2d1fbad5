import { checkOptions, expect, type Rng } from "repro-kit";
import type { Schedule } from "tfjs-train";
import { type ClassifierData, openSource } from "../data/image-source.ts";
import { type ByteStore, memoryStore, readJson, writeJson } from "../store/byte-store.ts";
import { digestImages, digestOf, digestParams } from "../store/digest.ts";
import { DivergenceError } from "./divergence-error.ts";
import { resolveOptions, type TrainClassifierOptions, type TrainingSettings } from "./options.ts";
import { type ClassifierStep, trainClassifier, type ValidationScores } from "./train-classifier.ts";

export interface SearchOptions {
  readonly train: ClassifierData;
  /** Judges the cells; the test images have no part in it. */
  readonly validation: ClassifierData;
  readonly classes: readonly string[];
  readonly rng: Rng;
  readonly learningRates: readonly number[];
  /** Decoupled (AdamW). @defaultValue [0] */
  readonly weightDecays?: readonly number[];
  /** @defaultValue [0] */
  readonly frozenStages?: readonly (number | "all")[];
  /** The rate over the steps of a cell whose highest rate is given. What it does must stand in `tag`. Default: it stays. */
  readonly schedule?: (learningRate: number) => Schedule;
  /** Everything else. What a function in it does must stand in `tag`. */
  readonly training?: Omit<TrainingSettings, "learningRate" | "weightDecay" | "frozenStages" | "optimizer">;
  /** Where cells are kept; the same store continues. Default: memory. */
  readonly store?: ByteStore;
  /** Sets apart cells whose settings differ in functions. @defaultValue "" */
  readonly tag?: string;
  readonly signal?: AbortSignal;
  readonly onStep?: (progress: { readonly settings: SearchedSettings; readonly step: ClassifierStep }) => void;
}

/** What the cells of a search differ in. */
export interface SearchedSettings {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly frozenStages: number | "all";
}

export interface SearchCell extends SearchedSettings {
  /** Of the best epoch; null where the loss ran away. */
  readonly validation: ValidationScores | null;
  readonly epoch: number;
  readonly isStored: boolean;
}

const KNOWN = [
  "train",
  "validation",
  "classes",
  "rng",
  "learningRates",
  "weightDecays",
  "frozenStages",
  "schedule",
  "training",
  "store",
  "tag",
  "signal",
  "onStep",
];

/**
 * Trains once for every learning rate, weight decay and number of frozen stages, from the same random stream, and keeps what validation
 * says of each: interrupted, it goes on with the next cell. `bestCell` of them is the answer.
 *
 * @throws UsageError if a list is empty or holds a value twice, or the options do not fit.
 */
export async function* searchSettings(options: SearchOptions): AsyncGenerator<SearchCell> {
  const scope = "searchSettings";
  checkOptions(scope, options, KNOWN);
  const {
    train,
    validation,
    classes,
    rng,
    learningRates,
    weightDecays = [0],
    frozenStages = [0],
    training = {},
    signal,
  } = options;
  const { store = memoryStore(), tag = "" } = options;
  for (const [name, values] of Object.entries({ learningRates, weightDecays, frozenStages }))
    expect(
      values.length > 0 && new Set<unknown>(values).size === values.length,
      scope,
      `${name} must be distinct and at least one; got [${values.join(", ")}].`,
    );
  const grid = learningRates.flatMap((learningRate) =>
    weightDecays.flatMap((weightDecay) => frozenStages.map((frozen) => ({ learningRate, weightDecay, frozenStages: frozen }))),
  );
  for (const settings of grid) resolveOptions(trainingOf(options, settings)); // all are checked before the first is trained
  const { backbone, weights, head, ...plain } = training;
  const parts = [train, validation].map((data) => openSource(scope, data, classes.length));
  const base = await digestOf([
    ...[classes, rng.state(), plain, tag, typeof backbone === "object" ? backbone.name : backbone],
    ...[weights ? await digestParams(weights) : null, head ? [Array.from(head.weight), Array.from(head.bias)] : null],
    ...(await Promise.all(parts.map(async (part) => [await digestImages(part, part.count), Array.from(part.labels)]))),
  ]);
  for (const settings of grid) {
    signal?.throwIfAborted();
    const name = `search-${(await digestOf([base, settings])).slice(0, 24)}.json`;
    const stored = (await readJson(store, name)) as Omit<SearchCell, "isStored"> | undefined; // written below
    if (stored) {
      yield { ...stored, isStored: true };
      continue;
    }
    const cell = { ...settings, ...(await runCell(options, settings)) };
    await writeJson(store, name, cell);
    yield { ...cell, isStored: false };
  }
}

/** Everything that a cell is trained with. */
function trainingOf(
  { train, validation, classes, rng, schedule, training = {}, signal }: SearchOptions,
  settings: SearchedSettings,
): TrainClassifierOptions {
  const learningRate = schedule ? schedule(settings.learningRate) : settings.learningRate;
  const data = { train, validation, classes, rng, ...(signal ? { signal } : {}) };
  return { ...training, ...settings, learningRate, ...data };
}

async function runCell(options: SearchOptions, settings: SearchedSettings): Promise<Pick<SearchCell, "validation" | "epoch">> {
  const { signal, onStep } = options;
  const run = trainClassifier(trainingOf(options, settings));
  let best: Pick<SearchCell, "validation" | "epoch"> = { validation: null, epoch: 0 };
  try {
    for await (const step of run) {
      if (step.isBest && step.validation) best = { validation: step.validation, epoch: step.epoch };
      onStep?.({ settings, step });
    }
    signal?.throwIfAborted();
    return best;
  } catch (error) {
    if (signal?.aborted || !(error instanceof DivergenceError)) throw error;
    return { validation: null, epoch: 0 }; // a rate too high is an answer
  } finally {
    run.dispose();
  }
}

/** The cell with the lowest validation loss. @throws UsageError if the loss of every cell ran away. */
export function bestCell(cells: readonly SearchCell[]): SearchCell {
  const sound = cells.filter(({ validation }) => validation !== null);
  expect(sound.length > 0, "bestCell", "no cell has a finite loss. Try lower learning rates.");
  return sound.reduce((a, b) => ((b.validation?.loss ?? 0) < (a.validation?.loss ?? 0) ? b : a));
}
