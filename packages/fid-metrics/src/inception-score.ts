import { checkOptions, expect } from "repro-kit";
import { checkFeatures, type Features } from "./features.ts";

export interface InceptionScoreOptions {
  /** Parts that are scored on their own. Default 10. */
  readonly splits?: number;
  /** Order of the rows before they are cut into splits, a permutation of 0 … count − 1. Default: as they stand. */
  readonly order?: ArrayLike<number>;
}

export interface InceptionScore {
  /** Mean over the splits, from 1 to the number of classes. */
  readonly mean: number;
  /** Population standard deviation over the splits. */
  readonly standardDeviation: number;
  /** One score a split. */
  readonly values: readonly number[];
}

/**
 * Inception Score exp(mean_x KL(p(y|x) ‖ p(y))), p(y) being the mean of p(y|x) over the split. Split i holds the rows
 * ⌊i·count/splits⌋ to ⌊(i + 1)·count/splits⌋. It looks at generated images only, and knows nothing of real ones.
 *
 * @param logits - [count, classes], before the softmax; for the published score those of Inception without bias (`logits_unbiased`).
 * @throws UsageError if there are fewer rows than splits, or `order` is no permutation of the rows.
 * @see Salimans et al. 2016, arXiv:1606.03498, Sec. 4. O(count · classes).
 */
export function inceptionScore(logits: Features, options: InceptionScoreOptions = {}): InceptionScore {
  const scope = "inceptionScore";
  checkOptions(scope, options, ["splits", "order"]);
  checkFeatures(scope, "logits", logits);
  const { count } = logits;
  const { splits = 10, order = Int32Array.from({ length: count }, (_, i) => i) } = options;
  const isUsable = Number.isInteger(splits) && splits >= 1 && splits <= count;
  expect(isUsable, scope, `splits must be an integer from 1 to ${count}, the number of rows; got ${splits}.`);
  checkPermutation(scope, order, count);
  const values = Array.from({ length: splits }, (_, i) => {
    const [from, to] = [Math.floor((i * count) / splits), Math.floor(((i + 1) * count) / splits)];
    return scoreRows(
      logits,
      Array.from({ length: to - from }, (_, row) => order[from + row]),
    );
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / splits;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / splits;
  return { mean, standardDeviation: Math.sqrt(variance), values };
}

/** exp of the mean divergence; Σp(log p − log m) = Σ_x Σ_y p log p − n Σ_y m log m. */
function scoreRows({ dimension, data }: Features, rows: readonly number[]): number {
  const marginal = new Float64Array(dimension);
  const probabilities = new Float64Array(dimension);
  let negativeEntropy = 0;
  for (const row of rows) {
    const logits = data.subarray(row * dimension, (row + 1) * dimension);
    const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (let j = 0; j < dimension; j++) {
      probabilities[j] = Math.exp(logits[j] - largest);
      sum += probabilities[j];
    }
    const logSum = Math.log(sum);
    for (let j = 0; j < dimension; j++) {
      const probability = probabilities[j] / sum;
      negativeEntropy += probability * (logits[j] - largest - logSum); // finite where the probability underflows
      marginal[j] += probability;
    }
  }
  let marginalTerm = 0;
  for (const sum of marginal) if (sum > 0) marginalTerm += (sum / rows.length) * Math.log(sum / rows.length);
  return Math.exp(negativeEntropy / rows.length - marginalTerm);
}

function checkPermutation(scope: string, order: ArrayLike<number>, count: number): void {
  const isSeen = new Uint8Array(count);
  for (let i = 0; i < order.length; i++) isSeen[order[i]] = 1;
  const isPermutation = order.length === count && isSeen.every((seen) => seen === 1);
  expect(isPermutation, scope, `order must hold each row from 0 to ${count - 1} once.`);
}
