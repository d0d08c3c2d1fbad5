/** Counts of (true class, predicted class), row-major: row = true. */
export interface ConfusionMatrix {
  readonly numClasses: number;
  readonly counts: Float64Array;
}

export interface ConfusionMatrixOptions {
  readonly numClasses: number;
  /** How often each image counts (a bootstrap sample). Default: once. */
  readonly weights?: ArrayLike<number>;
}

/** Counts how often an image of class t was called p, for every (t, p). */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  { numClasses, weights }: ConfusionMatrixOptions,
): ConfusionMatrix {
  const counts = new Float64Array(numClasses * numClasses);
  for (let i = 0; i < labels.length; i++) counts[labels[i] * numClasses + predictions[i]] += weights ? weights[i] : 1;
  return { numClasses, counts };
}

/** What one class's precision and recall are made of. */
export interface ClassCounts {
  readonly truePositives: number;
  /** Images that were called this class. */
  readonly predicted: number;
  /** Images that are of this class: its support. */
  readonly actual: number;
}

/** Diagonal, column sum and row sum of every class. */
export function countClasses({ numClasses, counts }: ConfusionMatrix): ClassCounts[] {
  return Array.from({ length: numClasses }, (_, k) => {
    let predicted = 0;
    let actual = 0;
    for (let j = 0; j < numClasses; j++) {
      predicted += counts[j * numClasses + k];
      actual += counts[k * numClasses + j];
    }
    return { truePositives: counts[k * numClasses + k], predicted, actual };
  });
}

/** Number of images counted. */
export function countAll({ counts }: ConfusionMatrix): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
