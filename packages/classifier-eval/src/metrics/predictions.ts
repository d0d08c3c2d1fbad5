import { expect } from "repro-kit";

/** Classes of a set of images and what a classifier said about each. */
export interface Predictions {
  /** True class of each image, in [0, numClasses); length n. */
  readonly labels: ArrayLike<number>;
  /** Probability of each class, [n, numClasses] row-major. */
  readonly probabilities: ArrayLike<number>;
  readonly numClasses: number;
}

/** The most probable class of each row; the first one where several are. */
export function predictedClasses({ probabilities, numClasses }: Pick<Predictions, "probabilities" | "numClasses">): Int32Array {
  const classes = new Int32Array(probabilities.length / numClasses);
  for (let i = 0; i < classes.length; i++) {
    let best = 0;
    for (let k = 1; k < numClasses; k++) if (probabilities[i * numClasses + k] > probabilities[i * numClasses + best]) best = k;
    classes[i] = best;
  }
  return classes;
}

/** Column `k` of the probabilities. */
export function scoresOf(
  { probabilities, numClasses }: Pick<Predictions, "probabilities" | "numClasses">,
  k: number,
): Float64Array {
  return Float64Array.from({ length: probabilities.length / numClasses }, (_, i) => probabilities[i * numClasses + k]);
}

/** 1 where the label is `k`, else 0. */
export function isClass(labels: ArrayLike<number>, k: number): Uint8Array {
  return Uint8Array.from(labels, (label) => (label === k ? 1 : 0));
}

/**
 * Refuses predictions that no metric can be computed from.
 *
 * @throws UsageError if a label is no class, the sizes do not match, there is no image, or a probability is not in [0, 1].
 */
export function checkPredictions(scope: string, { labels, probabilities, numClasses }: Predictions): void {
  expect(Number.isInteger(numClasses) && numClasses >= 2, scope, `needs at least 2 classes; got ${numClasses}.`);
  expect(labels.length > 0, scope, "needs at least one image; got none.");
  expect(
    probabilities.length === labels.length * numClasses,
    scope,
    `${labels.length} labels and ${numClasses} classes need ${labels.length * numClasses} probabilities; got ${probabilities.length}.`,
  );
  for (let i = 0; i < labels.length; i++)
    expect(
      Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < numClasses,
      scope,
      `label ${i} must be a class from 0 to ${numClasses - 1}; got ${labels[i]}.`,
    );
  for (let i = 0; i < probabilities.length; i++)
    expect(
      probabilities[i] >= 0 && probabilities[i] <= 1 + 1e-6,
      scope,
      `probability ${i % numClasses} of image ${Math.floor(i / numClasses)} must lie in [0, 1]; got ${probabilities[i]}.`,
    );
}
