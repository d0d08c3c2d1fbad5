export {
  folderStore,
  forgetTraining,
  loadClassifier,
  loadTraining,
  saveClassifier,
  saveTraining,
} from "./classify/classifier-folder.ts";
export { type ClassifyRunsOptions, classifyRuns } from "./classify/classify-runs.ts";
export { type EvaluateStudyOptions, evaluateStudy, type StudyEvaluation } from "./classify/evaluate-study.ts";
export { type ExplainStudyOptions, type ExplainStudyResult, explainStudy } from "./classify/explain-study.ts";
export { type SearchStudyOptions, type SearchStudyResult, searchStudy } from "./classify/search-study.ts";
export { type SweepStudyOptions, type SweepStudyResult, sweepStudy } from "./classify/sweep-study.ts";
export {
  continueStudy,
  type StudyFile,
  type TrainStudyOptions,
  type TrainStudyResult,
  trainStudy,
} from "./classify/train-study.ts";
export { EXIT, runCommandLine } from "./cli/run-command-line.ts";
export { type MakeDatasetOptions, type MakeDatasetResult, makeDataset } from "./dataset/make-dataset.ts";
export { type RunDemoOptions, type RunDemoResult, runDemo } from "./demo/run-demo.ts";
export { type DiagnoseOptions, type Diagnosis, diagnose, type Finding } from "./doctor/diagnose.ts";
export { createEventFile, type EventFile, type EventImage } from "./events/event-file.ts";
export { type ExploreImagesOptions, type ExploreImagesResult, exploreImages } from "./explore/explore-images.ts";
export type { Fact, LabHooks } from "./facts.ts";
export { type GenerateImagesOptions, type GenerateImagesResult, generateImages } from "./generate/generate-images.ts";
export { type InterpolateImagesOptions, type InterpolateImagesResult, interpolateImages } from "./generate/interpolate-images.ts";
export { type CheckpointChoice, chooseCheckpoint, type LoadedGenerator, loadGenerator } from "./generate/load-generator.ts";
export { type MixStylesOptions, type MixStylesResult, mixStyles } from "./generate/mix-styles.ts";
export type { GeneratorChoice } from "./generate/open-generator.ts";
export { type MeasureRunOptions, type MeasureRunResult, measureRun } from "./measure/measure-run.ts";
export { type MeasureSetsOptions, type MeasureSetsResult, measureSets } from "./measure/measure-sets.ts";
export { recordScores } from "./measure/record-scores.ts";
export { createProgress, type Progress, type ProgressOptions, type ProgressStream } from "./progress/progress.ts";
export type { ProgressState } from "./progress/progress-line.ts";
export type { DistanceIdentity } from "./project/perceptual-features.ts";
export type { ProjectedImage, ProjectTargetsOptions, ProjectTargetsResult } from "./project/project-options.ts";
export { projectTargets } from "./project/project-targets.ts";
export { collectReport } from "./report/collect-report.ts";
export { formatReport } from "./report/format-report.ts";
export type {
  ClassificationReport,
  ClassifierOutcome,
  GeneratorReport,
  ReportData,
  ReportPicture,
  ScoreLine,
  Share,
  Snapshot,
  StatsLine,
} from "./report/report-data.ts";
export { type WriteReportOptions, writeReport } from "./report/write-report.ts";
export { createRunFolder, listRunFolders } from "./run-folder/create-run-folder.ts";
export { type ByteImage, type ImageGridOptions, makeImageGrid } from "./run-folder/image-grid.ts";
export { formatModelCard, type ModelCardFacts, RESEARCH_ONLY } from "./run-folder/model-card.ts";
export { type RunOptionsFile, readOptionsFile } from "./run-folder/options-file.ts";
export type { TrainLoopResult } from "./train/train-loop.ts";
export type { TrainRunOptions } from "./train/train-options.ts";
export { type RunLimits, resumeRun, type TrainRunResult, trainRun } from "./train/train-run.ts";
export { watches } from "./train/watch/index.ts";
export type { Watch, WatchedSnapshot, WatchKind, WatchScene, WatchScore } from "./train/watch/watch.ts";
