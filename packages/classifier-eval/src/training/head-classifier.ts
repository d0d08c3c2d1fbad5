import * as tf from "@tensorflow/tfjs-core";
import { cloneParams, type Params, prefixParams } from "tfjs-train";
import type { Backbone } from "../backbones/backbone.ts";
import { type Classifier, createClassifier } from "./classifier.ts";
import type { DenseHead } from "./train-head.ts";

export interface HeadClassifierOptions {
  readonly backbone: Backbone;
  /** Weights of the backbone, which stay the caller's. */
  readonly params: Params;
  readonly head: DenseHead;
  readonly classes: readonly string[];
  readonly imageShape: readonly [number, number, number];
}

/** A frozen backbone and a head that `trainHead` trained on its features, as a classifier of images. */
export function headClassifier({ backbone, params, head, classes, imageShape }: HeadClassifierOptions): Classifier {
  const all: Params = {
    ...prefixParams(cloneParams(params), "backbone"),
    "head.weight": tf.tensor2d(head.weight, [backbone.numFeatures, classes.length]),
    "head.bias": tf.tensor1d(head.bias),
  };
  return createClassifier({ backbone, params: all, classes, imageShape });
}
