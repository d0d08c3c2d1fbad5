import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Classifier, selectImages, type TrainingCheckpoint, trainClassifier, type ValidationScores } from "classifier-eval";
import { checkOptions, createRng, expect, UsageError } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { type BackendName, disposeParams, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import { createRunFolder } from "../run-folder/create-run-folder.ts";
import { forgetTraining, loadClassifier, loadTraining, saveClassifier, saveTraining } from "./classifier-folder.ts";
import { dataOptionNames, openStudyData, type StudyData, type StudyDataOptions } from "./study-data.ts";
import { loadSettings, type StudySettings, scheduleOf, settingNames, stepsOfEpoch } from "./study-settings.ts";
import { isFrozen, trainFrozen } from "./train-frozen.ts";

export interface TrainStudyOptions extends StudyDataOptions, StudySettings {
  /** Where the numbered folder is made. @defaultValue "runs" */
  readonly out?: string;
  /** Default "auto". */
  readonly backend?: string;
}

/** study.json: everything that a classifier's training was begun with. */
export interface StudyFile {
  readonly format: number;
  readonly createdAt: string;
  readonly digest: string;
  readonly options: TrainStudyOptions;
  readonly classes: readonly string[];
  readonly numTrain: number;
  readonly numValidation: number;
  readonly numTest: number;
}

export interface TrainStudyResult {
  readonly run: string;
  readonly step: number;
  readonly isFinished: boolean;
  /** Of the weights that were kept; absent where no epoch was finished. */
  readonly validation?: ValidationScores;
  readonly notes: readonly string[];
}

const STUDY = "study.json";
/** The finished classifier's folder within a study's. */
const CLASSIFIER = "classifier";
const FORMAT = 1;
const SAVE_EVERY_MS = 60_000;
const KNOWN = [...dataOptionNames, ...settingNames, "out", "backend"];

/** Begins a classifier in a numbered folder. @throws UsageError if options or data do not fit. */
export async function trainStudy(options: TrainStudyOptions, hooks: LabHooks = {}): Promise<TrainStudyResult> {
  checkOptions("trainStudy", options, KNOWN);
  const data = await openStudyData(options);
  const { classes, split, dataset, name } = data;
  const count = (part: string): number => split.part(part).length;
  try {
    await ready({ backend: (options.backend ?? "auto") as BackendName | "auto" }); // `ready` checks the name
    const { training, settings } = await prepare(options, data);
    training.dispose(); // checked before anything is written
    disposeParams(settings.weights);
  } finally {
    await dataset.close();
  }
  const run = await createRunFolder(options.out ?? "runs", `classifier-${name}`);
  const study: StudyFile = {
    format: FORMAT,
    createdAt: new Date().toISOString(),
    digest: dataset.digest,
    options: { ...options, data: resolve(options.data), ...(options.weights ? { weights: resolve(options.weights) } : {}) },
    classes,
    numTrain: count("train"),
    numValidation: count("validation"),
    numTest: count("test"),
  };
  await writeFileAtomic(join(run, STUDY), `${JSON.stringify(study, null, 2)}\n`);
  return continueStudy(run, hooks);
}

/** Goes on with a classifier's training, exactly; a finished one is left as it is. */
export async function continueStudy(run: string, { onFact, signal }: LabHooks = {}): Promise<TrainStudyResult> {
  const { options, digest } = await readStudy(run);
  if (existsSync(join(run, CLASSIFIER))) return { run, step: 0, isFinished: true, notes: ["The training is finished already."] };
  await ready({ backend: (options.backend ?? "auto") as BackendName | "auto" }); // `ready` checks the name
  const { dataset, source, split, classes } = await openStudyData(options);
  try {
    checkDigest(options.data, dataset.digest, digest);
    const resume = await loadTraining(run);
    const { training, settings, notes } = await prepare(options, { source, split, classes }, { resume, signal });
    const { weights } = settings;
    for (const text of notes) onFact?.({ kind: "note", text });
    try {
      if (isFrozen(options)) {
        const frozen = { settings, seed: options.seed ?? 0, features: join(run, "..", "features") };
        const trained = await trainFrozen({ source, split, classes }, frozen, {
          ...(onFact ? { onFact } : {}),
          ...(signal ? { signal } : {}),
        }).catch((error) => {
          if (signal?.aborted) return undefined; // the features that are there are read the next time
          throw error;
        });
        if (!trained) return { run, step: 0, isFinished: false, notes };
        const { classifier, validation, epochs } = trained;
        await saveClassifier(join(run, CLASSIFIER), classifier);
        classifier.dispose();
        return { run, step: epochs * settings.stepsPerEpoch, isFinished: true, validation, notes };
      }
      let last = performance.now();
      let step = resume?.step ?? 0;
      let validation: ValidationScores | undefined;
      for await (const fact of training) {
        step = fact.step;
        if (fact.isBest) validation = fact.validation;
        const { totalSteps: total, loss } = fact;
        const values = { loss, ...(fact.validation ? { validation: fact.validation.loss } : {}) };
        onFact?.({ kind: "progress", part: "Training", unit: "step", done: step, total, fraction: step / total, values });
        if (!signal?.aborted && performance.now() - last < SAVE_EVERY_MS) continue;
        await saveTraining(run, training);
        last = performance.now();
      }
      const kept = validation ? { validation } : {};
      if (signal?.aborted) return { run, step, isFinished: false, ...kept, notes };
      const classifier = training.classifier();
      await saveClassifier(join(run, CLASSIFIER), classifier);
      classifier.dispose();
      await forgetTraining(run);
      return { run, step, isFinished: true, ...kept, notes };
    } finally {
      training.dispose();
      disposeParams(weights);
    }
  } finally {
    await dataset.close();
  }
}

/** A training that has not begun; the caller disposes it and its weights. @throws UsageError if the options do not fit. */
async function prepare(
  options: TrainStudyOptions,
  { source, split, classes }: Pick<StudyData, "source" | "split" | "classes">,
  { resume, signal }: { resume?: TrainingCheckpoint | undefined; signal?: AbortSignal | undefined } = {},
) {
  const { training: loaded, notes } = await loadSettings(options, { channels: source.imageShape[2] });
  const stepsPerEpoch = stepsOfEpoch(options, split.part("train").length);
  const settings = { ...loaded, stepsPerEpoch, learningRate: scheduleOf(options, { stepsPerEpoch, epochs: loaded.epochs }) };
  const training = trainClassifier({
    ...settings,
    train: selectImages(source, split.part("train")),
    validation: selectImages(source, split.part("validation")),
    classes,
    rng: createRng(options.seed ?? 0).fork("classifier"),
    ...(resume ? { resume } : {}),
    ...(signal ? { signal } : {}),
  });
  return { training, settings, notes };
}

/** @throws UsageError if the dataset is another than the one that the classifier was begun with. */
function checkDigest(data: string, now: string, then: string): void {
  expect(now === then, "classify", `${data} has changed since the training began. Put the old one back, or train anew.`);
}

export interface FinishedStudy extends StudyData {
  readonly classifier: Classifier;
  readonly study: StudyFile;
  /** Of the classifier and the dataset. */
  close(): Promise<void>;
}

/**
 * A training that is over, with its classifier and the images that it learned from, on the backend that it had or a chosen one.
 *
 * @throws UsageError if it is not over, the classifier is damaged, or the dataset has changed.
 */
export async function openFinished(run: string, backend: string | undefined): Promise<FinishedStudy> {
  const study = await readStudy(run);
  await ready({ backend: (backend ?? study.options.backend ?? "auto") as BackendName | "auto" }); // `ready` checks the name
  const classifier = await loadFinished(run);
  try {
    const data = await openStudyData(study.options);
    const close = async (): Promise<void> => {
      classifier.dispose();
      await data.dataset.close();
    };
    try {
      checkDigest(study.options.data, data.dataset.digest, study.digest);
    } catch (error) {
      await data.dataset.close();
      throw error;
    }
    return { ...data, classifier, study, close };
  } catch (error) {
    classifier.dispose();
    throw error;
  }
}

/** The classifier of a training that is over. @throws UsageError if it is not, or the classifier is damaged. */
async function loadFinished(run: string): Promise<Classifier> {
  expect(
    existsSync(join(run, CLASSIFIER)),
    "classify",
    `the training of ${run} is not finished. Go on with \`qgan classify train --resume ${run}\`.`,
  );
  const folder = join(run, CLASSIFIER);
  return loadClassifier(folder).catch((error: Error) => {
    const told = error.message.replace(/^\[[^\]]*\] /, "").replace(/ Train again, or restore it\.$/, "");
    expect(
      !UsageError.isInstance(error),
      "classify",
      `${folder}: ${told} Restore it; or remove that folder, and \`qgan classify train --resume ${run}\` makes the same again.`,
    );
    throw error;
  });
}

/** @throws UsageError if the folder holds no classifier's training. */
export async function readStudy(run: string): Promise<StudyFile> {
  const path = join(run, STUDY);
  const text = await readFile(path, "utf8").catch((cause) => {
    throw Object.assign(
      new UsageError(
        `[classify] ${run} holds no classifier: there is no ${STUDY}. Give a folder that \`qgan classify train\` made.`,
      ),
      { cause },
    );
  });
  let study: Partial<StudyFile> | undefined;
  try {
    study = JSON.parse(text) as Partial<StudyFile>; // checked below
  } catch {
    study = undefined;
  }
  expect(study?.options && study.classes && study.digest, "classify", `${path} cannot be read. Restore it, or train anew.`);
  expect(
    study.format === FORMAT,
    "classify",
    `${path} has format ${study.format}; this version reads ${FORMAT}. Update qgan-lab.`,
  );
  return study as StudyFile; // has its parts, and was written by `trainStudy`
}
