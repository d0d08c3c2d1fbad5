import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import type { PhaseContext } from "../models/gan-model.ts";

/** The context of a step without labels and augmentation, for tests: what is not given is as small as can be. */
export function createTestContext(given: Partial<PhaseContext> = {}): PhaseContext {
  const images = given.images ?? tf.zeros<tf.Rank.R4>([1, 1, 1, 1]);
  const [batchSize] = images.shape;
  return {
    step: 0,
    interval: 1,
    images,
    labels: null,
    latents: tf.zeros<tf.Rank.R2>([1, 1]),
    augment: (x) => x,
    drawLabels: () => null,
    rng: createRng(3),
    batchSize,
    samples: Array.from({ length: batchSize }, (_, i) => i),
    prepared: {},
    ...given,
  };
}
