export { type AdversarialLoss, logistic, losses } from "./losses/index.ts";
export { type CreateModelOptions, createModel, presetOf } from "./models/create-model.ts";
export { type DcganOptions, dcgan } from "./models/dcgan/dcgan.ts";
export { type DcganDiscriminatorOptions, dcganDiscriminator } from "./models/dcgan/dcgan-discriminator.ts";
export { type DcganGenerator, type DcganGeneratorOptions, dcganGenerator } from "./models/dcgan/dcgan-generator.ts";
export type {
  Discriminator,
  Forward,
  ForwardOptions,
  GanModel,
  GanModelKind,
  Generator,
  ImageShape,
  Json,
  JsonObject,
  LossSchedule,
  ModelPreset,
  PhaseContext,
  PhaseLoss,
  TrainingPhase,
  TrainingPreset,
} from "./models/gan-model.ts";
export { createHybridQ, createHybridQClassical, type HybridQ, hybridq, hybridqClassical } from "./models/hybridq/hybridq.ts";
export { adaptiveBound } from "./models/hybridq/noise-bound.ts";
export { type HybridQOptions, LATENT_FUSIONS, type LatentFusion } from "./models/hybridq/options.ts";
export { models } from "./models/index.ts";
export { type Fill, initParams, type ParameterSpec } from "./models/parameter-spec.ts";
export { type ParameterRow, type ParameterTable, parameterTable } from "./models/parameter-table.ts";
export { drawLatents } from "./sampling/draw-latents.ts";
export { generate } from "./sampling/generate.ts";
export { imagesFromPixels, pixelsFromImages } from "./sampling/pixels.ts";
export { type BatchSource, type BatchSourceOptions, createBatchSource } from "./training/batch-source.ts";
export { type EmaOptions, emaDecay } from "./training/ema.ts";
export { DivergenceError } from "./training/finite.ts";
export type { AugmentHook, TrainGanOptions } from "./training/options.ts";
export { type RestoredModel, restoreModel } from "./training/restore-model.ts";
export { type GanTraining, trainGan } from "./training/train-gan.ts";
export { createGanTrainer, type GanStep, type GanTrainer } from "./training/trainer.ts";
export type { HostTensors, TrainerState } from "./training/trainer-state.ts";
