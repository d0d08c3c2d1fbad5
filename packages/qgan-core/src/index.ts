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
  GenerateOptions,
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
export type { StyleGan2Architecture } from "./models/stylegan2/architecture.ts";
export { type Conv2dResampleOptions, conv2dResample } from "./models/stylegan2/conv2d-resample.ts";
export {
  createDiscriminator,
  type DiscriminatorRun,
  type StyleGan2Discriminator,
  type StyleGan2DiscriminatorOptions,
} from "./models/stylegan2/discriminator.ts";
export {
  createStyleGan2Network,
  type GeneratorRun,
  type StyleGan2GeneratorOptions,
  type StyleGan2Network,
} from "./models/stylegan2/generator.ts";
export { type LazyAdamOptions, lazyAdam } from "./models/stylegan2/lazy-adam.ts";
export { nextStyleAverage, type Truncation, truncateStyles } from "./models/stylegan2/mapping.ts";
export type { MinibatchDeviationOptions } from "./models/stylegan2/minibatch-deviation.ts";
export { type ModulatedConv2dOptions, modulatedConv2d } from "./models/stylegan2/modulated-conv2d.ts";
export { noiseRegularization } from "./models/stylegan2/noise-regularization.ts";
export {
  type DiscriminatorObjective,
  discriminatorObjective,
  type GeneratorDraws,
  type GeneratorObjective,
  generatorObjective,
  gradientPenalty,
  type NetworkParams,
  pathLengthPenalty,
  pathLengths,
} from "./models/stylegan2/objectives.ts";
export { type PlannedImages, type PlannedStyleGan2, readStyleGan2Plan } from "./models/stylegan2/planned-training.ts";
export { type ProjectionStep, projectImages } from "./models/stylegan2/projector.ts";
export type {
  ProjectionDraws,
  ProjectionOptions,
  ProjectionSettings,
  ProjectionState,
} from "./models/stylegan2/projector-options.ts";
export { discriminatorOptionsOf, generatorOptionsOf, type ReferenceArguments } from "./models/stylegan2/reference-options.ts";
export { normalizeSecondMoment } from "./models/stylegan2/second-moment.ts";
export {
  type NetworkFormat,
  networkStateDict,
  type SnapshotNetwork,
  type Transfer,
  transferFromSnapshot,
  transferFromState,
  writeNetworkSnapshot,
} from "./models/stylegan2/snapshots.ts";
export { paramsFromStateDict, type StateDict, stateDictFromParams } from "./models/stylegan2/state-dict.ts";
export { type StyleStatistics, type StyleStatisticsOptions, styleStatistics } from "./models/stylegan2/style-statistics.ts";
export { type StyleGan2Options, stylegan2 } from "./models/stylegan2/stylegan2.ts";
export type { SynthesisRun } from "./models/stylegan2/synthesis.ts";
export type { SynthesisNoise } from "./models/stylegan2/synthesis-layer.ts";
export { parseStyleGan2Arguments } from "./models/stylegan2/training-arguments.ts";
export {
  planStyleGan2Training,
  type StyleGan2TrainingOptions,
  type StyleGan2TrainingPlan,
  type TrainingSetFacts,
} from "./models/stylegan2/training-options.ts";
export { RESUME_PRESETS } from "./models/stylegan2/training-tables.ts";
export { drawLatents } from "./sampling/draw-latents.ts";
export { type GenerateImagesOptions, generate } from "./sampling/generate.ts";
export { numpyNormals } from "./sampling/numpy-normals.ts";
export { imagesFromPixels, pixelsFromImages } from "./sampling/pixels.ts";
export {
  imagesOfStyles,
  type LatentStylesOptions,
  type StyleImagesOptions,
  stylesOfLatents,
} from "./sampling/style-images.ts";
export { type StyleNetwork, styleNetworkOf, styleNetworkOfSnapshot } from "./sampling/style-network.ts";
export { type BatchSource, type BatchSourceOptions, createBatchSource } from "./training/batch-source.ts";
export { type EmaOptions, emaDecay, nextEma } from "./training/ema.ts";
export { DivergenceError } from "./training/finite.ts";
export type { AugmentHook, TrainGanOptions } from "./training/options.ts";
export { type RestoredModel, restoreModel } from "./training/restore-model.ts";
export { type GanTraining, trainGan } from "./training/train-gan.ts";
export { createGanTrainer, type GanStep, type GanTrainer } from "./training/trainer.ts";
export type { HostTensors, TrainerState } from "./training/trainer-state.ts";
