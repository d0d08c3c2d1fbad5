import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { selectParams } from "tfjs-train";
import { imageTensor } from "../data/image-tensor.ts";
import type { Classifier } from "../training/classifier.ts";

/** How much each place of an image speaks for a class: [height, width] row-major, 0 to 1. */
export interface Heatmap {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
}

export interface GradCamOptions {
  /** Class that is asked for. Default: the one with the largest logit. */
  readonly target?: number;
  /** Activation whose channels are weighed. Default: the last one that is wider than a pixel. */
  readonly tap?: string;
}

/**
 * Grad-CAM: channels of an activation, weighed by the mean gradient of the class's logit, summed, cut off at 0, enlarged to the image
 * (bilinear) and divided by the largest.
 *
 * @param image - uint8 [height, width, channels] of the classifier's shape.
 * @returns All 0 where nothing speaks for the class.
 * @see Selvaraju et al. 2017, eq. 1 and 2.
 */
export async function gradCam(classifier: Classifier, image: Uint8Array, options: GradCamOptions = {}): Promise<Heatmap> {
  const scope = "gradCam";
  checkOptions(scope, options, ["target", "tap"]);
  const { backbone, params, imageShape, classes } = classifier;
  const [height, width, channels] = imageShape;
  expect(
    image.length === height * width * channels,
    scope,
    `an image has ${height * width * channels} bytes; got ${image.length}.`,
  );
  const { target } = options;
  expect(
    target === undefined || (Number.isInteger(target) && target >= 0 && target < classes.length),
    scope,
    `target must be a class from 0 to ${classes.length - 1}; got ${target}.`,
  );
  const own = selectParams(params, "backbone");
  const shapes = new Map<string, number[]>();
  const pixels = imageTensor(image, imageShape);
  tf.tidy(() => {
    backbone.features(own, pixels, {
      training: false,
      tap(name, activation) {
        shapes.set(name, activation.shape);
        return activation;
      },
    });
  });
  const name =
    options.tap ?? [...shapes].findLast(([, [, rows, columns]]) => rows * columns > 1)?.[0] ?? [...shapes.keys()].at(-1);
  const shape = name === undefined ? undefined : shapes.get(name);
  if (!shape) pixels.dispose();
  expect(shape, scope, () => `${backbone.name} has no activation "${name}"; known: ${[...shapes.keys()].join(", ")}.`);
  const map = tf.tidy(() => {
    let seen: tf.Tensor4D | undefined;
    /** The class's logit as a function of what is added to the activation. */
    const score = (added: tf.Tensor): tf.Scalar => {
      const { features } = backbone.features(own, pixels, {
        training: false,
        tap(given, activation) {
          if (given !== name) return activation;
          seen = tf.keep(tf.clone(activation)); // outlives the pass
          return tf.add(activation, added);
        },
      });
      const logits = tf.add(tf.matMul(features, params["head.weight"] as tf.Tensor2D), params["head.bias"]); // [1, classes]
      const chosen = target ?? tf.argMax(logits, 1).dataSync()[0];
      return tf.sum(tf.gather(logits, [chosen], 1)) as tf.Scalar; // of one entry
    };
    const gradient = tf.grad(score)(tf.zeros(shape));
    if (!seen) throw new Error("bug: the tap was not passed.");
    const weights = tf.mean(gradient, [1, 2], true);
    const raw = tf.relu(tf.sum(tf.mul(seen, weights), 3, true)) as tf.Tensor4D; // [1, rows, columns, 1]
    seen.dispose();
    return tf.image.resizeBilinear(raw, [height, width], false, true);
  });
  const data = Float32Array.from(await map.data());
  tf.dispose([map, pixels]);
  return { data: scaleToOne(data), height, width };
}

/** Divided by the largest, where that is above 0. */
export function scaleToOne(data: Float32Array): Float32Array {
  const largest = data.reduce((a, b) => Math.max(a, b), 0);
  return largest > 0 ? data.map((value) => value / largest) : data;
}
