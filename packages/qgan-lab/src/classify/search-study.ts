import { join } from "node:path";
import {
  bestCell,
  type SearchCell,
  type SearchedSettings,
  type SearchOptions,
  searchSettings,
  selectImages,
} from "classifier-eval";
import { checkOptions, createRng } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { type BackendName, disposeParams, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import { folderStore } from "./classifier-folder.ts";
import { dataOptionNames, openStudyData, type StudyDataOptions } from "./study-data.ts";
import { prepareFolder, untilStopped } from "./study-folder.ts";
import { loadSettings, type StudySettings, scheduleOf, settingNames, stepsOfEpoch } from "./study-settings.ts";

export interface SearchStudyOptions extends StudyDataOptions, Omit<StudySettings, keyof SearchedSettings> {
  /** Folder of the search; the same one continues. */
  readonly out: string;
  /** Highest learning rates to try. @defaultValue [0.0001, 0.0003, 0.001] */
  readonly learningRates?: readonly number[];
  /** @defaultValue [0.01] */
  readonly weightDecays?: readonly number[];
  /** Numbers of first stages that stay. @defaultValue [0] */
  readonly frozenStages?: readonly (number | "all")[];
  readonly backend?: string;
}

export interface SearchStudyResult {
  /** The lowest validation loss first; those whose loss ran away last. */
  readonly cells: readonly SearchCell[];
  readonly best: SearchCell;
  /** search.json. */
  readonly path: string;
}

const KNOWN = [...dataOptionNames, ...settingNames, "out", "backend", "learningRates", "weightDecays"];

/** The grid with its defaults. */
export function searchGrid({
  learningRates = [1e-4, 3e-4, 1e-3],
  weightDecays = [0.01],
  frozenStages = [0],
}: Pick<SearchStudyOptions, "learningRates" | "weightDecays" | "frozenStages">) {
  return { learningRates, weightDecays, frozenStages };
}

/**
 * Which learning rate, weight decay and number of frozen stages? Trains a classifier for every combination, as `trainStudy` would, and
 * judges it by the validation images; the test images are not read. Each cell is kept in `<out>/cells` as soon as it is done, so that an
 * interrupted search goes on; search.json holds them all.
 *
 * @throws UsageError as `searchSettings`, or if the loss of every cell ran away. Throws the signal's reason when it is aborted.
 */
export async function searchStudy(options: SearchStudyOptions, hooks: LabHooks = {}): Promise<SearchStudyResult> {
  const { onFact, signal } = hooks;
  checkOptions("searchStudy", options, KNOWN);
  const { out, seed = 0, augment = "flips", warmUpEpochs = 1 } = options;
  const grid = searchGrid(options);
  await ready({ backend: (options.backend ?? "auto") as BackendName | "auto" }); // `ready` checks the name
  const { dataset, source, split, classes } = await openStudyData(options);
  try {
    const { frozenStages: _, ...settings } = options; // what the cells differ in
    const loaded = await loadSettings(settings, { channels: source.imageShape[2] });
    for (const text of loaded.notes) onFact?.({ kind: "note", text });
    const { weightDecay: __, frozenStages: ___, ...training } = loaded.training;
    const { epochs } = training;
    const stepsPerEpoch = stepsOfEpoch(options, split.part("train").length);
    await prepareFolder(out);
    const total = Object.values(grid).reduce((product, values) => product * values.length, 1);
    const cells: SearchCell[] = [];
    const search: SearchOptions = {
      train: selectImages(source, split.part("train")),
      validation: selectImages(source, split.part("validation")),
      classes,
      ...grid,
      rng: createRng(seed).fork("classifier"),
      schedule: (learningRate) => scheduleOf({ learningRate, warmUpEpochs }, { stepsPerEpoch, epochs }),
      training: { ...training, stepsPerEpoch },
      store: folderStore(join(out, "cells")),
      tag: JSON.stringify(["cosine", warmUpEpochs, augment]), // what stands in functions
      ...(signal ? { signal } : {}),
      onStep: ({ settings, step: { step, totalSteps, loss } }) =>
        onFact?.({
          kind: "progress",
          part: describeCell(settings),
          unit: "step",
          ...{ done: step, total: totalSteps, fraction: (cells.length + step / totalSteps) / total, values: { loss } },
        }),
    };
    for await (const cell of untilStopped(searchSettings(search), { out, total }, hooks)) {
      cells.push(cell);
      const kept = cell.isStored ? " (kept from before)" : "";
      onFact?.({ kind: "note", text: `${cells.length} of ${total}: ${describeCell(cell)}: ${describeScores(cell)}${kept}.` });
    }
    disposeParams(training.weights);
    const lossOf = ({ validation }: SearchCell): number => validation?.loss ?? Number.POSITIVE_INFINITY;
    const sorted = cells.toSorted((a, b) => (lossOf(a) === lossOf(b) ? 0 : lossOf(a) - lossOf(b)));
    const path = join(out, "search.json");
    await writeFileAtomic(path, `${JSON.stringify({ options, cells: sorted }, null, 1)}\n`);
    return { cells: sorted, best: bestCell(sorted), path };
  } finally {
    await dataset.close();
  }
}

export const describeCell = ({ learningRate, weightDecay, frozenStages }: SearchedSettings): string =>
  `rate ${learningRate}, weight decay ${weightDecay}, frozen ${frozenStages}`;

export const describeScores = ({ validation, epoch }: SearchCell): string =>
  validation
    ? `validation loss ${validation.loss.toFixed(4)}, accuracy ${validation.accuracy.toFixed(3)}, balanced ${validation.balancedAccuracy.toFixed(3)}, epoch ${epoch}`
    : "the loss ran away";
