import { createBatchSource, createModel, type GanTraining, type TrainerState, trainGan } from "qgan-core";
import { createRng, expect } from "repro-kit";
import type { RunOptionsFile } from "../run-folder/options-file.ts";
import { openTrainingData, splitDigest, type TrainingData } from "../run-folder/training-data.ts";
import { findCheckpoint } from "./find-checkpoint.ts";
import { createAugmentation } from "./run-plan.ts";

export interface BegunTraining {
  readonly training: GanTraining;
  readonly data: TrainingData;
}

/**
 * The training that a run's options describe, from its newest whole checkpoint on. Call `ready()` of tfjs-train first.
 *
 * @throws UsageError if the dataset is not the one that the run began with, or no checkpoint can be used.
 */
export async function beginTraining(run: string, options: RunOptionsFile, tell: (text: string) => void): Promise<BegunTraining> {
  const { data: told, training } = options;
  const data = await openTrainingData({
    data: told.path,
    ...(training.split === undefined ? {} : { split: training.split.name }),
    testFraction: training.testFraction,
    seed: training.seed,
    ...(told.class === undefined ? {} : { class: told.class }),
  });
  try {
    expect(
      data.dataset.digest === told.digest,
      "resume",
      `${told.path} is not the dataset that this run began with (its digest differs). Put the old one back, or begin a new run.`,
    );
    const { split } = training;
    expect(
      split === undefined || splitDigest(data.dataset, split.name) === split.digest,
      "resume",
      `the split "${split?.name}" of ${told.path} is not the one that this run began with. Make the old one again, or begin a new run.`,
    );
    return { data, training: createTraining(options, data, await findCheckpoint(run, tell)) };
  } catch (error) {
    await data.dataset.close();
    throw error;
  }
}

function createTraining(
  { model: described, training }: RunOptionsFile,
  data: TrainingData,
  resume: TrainerState | undefined,
): GanTraining {
  const model = createModel(described.name, { options: described.options });
  const augment = createAugmentation(training.augment, model);
  const { batchSize, seed, clipGradients, emaHalfLifeKimg, steps } = training;
  return trainGan({
    model,
    data: createBatchSource({ dataset: data.dataset, indices: data.train, batchSize, rng: createRng(seed).fork("data") }),
    seed,
    ...(steps === undefined ? {} : { steps }),
    ...(clipGradients === undefined ? {} : { clipGradients }),
    ...(emaHalfLifeKimg === undefined ? {} : { ema: { halfLifeKimg: emaHalfLifeKimg } }),
    ...(augment ? { augment } : {}),
    ...(resume ? { resume } : {}),
  });
}
