export type { WriteDatasetZipOptions } from "./dataset/dataset-entries.ts";
export type { Json, JsonObject, LabelledImage } from "./dataset/labelled-image.ts";
export { type DatasetZip, openDatasetZip, type ReadImagesOptions } from "./dataset/open-dataset-zip.ts";
export {
  type CreateSamplerOptions,
  createSampler,
  type SampledBatch,
  type Sampler,
  type SamplerState,
} from "./dataset/sampler.ts";
export { type SplitDatasetOptions, type SplittableDataset, splitDataset } from "./dataset/split-dataset.ts";
export type { StoredSplit } from "./dataset/stored-splits.ts";
export { writeDatasetZip } from "./dataset/write-dataset-zip.ts";
export { CHEST_XRAY_CLASSES, drawChestXrays } from "./phantoms/draw-chest-xrays.ts";
export { drawFundus, FUNDUS_CLASSES } from "./phantoms/draw-fundus.ts";
export { drawSkinLesions, SKIN_LESION_CLASSES } from "./phantoms/draw-skin-lesions.ts";
export type { PhantomOptions } from "./phantoms/phantom-options.ts";
export { type DecodePngOptions, decodePng } from "./png/decode-png.ts";
export { type EncodePngOptions, encodePng } from "./png/encode-png.ts";
export { type ByteSource, byteSource } from "./zip/byte-source.ts";
