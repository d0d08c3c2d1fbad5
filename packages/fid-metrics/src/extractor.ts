import type * as tf from "@tensorflow/tfjs-core";
import type { Features } from "./features.ts";
import type { ImageSource } from "./images.ts";

export interface ExtractionProgress {
  /** Images done so far. */
  readonly done: number;
  /** Images in all, where it is known. */
  readonly total: number | undefined;
}

export interface ExtractOptions {
  /** Images that the network sees at once: memory and speed, not the result. Default 8. */
  readonly batchSize?: number;
  readonly onProgress?: (progress: ExtractionProgress) => void;
  /** Stops between two batches; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Images → feature vectors. What it says of itself goes into every result's protocol. */
export interface FeatureExtractor {
  /** Which network, e.g. "inception-v3-fid". Only one of that name gives a FID. */
  readonly name: string;
  /** Which of its outputs, e.g. "768". */
  readonly tap: string;
  /** The convention it follows, e.g. "pytorch-fid". */
  readonly mode: string;
  readonly dimension: number;
  /** How images are resized, in a line. */
  readonly resize: string;
  /** Tells weights apart: of two extractors with the same four names above, the same fingerprint gives the same features. */
  readonly fingerprint: string;
  extract(images: ImageSource, options?: ExtractOptions): Promise<Features>;
  dispose(): void;
}

/** An extractor with a gradient by the images: something can be fitted by its features. */
export interface DifferentiableExtractor extends FeatureExtractor {
  /**
   * The features of `extract` with a gradient: images are resized by the same filter in float32, without the rounding and clipping to
   * uint8 that `extract` shares with its reference program.
   *
   * @param images - [count, height, width, 1 or 3] in [−1, 1]; kept by the caller. @returns [count, dimension]; the caller's.
   */
  features(images: tf.Tensor4D): tf.Tensor2D;
}
