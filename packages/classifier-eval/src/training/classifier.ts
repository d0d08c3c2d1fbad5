import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import { dense, disposeParams, type Params, selectParams } from "tfjs-train";
import type { Backbone, BackboneFeatures, FeatureOptions } from "../backbones/backbone.ts";
import { keepMask } from "../backbones/network-pass.ts";
import { imageTensor } from "../data/image-tensor.ts";

/** A trained network with its classes. */
export interface Classifier {
  readonly backbone: Backbone;
  readonly classes: readonly string[];
  readonly imageShape: readonly [number, number, number];
  /** `backbone.*` and `head.*`; owned by the classifier. */
  readonly params: Params;
  /**
   * Class probabilities, [n, numClasses] row-major.
   *
   * @param images - uint8 [n, height, width, channels]; one batch, so keep n modest.
   */
  predict(images: Uint8Array): Promise<Float64Array>;
  dispose(): void;
}

export interface CreateClassifierOptions {
  readonly backbone: Backbone;
  readonly params: Params;
  readonly classes: readonly string[];
  readonly imageShape: readonly [number, number, number];
}

/** Wraps weights as a classifier, which owns them from now on. */
export function createClassifier({ backbone, params, classes, imageShape }: CreateClassifierOptions): Classifier {
  expect(
    params["head.weight"]?.shape[1] === classes.length,
    "createClassifier",
    `the head must have ${classes.length} outputs (${classes.join(", ")}); got ${params["head.weight"]?.shape[1]}.`,
  );
  return {
    backbone,
    classes,
    imageShape,
    params,
    async predict(images) {
      const logits = tf.tidy(() => {
        const { logits } = classifierLogits(backbone, params, imageTensor(images, imageShape), { training: false });
        return logits;
      });
      const values = await logits.data();
      logits.dispose();
      return softmaxRows(values, classes.length);
    },
    dispose: () => disposeParams(params),
  };
}

/**
 * @param images - [batch, height, width, channels] in [−1, 1].
 * @param options - With `rng`, training leaves out what the backbone leaves out at random.
 * @returns logits [batch, numClasses], and in training the new running statistics under the classifier's names.
 */
export function classifierLogits(
  backbone: Backbone,
  params: Params,
  images: tf.Tensor4D,
  options: FeatureOptions,
): { logits: tf.Tensor2D; updates: Params } {
  const { features, updates }: BackboneFeatures = backbone.features(selectParams(params, "backbone"), images, options);
  const { dropout = 0 } = backbone;
  const { training, rng } = options;
  const mask = training && rng && dropout > 0 ? keepMask(rng.fork("dropout"), features.size, dropout) : undefined;
  const kept = mask ? tf.mul(features, tf.tensor2d(mask, features.shape)) : features;
  const logits = dense(kept, { weight: params["head.weight"], bias: params["head.bias"] });
  return { logits, updates: Object.fromEntries(Object.entries(updates).map(([name, tensor]) => [`backbone.${name}`, tensor])) };
}

/** Softmax of each row in float64. */
export function softmaxRows(logits: ArrayLike<number>, numClasses: number): Float64Array {
  const out = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += numClasses) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < numClasses; k++) largest = Math.max(largest, logits[start + k]);
    let sum = 0;
    for (let k = 0; k < numClasses; k++) sum += out[start + k] = Math.exp(logits[start + k] - largest);
    for (let k = 0; k < numClasses; k++) out[start + k] /= sum;
  }
  return out;
}
