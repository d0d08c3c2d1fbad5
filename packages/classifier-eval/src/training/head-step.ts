/** A dense layer [numClasses, dimension + 1], the bias last in each row, with Adam's moments and room for a gradient. */
export interface HeadState {
  readonly weights: Float64Array;
  readonly means: Float64Array;
  readonly squares: Float64Array;
  readonly gradient: Float64Array;
}

export interface HeadBatch {
  /** All features, [count, dimension] row-major. */
  readonly data: Float64Array;
  readonly dimension: number;
  readonly labels: ArrayLike<number>;
  /** Rows of the batch. */
  readonly rows: readonly number[];
  readonly numClasses: number;
  readonly weights: readonly number[] | undefined;
  readonly labelSmoothing: number;
  readonly weightDecay: number;
  readonly rate: number;
  /** From 0. */
  readonly step: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * One step of AdamW on the weighted, smoothed cross-entropy of a batch (`crossEntropy`), in place.
 *
 * @returns The loss before the step.
 */
export function headStep(state: HeadState, batch: HeadBatch): number {
  const { weights, gradient } = state;
  const { data, dimension, labels, rows, numClasses, labelSmoothing, weights: classWeights } = batch;
  const weightOf = (k: number): number => (classWeights ? classWeights[k] : 1);
  let total = 0;
  for (const row of rows) total += weightOf(labels[row]);
  gradient.fill(0);
  const logits = allLogits(weights, { data, dimension }, rows, numClasses);
  const slopes = new Float64Array(logits.length); // ∂loss/∂logits
  let loss = 0;
  for (let i = 0; i < rows.length; i++) {
    const at = i * numClasses;
    const logSum = logSumExp(logits, at, numClasses);
    let mass = 0; // Σ of the row's targets, which weights may bring away from 1
    for (let k = 0; k < numClasses; k++) {
      const soft = (k === labels[rows[i]] ? 1 - labelSmoothing : 0) + labelSmoothing / numClasses;
      const target = (soft * weightOf(k)) / total;
      mass += target;
      slopes[at + k] = -target;
      loss -= target * (logits[at + k] - logSum);
    }
    for (let k = 0; k < numClasses; k++) slopes[at + k] += mass * Math.exp(logits[at + k] - logSum);
  }
  addGradient(gradient, { data, dimension }, rows, slopes, numClasses);
  update(state, batch);
  return loss;
}

/** AdamW. @see Loshchilov & Hutter 2019, Alg. 2. */
function update({ weights, means, squares, gradient }: HeadState, { weightDecay, rate, step }: HeadBatch): void {
  const keep = 1 - rate * weightDecay;
  const scale = rate / (1 - BETA1 ** (step + 1));
  const correction = 1 / Math.sqrt(1 - BETA2 ** (step + 1));
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i];
    means[i] = BETA1 * means[i] + (1 - BETA1) * g;
    squares[i] = BETA2 * squares[i] + (1 - BETA2) * g * g;
    weights[i] = weights[i] * keep - (scale * means[i]) / (Math.sqrt(squares[i]) * correction + EPSILON);
  }
}

function logSumExp(logits: Float64Array, start: number, length: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < length; k++) largest = Math.max(largest, logits[start + k]);
  let sum = 0;
  for (let k = 0; k < length; k++) sum += Math.exp(logits[start + k] - largest);
  return largest + Math.log(sum);
}

interface Table {
  readonly data: Float64Array;
  readonly dimension: number;
}

/** Four rows at a time, which share the loads of the weights. */
function allLogits(weights: Float64Array, { data, dimension }: Table, rows: readonly number[], numClasses: number): Float64Array {
  const width = dimension + 1;
  const out = new Float64Array(rows.length * numClasses);
  for (let i = 0; i < rows.length; i += 4) {
    const [p, q, r, s] = startsOf(rows, i, dimension);
    for (let k = 0; k < numClasses; k++) {
      const w = k * width;
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let j = 0; j < dimension; j++) {
        const weight = weights[w + j];
        a += weight * data[p + j];
        b += weight * data[q + j];
        c += weight * data[r + j];
        d += weight * data[s + j];
      }
      const sums = [a, b, c, d];
      for (let n = 0; n < 4 && i + n < rows.length; n++) out[(i + n) * numClasses + k] = sums[n] + weights[w + dimension];
    }
  }
  return out;
}

/** gradient += slopesᵀ·[x, 1]. */
function addGradient(
  gradient: Float64Array,
  { data, dimension }: Table,
  rows: readonly number[],
  slopes: Float64Array,
  numClasses: number,
): void {
  const width = dimension + 1;
  for (let i = 0; i < rows.length; i += 4) {
    const [p, q, r, s] = startsOf(rows, i, dimension);
    for (let k = 0; k < numClasses; k++) {
      const slopeOf = (n: number): number => (i + n < rows.length ? slopes[(i + n) * numClasses + k] : 0);
      const [a, b, c, d] = [slopeOf(0), slopeOf(1), slopeOf(2), slopeOf(3)];
      const g = k * width;
      for (let j = 0; j < dimension; j++)
        gradient[g + j] += a * data[p + j] + b * data[q + j] + c * data[r + j] + d * data[s + j];
      gradient[g + dimension] += a + b + c + d;
    }
  }
}

/** Where four rows begin; what is missing behind the last is the last again. */
function startsOf(rows: readonly number[], i: number, dimension: number): [number, number, number, number] {
  const at = (n: number): number => rows[Math.min(i + n, rows.length - 1)] * dimension;
  return [at(0), at(1), at(2), at(3)];
}
