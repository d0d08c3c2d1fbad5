import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { extractBatches } from "../extract-batches.ts";
import type { DifferentiableExtractor } from "../extractor.ts";
import type { ImageArray } from "../images.ts";
import { describeInput, type InputConvention, prepareImages, prepareTensors } from "./input-convention.ts";

export interface FunctionExtractorOptions {
  /** Which network, for the protocol. */
  readonly name: string;
  readonly dimension: number;
  /**
   * The network: images [batch, height, width, 3] as `input` makes them → features [batch, dimension]. Called inside `tf.tidy`; the images
   * are not its own. A feature must not depend on the other images of the batch.
   */
  readonly run: (images: tf.Tensor4D) => tf.Tensor2D;
  /** Tells weights apart in protocols and caches: a digest of the file, a version. */
  readonly fingerprint: string;
  /** How images are resized and normalised. Default: as they are, in [−1, 1]. */
  readonly input?: InputConvention;
  /** Which of its outputs. Default: the dimension. */
  readonly tap?: string;
  /** The convention it follows. Default "own". */
  readonly mode?: string;
  /** Gives back what the network holds. */
  readonly dispose?: () => void;
}

/**
 * An extractor of any function from images to features: a classifier of one's own, a backbone of classifier-eval. Of a function that
 * tfjs can differentiate, `features` has a gradient. **Its Fréchet distance
 * is not FID**; it compares with that of the same network and weights only.
 *
 * @throws UsageError for an unknown option or a dimension below 1; from `extract` if the function returns another shape.
 */
export function createFunctionExtractor(options: FunctionExtractorOptions): DifferentiableExtractor {
  const scope = "createFunctionExtractor";
  checkOptions(scope, options, ["name", "dimension", "run", "fingerprint", "input", "tap", "mode", "dispose"]);
  const { name, dimension, run, fingerprint, input = {}, tap = String(dimension), mode = "own", dispose } = options;
  expect(Number.isInteger(dimension) && dimension >= 1, scope, `dimension must be an integer ≥ 1; got ${dimension}.`);
  const resize = describeInput(input); // checks it too

  const checked = (prepared: tf.Tensor4D): tf.Tensor2D => {
    const [batch] = prepared.shape;
    const features = run(prepared);
    const [count, length] = features.shape;
    const isRight = features.rank === 2 && count === batch && length === dimension;
    expect(isRight, scope, `run must return [${batch}, ${dimension}]; got [${features.shape.join(", ")}].`);
    return features;
  };
  const runBatch = (batch: ImageArray): Record<string, tf.Tensor2D> =>
    tf.tidy(() => ({ features: checked(prepareImages(batch, input)) }));

  return {
    name,
    tap,
    mode,
    dimension,
    resize,
    fingerprint,
    extract: async (images, extractOptions) =>
      (await extractBatches(images, [{ name: "features", dimension }], runBatch, extractOptions)).features,
    features: (images) => tf.tidy(() => checked(prepareTensors(images, input))),
    dispose: () => dispose?.(),
  };
}
