export { openDatasetZipFile } from "./dataset/open-dataset-zip-file.ts";
export { type WriteDatasetZipFileOptions, writeDatasetZipFile } from "./dataset/write-dataset-zip-file.ts";
export {
  type ImageImport,
  type ImportImagesOptions,
  type ImportReport,
  importImages,
  type Rejection,
} from "./import/import-images.ts";
export { openByteFile } from "./zip/byte-file.ts";
