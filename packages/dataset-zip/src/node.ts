export { type CheckImagesOptions, type CheckReport, checkImages } from "./check/check-images.ts";
export { describeCheck, hasFindings } from "./check/describe-check.ts";
export type { Leak } from "./check/find-leaks.ts";
export { type FixPlan, planFix } from "./check/plan-fix.ts";
export { type ReadThumbnailsOptions, readThumbnails } from "./check/read-thumbnails.ts";
export { openDatasetZipFile } from "./dataset/open-dataset-zip-file.ts";
export { type SaveSplitOptions, saveSplit } from "./dataset/save-split.ts";
export { writeDatasetFolder } from "./dataset/write-dataset-folder.ts";
export { type WriteDatasetZipFileOptions, writeDatasetZipFile } from "./dataset/write-dataset-zip-file.ts";
export {
  type ImageImport,
  type ImportImagesOptions,
  type ImportReport,
  importImages,
  type Rejection,
} from "./import/import-images.ts";
export { type DatasetPreset, datasetPresets } from "./import/presets.ts";
export { openByteFile } from "./zip/byte-file.ts";
