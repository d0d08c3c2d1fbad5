export { type AdaptivePController, type AdaptivePOptions, type AdaptivePState, createAdaptiveP } from "./adaptive-p.ts";
export { type ColorJitterOptions, colorJitter } from "./classical/color-jitter.ts";
export { type GaussianBlurOptions, gaussianBlur } from "./classical/gaussian-blur.ts";
export { type BatchMix, cutmix, type LabelledBatch, type MixOptions, mixup, targetsOf } from "./classical/mix-batch.ts";
export { type RandomAffineOptions, randomAffine } from "./classical/random-affine.ts";
export { type RandomCropOptions, randomCrop } from "./classical/random-crop.ts";
export { yFlip } from "./classical/y-flip.ts";
export { type DrawSource, type Draws, drawsFromRng } from "./draws.ts";
export type { Homogeneous } from "./homogeneous.ts";
export type { LeakReport, OpTrace } from "./leaks/inspect-rows.ts";
export { createLeakProbe, type LeakProbe, type LeakProbeOptions } from "./leaks/leak-probe.ts";
export type {
  AugmentOp,
  AugmentOpBase,
  AugmentOpKind,
  BlitOp,
  ColorOp,
  CorruptionOp,
  GeometryOp,
  OpOptions,
  SampleContext,
} from "./op.ts";
export { type AnisotropicScaleOptions, anisotropicScale } from "./ops/anisotropic-scale.ts";
export { type BrightnessOptions, brightness } from "./ops/brightness.ts";
export { type ContrastOptions, contrast } from "./ops/contrast.ts";
export { type CutoutOptions, cutout } from "./ops/cutout.ts";
export { type FractionalTranslationOptions, fractionalTranslation } from "./ops/fractional-translation.ts";
export { type HueOptions, hue } from "./ops/hue.ts";
export { type ImageFilterOptions, imageFilter } from "./ops/image-filter.ts";
export { type IntegerTranslationOptions, integerTranslation } from "./ops/integer-translation.ts";
export { type IsotropicScaleOptions, isotropicScale } from "./ops/isotropic-scale.ts";
export { lumaFlip } from "./ops/luma-flip.ts";
export { type NoiseOptions, noise } from "./ops/noise.ts";
export { rotate90 } from "./ops/rotate90.ts";
export { type RotationOptions, rotation } from "./ops/rotation.ts";
export { type SaturationOptions, saturation } from "./ops/saturation.ts";
export { xFlip } from "./ops/x-flip.ts";
export {
  type AugmentOptions,
  type AugmentPipeline,
  type AugmentRun,
  augment,
  augmentOps,
  createPipeline,
  type PipelineOptions,
} from "./pipeline.ts";
export { type Preset, presets } from "./presets.ts";
export { type MoveOptions, moveImages } from "./warp/move-images.ts";
export { bandPassFilters, resamplingTaps, waveletTaps } from "./wavelets.ts";
