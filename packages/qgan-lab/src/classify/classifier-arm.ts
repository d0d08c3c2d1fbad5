import {
  type ClassifierData,
  type ClassifierReport,
  classificationReport,
  type Predictions,
  trainClassifier,
} from "classifier-eval";
import { createRng } from "repro-kit";

export interface ArmOptions {
  readonly train: ClassifierData;
  readonly test: { readonly images: Uint8Array; readonly labels: Int32Array; readonly groups?: readonly string[] };
  readonly imageShape: readonly [number, number, number];
  readonly classes: readonly string[];
  /** One training each. */
  readonly seeds: readonly number[];
  readonly steps: number;
  readonly onStep: (step: number) => void;
  readonly signal?: AbortSignal;
}

const PREDICT_BATCH = 64;

/**
 * Trains a classifier with every seed, a fixed number of steps each (nothing is chosen by looking at other images), and judges
 * them together on the test images.
 */
export async function runArm({
  train,
  test,
  imageShape,
  classes,
  seeds,
  steps,
  onStep,
  signal,
}: ArmOptions): Promise<ClassifierReport> {
  const runs: Predictions[] = [];
  for (const seed of seeds) {
    const training = trainClassifier({
      train,
      classes,
      epochs: 1,
      stepsPerEpoch: steps,
      classWeights: "balanced",
      rng: createRng(seed).fork("classifier"),
      ...(signal ? { signal } : {}),
    });
    try {
      for await (const { step } of training) onStep(step);
      signal?.throwIfAborted();
      const classifier = training.classifier();
      try {
        runs.push(await predict(classifier, { test, imageShape, numClasses: classes.length }));
      } finally {
        classifier.dispose();
      }
    } finally {
      training.dispose();
    }
  }
  return classificationReport(runs, { classes, ...(test.groups ? { groups: test.groups } : {}) });
}

async function predict(
  classifier: { predict(images: Uint8Array): Promise<Float64Array> },
  { test, imageShape, numClasses }: Pick<ArmOptions, "test" | "imageShape"> & { readonly numClasses: number },
): Promise<Predictions> {
  const size = imageShape[0] * imageShape[1] * imageShape[2];
  const probabilities = new Float64Array(test.labels.length * numClasses);
  for (let start = 0; start < test.labels.length; start += PREDICT_BATCH) {
    const batch = test.images.subarray(start * size, (start + PREDICT_BATCH) * size);
    probabilities.set(await classifier.predict(batch), start * numClasses);
  }
  return { labels: test.labels, probabilities, numClasses };
}
