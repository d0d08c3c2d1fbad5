import { createBatchSource, createModel, type GanTraining, type TrainerState, trainGan } from "qgan-core";
import { createRng, expect } from "repro-kit";
import { disposeParams } from "tfjs-train";
import type { RunOptionsFile } from "../run-folder/options-file.ts";
import { openRunData, splitDigest, type TrainingData } from "../run-folder/training-data.ts";
import { createAugmentation } from "./augment-plan.ts";
import { findCheckpoint } from "./find-checkpoint.ts";
import { loadInitialWeights } from "./initial-weights.ts";

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
  const data = await openRunData(options, { subset: training.subset });
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
    return { data, training: await createTraining(options, data, { resume: await findCheckpoint(run, tell), run, tell }) };
  } catch (error) {
    await data.dataset.close();
    throw error;
  }
}

interface TrainingStart {
  readonly resume: TrainerState | undefined;
  readonly run: string;
  readonly tell: (text: string) => void;
}

async function createTraining(
  { model: described, training }: RunOptionsFile,
  data: TrainingData,
  { resume, run, tell }: TrainingStart,
): Promise<GanTraining> {
  const model = createModel(described.name, { options: described.options });
  const augment = createAugmentation(training.augment, model);
  const { batchSize, seed, clipGradients, emaHalfLifeKimg, emaRampUp, steps, microBatch, mirror, mirrory, cond, initFrom } =
    training;
  const source = createBatchSource({
    dataset: data.dataset,
    indices: data.train,
    batchSize,
    rng: createRng(seed).fork("data"),
    ...(mirror ? { mirror } : {}),
    ...(mirrory ? { mirrorY: true } : {}),
    ...(cond ? { useLabels: true } : {}),
  });
  const initial = initFrom === undefined || resume ? undefined : await loadInitialWeights({ model, from: initFrom, run, tell });
  const begun = trainGan({
    model,
    data: source,
    seed,
    ...(steps === undefined ? {} : { steps }),
    ...(microBatch === undefined ? {} : { microBatch }),
    ...(clipGradients === undefined ? {} : { clipGradients }),
    ...(emaHalfLifeKimg === undefined && emaRampUp === undefined
      ? {}
      : {
          ema: {
            ...(emaHalfLifeKimg === undefined ? {} : { halfLifeKimg: emaHalfLifeKimg }),
            ...(emaRampUp === undefined ? {} : { rampUp: emaRampUp }),
          },
        }),
    ...(augment ? { augment } : {}),
    ...(resume ? { resume } : {}),
    ...(initial ? { initial } : {}),
  });
  if (initial) disposeParams(initial.params, initial.ema); // copied
  return begun;
}
