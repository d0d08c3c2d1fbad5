export type { ByteSource } from "./byte-source.ts";
export { type CheckStateDictOptions, checkStateDict, type Shapes } from "./check-state-dict.ts";
export { constantEma, type EmaDecay, halfLifeEma, warmUpEma } from "./ema.ts";
export { installGradients, listGradients } from "./gradients/index.ts";
export { type UnsoundOp, unsoundOps } from "./gradients/unsound.ts";
export {
  kaimingNormal,
  kaimingUniform,
  normalInit,
  orthogonal,
  type TruncatedNormalOptions,
  truncatedNormal,
  uniformInit,
  xavierNormal,
  xavierUniform,
} from "./initializers.ts";
export { leakyRelu, logSoftmax, relu, sigmoid, softplus, tanh } from "./layers/activations.ts";
export { attention, type MultiHeadAttentionParams, multiHeadAttention } from "./layers/attention.ts";
export { type BatchNormOptions, type BatchNormParams, type BatchNormResult, batchNorm } from "./layers/batch-norm.ts";
export {
  type ConvolutionOptions,
  conv2d,
  convTranspose2d,
  type TransposedConvolutionOptions,
} from "./layers/convolution.ts";
export { dense, type LayerParams } from "./layers/dense.ts";
export { dropout } from "./layers/dropout.ts";
export { embedding } from "./layers/embedding.ts";
export { type GridSampleOptions, gridSample } from "./layers/grid-sample.ts";
export { groupNorm, layerNorm, type NormParams } from "./layers/group-norm.ts";
export { type ReadNpzOptions, readNpz, writeNpz } from "./numpy/npz.ts";
export { readNpy } from "./numpy/read-npy.ts";
export { writeNpy } from "./numpy/write-npy.ts";
export { type Activation, type ActivationName, activations } from "./ops/activation-functions.ts";
export { type BiasActOptions, biasAct } from "./ops/bias-act.ts";
export type { GridPadding } from "./ops/grid-sample-loops.ts";
export { type Moments, moments } from "./ops/moments.ts";
export { downsample2d, type Filter2dOptions, filter2d, upsample2d } from "./ops/resample-2d.ts";
export { type SetupFilterOptions, setupFilter } from "./ops/setup-filter.ts";
export { type Pair, type ResampleFilter, type Upfirdn2dOptions, upfirdn2d } from "./ops/upfirdn2d.ts";
export { type AdagradOptions, adagrad } from "./optimizers/adagrad.ts";
export { type AdamOptions, adam, adamW } from "./optimizers/adam.ts";
export type { Optimizer } from "./optimizers/optimizer.ts";
export { type RmspropOptions, rmsprop } from "./optimizers/rmsprop.ts";
export { type SgdOptions, sgd } from "./optimizers/sgd.ts";
export {
  checkSameNames,
  cloneParams,
  countParams,
  disposeParams,
  lerpParams,
  mapParams,
  memoryUsage,
  mergeParams,
  type Params,
  prefixParams,
  selectParams,
} from "./params.ts";
export { readWeights } from "./read-weights.ts";
export { type BackendInfo, type BackendName, type ReadyOptions, ready } from "./ready.ts";
export { openSafetensors, type SafetensorsReader } from "./safetensors/open-safetensors.ts";
export { readSafetensors } from "./safetensors/read-safetensors.ts";
export { writeSafetensors } from "./safetensors/write-safetensors.ts";
export { cosine, cosineRestarts, oneCycle } from "./schedules/cosine-schedules.ts";
export { type PlateauOptions, type PlateauState, reduceOnPlateau } from "./schedules/plateau.ts";
export type { Schedule } from "./schedules/schedule.ts";
export { constant, exponential, linear, multiStepDecay, stepDecay, warmUp } from "./schedules/step-schedules.ts";
export type { PlainRecord, PlainValue } from "./stylegan/plain-value.ts";
export { readStyleGanPickle, type StyleGanNetwork, type StyleGanSnapshot } from "./stylegan/read-stylegan-pickle.ts";
export { readTorch } from "./torch/read-torch.ts";
export { writeTorch } from "./torch/write-torch.ts";
export { clipGradients, clipGradientValues, valueAndGrads, valueAndGradsAux } from "./value-and-grads.ts";
export { type WeightData, type WeightFile, type WeightTensor, type WeightType, weightOf } from "./weight-file.ts";
export { type ParamsFromWeightsOptions, paramsFromWeights, type WeightLayout, weightsFromParams } from "./weights.ts";
