import { multiplyPackedRows, type PackedRows, packInt16Rows } from "array-kernels";
import type { Features } from "../features.ts";

/** Features beside a rounded copy of them, from which all distances are bounded at a quarter of the cost of computing them. */
export interface DistanceScreen {
  readonly features: Features;
  /** Row i is about steps[i]·packed row i, counted from the centre. */
  readonly packed: PackedRows;
  readonly steps: Float64Array;
  /** Of the rounded rows. */
  readonly squaredNorms: Float64Array;
  /** How far a row lies from its rounded copy at most, with room for all rounding of this file. */
  readonly errors: Float64Array;
}

/** Called for a pair whose distance may be within a limit: it is at least `low` and at most `high`. */
export type VisitPair = (row: number, column: number, low: number, high: number) => void;

/** Distances of interest, by row and by column; may shrink while pairs are visited. Infinity for all, −Infinity for none. */
export interface ScreenLimits {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/** Norms of rounded rows stay below √2³¹, so that inner products are exact in int32. */
const LARGEST_NORM = 46_340;
const LARGEST_ENTRY = 32_767;
/** Of the norm: float64 rounding in the products below moves a distance by 4·√ε = 6e-8 of the norms, by differences far less. */
const ROUNDING = 1e-7;
/** A tile of 512 × 1024 takes 2 MB; with its operands at 2048 dimensions 8 MB. */
const TILE_ROWS = 512;
const TILE_COLUMNS = 1024;

/** The mean of a set: a centre that makes rounding errors small. */
export function centreOf({ count, dimension, data }: Features): Float64Array {
  const centre = new Float64Array(dimension);
  for (let from = 0; from < data.length; from += dimension)
    for (let k = 0; k < dimension; k++) centre[k] += data[from + k] / count;
  return centre;
}

/**
 * Rounds each row x to a multiple of its own step, x ≈ centre + step·q with whole q, |q| ≤ 32767 and ‖q‖ < √2³¹, and notes how far
 * x is from that. 2 bytes a value.
 *
 * @param features - Checked.
 * @param centre - The same for both sides of a comparison.
 */
export function createDistanceScreen(features: Features, centre: Float64Array): DistanceScreen {
  const { count, dimension, data } = features;
  const [steps, squaredNorms, errors] = [0, 0, 0].map(() => new Float64Array(count));
  const centred = new Float64Array(dimension);
  // Rounding adds at most half of a step an entry.
  const norm = LARGEST_NORM - Math.sqrt(dimension) / 2 - 1;
  const packed = packInt16Rows(count, dimension, (row, values) => {
    let [squared, largest] = [0, 0];
    for (let k = 0; k < dimension; k++) {
      const value = data[row * dimension + k] - centre[k];
      centred[k] = value;
      squared += value * value;
      if (Math.abs(value) > largest) largest = Math.abs(value);
    }
    const step = Math.max(Math.sqrt(squared) / norm, largest / (LARGEST_ENTRY - 1));
    if (!(step > 0)) return void values.fill(0);
    let [missed, whole] = [0, 0];
    for (let k = 0; k < dimension; k++) {
      const rounded = Math.floor(centred[k] / step + 0.5);
      const rest = centred[k] - step * rounded;
      values[k] = rounded;
      whole += rounded * rounded;
      missed += rest * rest;
    }
    steps[row] = step;
    squaredNorms[row] = step * step * whole;
    errors[row] = Math.sqrt(missed) + ROUNDING * Math.sqrt(squared);
  });
  return { features, packed, steps, squaredNorms, errors };
}

/**
 * Visits all pairs whose distance may be at most the limit of their row or of their column; of the others it is certain that it is more.
 * With d̂ the distance of the rounded rows, |d − d̂| ≤ error_i + error_j by the triangle inequality. Columns of a row ascend.
 * O(|a|·|b|·dimension) in int16 products, constant memory beside the screens.
 *
 * @param b - The same object as `a` visits the pairs i < j only.
 */
export function visitNearPairs(a: DistanceScreen, b: DistanceScreen, limits: ScreenLimits, visit: VisitPair): void {
  const [numRows, numColumns] = [a.packed.count, b.packed.count];
  const reachOf = ({ errors }: DistanceScreen): number => errors.reduce((most, error) => Math.max(most, error), 0);
  const [reachA, reachB] = [reachOf(a), reachOf(b)];
  const thresholds = new Float64Array(numColumns);
  const thresholdOf = (limit: number, reach: number): number => (limit < 0 ? Number.NEGATIVE_INFINITY : (limit + reach) ** 2);
  const products = new Int32Array(Math.min(TILE_ROWS, numRows) * Math.min(TILE_COLUMNS, numColumns));
  for (let j = 0; j < numColumns; j++) thresholds[j] = thresholdOf(limits.columns[j], b.errors[j] + reachA);
  for (let row = 0; row < numRows; row += TILE_ROWS)
    for (let column = a === b ? row : 0; column < numColumns; column += TILE_COLUMNS) {
      const rows = Math.min(TILE_ROWS, numRows - row);
      const columns = Math.min(TILE_COLUMNS, numColumns - column);
      multiplyPackedRows(a.packed, b.packed, { row, rows, column, columns, isUpper: a === b }, products);
      for (let i = row; i < row + rows; i++) {
        const factor = 2 * a.steps[i];
        const norm = a.squaredNorms[i];
        let threshold = thresholdOf(limits.rows[i], a.errors[i] + reachB);
        const line = (i - row) * columns - column;
        for (let j = a === b ? Math.max(column, i + 1) : column; j < column + columns; j++) {
          const squared = norm + b.squaredNorms[j] - factor * b.steps[j] * products[line + j];
          if (squared > threshold && squared > thresholds[j]) continue; // NaN, of features beyond 1e150, goes on
          const distance = Math.sqrt(Math.max(0, squared));
          const error = a.errors[i] + b.errors[j];
          const low = Math.max(0, distance - error);
          if (low > limits.rows[i] && low > limits.columns[j]) continue;
          visit(i, j, low, distance + error);
          threshold = thresholdOf(limits.rows[i], a.errors[i] + reachB);
          thresholds[j] = thresholdOf(limits.columns[j], b.errors[j] + reachA);
        }
      }
    }
}

/** ‖a_i − b_j‖² by differences, in four sums: the same bits in either order. */
export function squaredDistance(a: Features, i: number, b: Features, j: number): number {
  const { dimension, data: x } = a;
  const y = b.data;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let p = i * dimension;
  let q = j * dimension;
  const end = p + dimension;
  for (const last = end - 3; p < last; p += 4, q += 4) {
    const d0 = x[p] - y[q];
    const d1 = x[p + 1] - y[q + 1];
    const d2 = x[p + 2] - y[q + 2];
    const d3 = x[p + 3] - y[q + 3];
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (; p < end; p++, q++) s0 += (x[p] - y[q]) ** 2;
  return s0 + s1 + (s2 + s3);
}
