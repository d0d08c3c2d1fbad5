import * as tf from "@tensorflow/tfjs-core";
import type { AdaptivePController, AugmentPipeline } from "ada-augment";
import { checkOptions, expect } from "repro-kit";
import type { Params } from "tfjs-train";
import { createModel } from "../models/create-model.ts";
import type { GanModel } from "../models/gan-model.ts";
import { isStatistic } from "../models/parameter-spec.ts";
import type { BatchSource } from "./batch-source.ts";
import { EMA_DEFAULTS, type EmaOptions } from "./ema.ts";
import type { TrainerState } from "./trainer-state.ts";

export interface AugmentHook {
  readonly pipeline: AugmentPipeline;
  /** Moves p by the discriminator's answers. */
  readonly controller?: AdaptivePController;
  /** A fixed probability, where there is no controller. */
  readonly p?: number;
}

export interface TrainGanOptions {
  /** A model, or the name of one with its default options. */
  readonly model: string | GanModel;
  readonly data: BatchSource;
  /** Integer in [0, 2^53): first weights, latents, augmentations. */
  readonly seed?: number;
  /** The training ends at this step; without it, it goes on until it is stopped. */
  readonly steps?: number;
  readonly ema?: Partial<EmaOptions>;
  /** Largest L2 norm of a phase's gradients. */
  readonly clipGradients?: number;
  /** Most images in one pass of a phase: the gradients of the passes add up to those of the batch, in less memory. */
  readonly microBatch?: number;
  /**
   * Steps between two runs of a phase, by name, in place of the model's: `{ generator: 2 }`. StyleGAN2 has options of its own for
   * this (`discriminatorSteps`, `generatorRegularization`, `discriminatorRegularization`), which set Adam's rates too.
   */
  readonly intervals?: Readonly<Record<string, number>>;
  /** What an image discriminator is shown. */
  readonly augment?: AugmentHook;
  /** Ends the training after the step in hand. */
  readonly signal?: AbortSignal;
  /** A state to continue from. */
  readonly resume?: TrainerState;
  /** Tensors to begin with, by the model's names, for parameters and average; copied. All others are drawn. */
  readonly initial?: { readonly params: Params; readonly ema: Params };
}

export type ResolvedTrainOptions = Readonly<
  Required<Pick<TrainGanOptions, "data" | "seed" | "intervals">> &
    Pick<TrainGanOptions, "steps" | "clipGradients" | "microBatch" | "signal" | "resume" | "initial"> & {
      model: GanModel;
      ema: EmaOptions;
      augment?: AugmentHook & { readonly p: number };
    }
>;

const SCOPE = "trainGan";
const KNOWN = [
  "model",
  "data",
  "seed",
  "steps",
  "ema",
  "clipGradients",
  "microBatch",
  "intervals",
  "augment",
  "signal",
  "resume",
  "initial",
];

/** Fills in the defaults and refuses what does not fit together. @throws UsageError. */
export function resolveTrainOptions(options: TrainGanOptions): ResolvedTrainOptions {
  checkOptions(SCOPE, options, KNOWN);
  const { data, seed = 0, steps, clipGradients, microBatch, intervals = {}, augment, signal, resume, initial } = options;
  expect(tf.getBackend(), SCOPE, "no backend is ready. Call `await ready()` of tfjs-train first.");
  const model = typeof options.model === "string" ? createModel(options.model) : options.model;
  const { imageShape } = model.generator;
  expect(
    imageShape.every((size, i) => size === data.imageShape[i]),
    SCOPE,
    `the model makes images of ${imageShape.join("×")}; the data are ${data.imageShape.join("×")}. Resize the data, or set imageSize and channels.`,
  );
  expect(
    data.batchSize >= 2 || !model.parameters.some(({ name }) => isStatistic(name)),
    SCOPE,
    `batchSize must be at least 2, for the batch normalisation of ${model.name}; got ${data.batchSize}.`,
  );
  expect(steps === undefined || (Number.isInteger(steps) && steps >= 0), SCOPE, `steps must be an integer ≥ 0; got ${steps}.`);
  expect(clipGradients === undefined || clipGradients > 0, SCOPE, `clipGradients must be above 0; got ${clipGradients}.`);
  expect(
    microBatch === undefined || (Number.isInteger(microBatch) && microBatch >= 1),
    SCOPE,
    `microBatch must be an integer ≥ 1; got ${microBatch}.`,
  );
  expect(
    !(resume && initial),
    SCOPE,
    "resume and initial both say what to begin with. Give resume to go on with a run, initial to begin another from its weights.",
  );
  if (initial) checkInitial(model, initial);
  checkParts(model, data.batchSize, microBatch ?? data.batchSize);
  const { labelSize = 0 } = model.generator;
  expect(
    labelSize === 0 || (data.labelSize === labelSize && data.labels !== undefined && data.drawLabels !== undefined),
    SCOPE,
    `the model is conditional on ${labelSize} classes; the data have ${data.labelSize ? `${data.labelSize}` : "no labels"}. Give createBatchSource a dataset with labels and useLabels: true, or set labelSize.`,
  );
  checkOptions(
    `${SCOPE}.intervals`,
    intervals,
    model.phases.map(({ name }) => name),
  );
  for (const [phase, interval] of Object.entries(intervals))
    expect(
      Number.isInteger(interval) && interval >= 1,
      SCOPE,
      `the interval of ${phase} must be an integer ≥ 1; got ${interval}.`,
    );
  checkOptions(`${SCOPE}.ema`, options.ema ?? {}, Object.keys(EMA_DEFAULTS));
  const ema = { ...EMA_DEFAULTS, ...options.ema };
  expect(ema.halfLifeKimg >= 0 && ema.rampUp >= 0, SCOPE, "ema's halfLifeKimg and rampUp must be ≥ 0.");
  return {
    model,
    data,
    seed,
    steps,
    clipGradients,
    microBatch,
    intervals,
    signal,
    resume,
    initial,
    ema,
    augment: resolveAugment(model, augment),
  };
}

/** @throws UsageError if a tensor to begin with is not one of the model's. */
function checkInitial(model: GanModel, { params, ema }: NonNullable<TrainGanOptions["initial"]>): void {
  const shapes = new Map(model.parameters.map(({ name, shape }) => [name, shape]));
  for (const [name, tensor] of [...Object.entries(params), ...Object.entries(ema)])
    expect(
      tf.util.arraysEqual(tensor.shape, [...(shapes.get(name) ?? [-1])]),
      SCOPE,
      `initial holds ${name} of shape [${tensor.shape.join(", ")}]; the model has ${shapes.has(name) ? `[${shapes.get(name)?.join(", ")}]` : "no such tensor"}. Make it with transferFromSnapshot and this model's parameters.`,
    );
}

/** @throws UsageError if a phase cannot take the batch in parts. */
function checkParts(model: GanModel, batchSize: number, microBatch: number): void {
  for (const phase of model.phases) {
    expect(
      phase.parts || microBatch >= batchSize,
      SCOPE,
      `${model.name} compares the images of a whole batch with one another, so that parts of it would give another result. Leave microBatch out, or choose a smaller batch.`,
    );
    phase.parts?.(batchSize, microBatch);
  }
}

function resolveAugment(model: GanModel, augment: AugmentHook | undefined): ResolvedTrainOptions["augment"] {
  if (!augment) return undefined;
  checkOptions(`${SCOPE}.augment`, augment, ["pipeline", "controller", "p"]);
  const { p = augment.controller ? 0 : 1 } = augment;
  expect(
    model.judgesImages,
    SCOPE,
    `augmentation acts on what an image discriminator sees; ${model.name} with these options has none. Leave it out, or set latentFusion to "image" or "both".`,
  );
  expect(p >= 0 && p <= 1, SCOPE, `augment.p must lie in [0, 1]; got ${p}.`);
  return { ...augment, p };
}
