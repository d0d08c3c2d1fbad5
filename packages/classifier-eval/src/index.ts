export type { Backbone, BackboneFeatures, FeatureOptions, Tap } from "./backbones/backbone.ts";
export { type CompactCnnOptions, compactCnn } from "./backbones/compact-cnn.ts";
export { efficientnetB0 } from "./backbones/efficientnet-b0.ts";
export { backbones } from "./backbones/index.ts";
export { type LoadedBackbone, loadBackbone } from "./backbones/load-backbone.ts";
export { mobilenetV2, mobilenetV2Tensorflow } from "./backbones/mobilenet-v2.ts";
export { resnet18, resnet34, resnet50 } from "./backbones/resnet.ts";
export { readTensorflowMobileNetV2 } from "./backbones/tensorflow-mobilenet-v2.ts";
export {
  type ClassifierData,
  concatenateImages,
  type ImageArrays,
  type ImageSource,
  type LabelledSource,
  selectImages,
} from "./data/image-source.ts";
export { confidentMistakes, type Mistake } from "./explain/confident-mistakes.ts";
export { type GradCamOptions, gradCam, type Heatmap } from "./explain/grad-cam.ts";
export { type OcclusionOptions, occlusionMap } from "./explain/occlusion-map.ts";
export { type ExtractFeaturesOptions, extractFeatures, type FeatureTable } from "./features/extract-features.ts";
export { accuracy, balancedAccuracy } from "./metrics/accuracy.ts";
export {
  averagePrecision,
  averagePrecisionPerClass,
  meanAveragePrecision,
  type PrecisionRecallCurve,
  precisionRecallCurve,
} from "./metrics/average-precision.ts";
export { type BcaInterval, bcaInterval, jackknifeAcceleration, normalInterval } from "./metrics/bias-corrected.ts";
export {
  type BootstrapOptions,
  basicInterval,
  bootstrapWeights,
  type Interval,
  percentileInterval,
  quantile,
} from "./metrics/bootstrap.ts";
export { brierScore } from "./metrics/brier.ts";
export { type Calibration, type CalibrationBin, calibration } from "./metrics/calibration.ts";
export { cohenKappa } from "./metrics/cohen-kappa.ts";
export { type ConfusionMatrix, type ConfusionMatrixOptions, confusionMatrix } from "./metrics/confusion-matrix.ts";
export { type DeLong, delong } from "./metrics/delong.ts";
export { macroJaccard, sensitivityGeometricMean } from "./metrics/jaccard.ts";
export { logLoss } from "./metrics/log-loss.ts";
export { matthewsCorrelation } from "./metrics/matthews.ts";
export { type McNemar, mcnemar, mcnemarOfCounts } from "./metrics/mcnemar.ts";
export {
  mannWhitney,
  type PairedTTest,
  pairedTTest,
  type TestResult,
  welchTTest,
  wilcoxonSignedRank,
} from "./metrics/paired-tests.ts";
export {
  type PrecisionRecall,
  type PrecisionRecallOptions,
  precisionRecall,
  precisionRecallPerClass,
} from "./metrics/precision-recall.ts";
export { type Predictions, predictedClasses } from "./metrics/predictions.ts";
export { clopperPearsonInterval, wilsonInterval } from "./metrics/proportion-interval.ts";
export { rocAuc, rocAucOneVsOne, rocAucOneVsRest, rocAucPerClass } from "./metrics/roc-auc.ts";
export { partialRocAuc, type RocCurve, rocCurve, trapezoidArea } from "./metrics/roc-curve.ts";
export { sensitivityAtSpecificity } from "./metrics/sensitivity-at-specificity.ts";
export { macroSpecificity, specificityPerClass } from "./metrics/specificity.ts";
export { topKAccuracy } from "./metrics/top-k-accuracy.ts";
export { compareRuns, type RunComparison } from "./mixing/compare-runs.ts";
export { type EvaluateMixOptions, evaluateMix, type MixArm, type MixEvaluation } from "./mixing/evaluate-mix.ts";
export { type MixedDataset, type MixOptions, mixDatasets } from "./mixing/mix-datasets.ts";
export { checkProvenance, type GeneratorProvenance } from "./mixing/provenance.ts";
export {
  type ReportSweepOptions,
  reportSweep,
  type SweepChoice,
  type SweepRow,
  type SweepSummary,
} from "./mixing/report-sweep.ts";
export { checkSweepGrid, type SweepArm, type SweepCell, type SweepGrid, sweepArms } from "./mixing/sweep-cells.ts";
export { type SweepPoint, sweepMixRatios } from "./mixing/sweep-mix-ratios.ts";
export type { SweepBudget, SweepOptions, SyntheticSet } from "./mixing/sweep-plan.ts";
export type { Estimate } from "./report/bootstrap-scores.ts";
export {
  type ClassifierReport,
  type ClassReport,
  classificationReport,
  type ReportOptions,
  type ReportProtocol,
} from "./report/classification-report.ts";
export { type EvaluateOptions, evaluateClassifier } from "./report/evaluate-classifier.ts";
export { type ClassScoreName, classScoreNames, type ScoreName, scoreNames } from "./report/scores.ts";
export {
  ageBands,
  type MetadataTable,
  type SubgroupOptions,
  type SubgroupReport,
  subgroupReports,
} from "./report/subgroup-reports.ts";
export { type ByteStore, memoryStore } from "./store/byte-store.ts";
export type { ClassifierAugmentation, SoftBatch } from "./training/batch-augmentation.ts";
export { type Classifier, type CreateClassifierOptions, createClassifier } from "./training/classifier.ts";
export { CLASSIFIER_MANIFEST, packClassifier, unpackClassifier } from "./training/classifier-files.ts";
export { balancedWeights, type CrossEntropyOptions, crossEntropy } from "./training/cross-entropy.ts";
export { type HeadClassifierOptions, headClassifier } from "./training/head-classifier.ts";
export type { TrainClassifierOptions, TrainingSettings } from "./training/options.ts";
export { predictAll } from "./training/predict-all.ts";
export {
  bestCell,
  type SearchCell,
  type SearchedSettings,
  type SearchOptions,
  searchSettings,
} from "./training/search-settings.ts";
export { testTimeAugmentation, type View, views } from "./training/test-time-augmentation.ts";
export {
  type ClassifierStep,
  type ClassifierTraining,
  trainClassifier,
  type ValidationScores,
} from "./training/train-classifier.ts";
export {
  type DenseHead,
  type HeadEpoch,
  type HeadTraining,
  type LabelledFeatures,
  predictHead,
  type TrainHeadOptions,
  trainHead,
} from "./training/train-head.ts";
export {
  CHECKPOINT_MANIFEST,
  packCheckpoint,
  type TrainingCheckpoint,
  unpackCheckpoint,
} from "./training/training-checkpoint.ts";
