export { type AdaptivePController, type AdaptivePOptions, type AdaptivePState, createAdaptiveP } from "./adaptive-p.ts";
export { type DrawSource, type Draws, drawsFromRng } from "./draws.ts";
export type { Homogeneous } from "./homogeneous.ts";
export type { AugmentOp, AugmentOpBase, AugmentOpKind, BlitOp, ColorOp, CorruptionOp, OpOptions, SampleContext } from "./op.ts";
export { type BrightnessOptions, brightness } from "./ops/brightness.ts";
export { type ContrastOptions, contrast } from "./ops/contrast.ts";
export { type CutoutOptions, cutout } from "./ops/cutout.ts";
export { type IntegerTranslationOptions, integerTranslation } from "./ops/integer-translation.ts";
export { xFlip } from "./ops/x-flip.ts";
export {
  type AugmentOptions,
  type AugmentPipeline,
  augment,
  augmentOps,
  createPipeline,
  type PipelineOptions,
} from "./pipeline.ts";
export { presets } from "./presets.ts";
