import { checkOptions, createRng, expect, type Split } from "repro-kit";
import { type ClassifierData, type LabelledSource, openSource, selectImages } from "../data/image-source.ts";
import { supports } from "../metrics/roc-auc.ts";
import type { Estimate } from "../report/bootstrap-scores.ts";
import type { ClassifierReport } from "../report/classification-report.ts";
import type { ScoreName } from "../report/scores.ts";
import type { Classifier } from "../training/classifier.ts";
import { settingNames, type TrainingSettings } from "../training/options.ts";
import { predictAll } from "../training/predict-all.ts";
import { type ClassifierStep, trainClassifier } from "../training/train-classifier.ts";
import { checkStudySplit } from "./check-study-split.ts";
import { compareRuns } from "./compare-runs.ts";
import { mixDatasets } from "./mix-datasets.ts";
import { checkProvenance } from "./provenance.ts";

/** "real": trained on real images alone; "mixed": on real and generated ones. */
export type MixArm = "real" | "mixed";

export interface EvaluateMixOptions {
  /** All real images; `split` says which part of the work each does. */
  readonly real: ClassifierData;
  /** Generated images: they only ever join the training part. */
  readonly synthetic: ClassifierData;
  readonly classes: readonly string[];
  /** Parts "train", "validation" and "test" over the real images. */
  readonly split: Split;
  /** One training of each arm a seed. @defaultValue [0] */
  readonly seeds?: readonly number[];
  /** Generated share of the mixed training set, in (0, 1). @defaultValue 0.5 */
  readonly alpha?: number;
  /** Group (patient, lesion) of each real image: the intervals then draw groups. */
  readonly groups?: readonly (string | number)[];
  /** Real images that the generator was trained on; all must be in the training part. */
  readonly generatorTrainedOn?: readonly number[];
  readonly training?: TrainingSettings;
  readonly resamples?: number;
  readonly signal?: AbortSignal;
  readonly onStep?: (progress: { readonly arm: MixArm; readonly seed: number; readonly step: ClassifierStep }) => void;
}

export interface MixEvaluation {
  readonly real: ClassifierReport;
  readonly mixed: ClassifierReport;
  /** mixed − real, with intervals from the same bootstrap samples of the test images. */
  readonly difference: Readonly<Record<ScoreName, Estimate>>;
  readonly protocol: {
    readonly seeds: readonly number[];
    readonly alpha: number;
    /** Images of each class. */
    readonly numTrain: readonly number[];
    readonly numSynthetic: readonly number[];
    readonly numValidation: readonly number[];
    readonly numTest: readonly number[];
    /** Optimiser steps that each training may take; the same for both arms. */
    readonly maxSteps: number;
  };
}

/**
 * Do generated images help? Trains on real images and on real + generated ones with the same budget of steps, then reads the
 * test images once, for all classifiers together. The test and validation parts hold real images only, by construction.
 *
 * @throws UsageError if a part is missing or empty, or the generator saw images outside the training part. Throws the signal's
 * reason when it is aborted.
 */
export async function evaluateMix(options: EvaluateMixOptions): Promise<MixEvaluation> {
  const { classes, split, seeds = [0], alpha = 0.5, training = {}, groups, resamples, signal } = check(options);
  const scope = "evaluateMix";
  const numClasses = classes.length;
  const partOf = (name: string) => openSource(scope, selectImages(options.real, split.part(name)), numClasses);
  const [train, validation] = [partOf("train"), partOf("validation")];
  const mixes = seeds.map((seed) =>
    mixDatasets({ real: train, synthetic: options.synthetic, numClasses, alpha, rng: createRng(seed).fork("mix") }),
  );
  const { batchSize = 32, epochs = 20 } = training;
  const stepsPerEpoch = training.stepsPerEpoch ?? Math.ceil(Math.max(...mixes.map(({ data }) => data.count)) / batchSize);

  const arms: Record<MixArm, Classifier[]> = { real: [], mixed: [] };
  const trainArm = async (arm: MixArm, seed: number, data: LabelledSource) => {
    const run = trainClassifier({
      ...training,
      train: data,
      validation,
      classes,
      stepsPerEpoch,
      rng: createRng(seed).fork("training"),
      signal,
    });
    try {
      for await (const step of run) options.onStep?.({ arm, seed, step });
      signal?.throwIfAborted();
      arms[arm].push(run.classifier());
    } finally {
      run.dispose();
    }
  };
  try {
    for (const [i, seed] of seeds.entries()) {
      await trainArm("real", seed, train);
      await trainArm("mixed", seed, mixes[i].data);
    }
    const test = partOf("test");
    const answers = await predictAll([...arms.real, ...arms.mixed], test, 64);
    const testGroups = groups && split.part("test").map((i) => groups[i]);
    const reports = compareRuns(answers.slice(0, seeds.length), answers.slice(seeds.length), {
      classes,
      groups: testGroups,
      resamples,
    });
    const countsOf = ({ labels }: LabelledSource) => supports({ labels, numClasses });
    return {
      real: reports.first,
      mixed: reports.second,
      difference: reports.difference,
      protocol: {
        seeds,
        alpha,
        numTrain: countsOf(train),
        numSynthetic: mixes[0].numSynthetic,
        numValidation: countsOf(validation),
        numTest: countsOf(test),
        maxSteps: epochs * stepsPerEpoch,
      },
    };
  } finally {
    for (const classifier of [...arms.real, ...arms.mixed]) classifier.dispose();
  }
}

function check(options: EvaluateMixOptions): EvaluateMixOptions {
  const scope = "evaluateMix";
  checkOptions(scope, options, [
    "real",
    "synthetic",
    "classes",
    "split",
    "seeds",
    "alpha",
    "groups",
    "generatorTrainedOn",
    "training",
    "resamples",
    "signal",
    "onStep",
  ]);
  const { split, seeds = [0], alpha = 0.5, generatorTrainedOn = [], training = {} } = options;
  checkOptions(`${scope}: training`, training, settingNames);
  checkStudySplit(scope, options);
  expect(
    seeds.length > 0 && new Set(seeds).size === seeds.length,
    scope,
    `seeds must be distinct and at least one; got [${seeds.join(", ")}].`,
  );
  expect(alpha > 0 && alpha < 1, scope, `alpha must lie in (0, 1); got ${alpha}.`);
  checkProvenance(
    scope,
    [{ model: "the generator", checkpoint: "generatorTrainedOn", seeds: "", trainedOn: generatorTrainedOn }],
    split.part("train"),
  );
  return options;
}
