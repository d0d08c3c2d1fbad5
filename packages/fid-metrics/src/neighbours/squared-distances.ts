import { multiplyMatrices } from "array-kernels";
import type { Features } from "../features.ts";

/** Squared distances of rows `row…` of one set to rows `column…` of another. */
export interface DistanceTile {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
  /** [rows, columns], row-major. */
  readonly squared: Float64Array;
}

/** A tile of 512 × 2048 is 8 MB; with its operands at 2048 dimensions 50 MB, whatever the size of the sets. */
const TILE_ROWS = 512;
const TILE_COLUMNS = 2048;

/** Below this share of ‖x‖² + ‖y‖² the matrix form has lost six digits, so that a pair is computed again by differences. */
const CANCELLED = 1e-6;

/**
 * ‖a_i − b_j‖² tile by tile, as ‖a_i‖² + ‖b_j‖² − 2 a_i·b_j from matrix products in float64; relative error below 1e-8, exactly 0
 * for equal rows. The same pair gives the same bits in either order and wherever it stands, so that ties stay ties.
 * Constant memory; O(|a|·|b|·dimension).
 *
 * @param a - Checked features.
 * @param b - The same object as `a` asks for the tiles on and above the diagonal only.
 */
export function* squaredDistanceTiles(a: Features, b: Features): Generator<DistanceTile> {
  const { dimension } = a;
  const [normsA, normsB] = [squaredNorms(a), squaredNorms(b)];
  for (let row = 0; row < a.count; row += TILE_ROWS) {
    const rows = Math.min(TILE_ROWS, a.count - row);
    const left = a.data.subarray(row * dimension, (row + rows) * dimension);
    for (let column = a === b ? row : 0; column < b.count; column += TILE_COLUMNS) {
      const columns = Math.min(TILE_COLUMNS, b.count - column);
      const right = b.data.subarray(column * dimension, (column + columns) * dimension);
      const squared = multiplyMatrices(left, right, { m: rows, k: dimension, n: columns, transposeB: true });
      for (let i = 0; i < rows; i++) {
        const norm = normsA[row + i];
        for (let j = 0; j < columns; j++) {
          const sum = norm + normsB[column + j];
          const value = sum - 2 * squared[i * columns + j];
          squared[i * columns + j] = value > CANCELLED * sum ? value : byDifferences(left, i, right, j, dimension);
        }
      }
      yield { row, rows, column, columns, squared };
    }
  }
}

function byDifferences(left: Float64Array, i: number, right: Float64Array, j: number, dimension: number): number {
  let sum = 0;
  for (let k = 0; k < dimension; k++) {
    const difference = left[i * dimension + k] - right[j * dimension + k];
    sum += difference * difference;
  }
  return sum;
}

function squaredNorms({ count, dimension, data }: Features): Float64Array {
  const norms = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let k = i * dimension; k < (i + 1) * dimension; k++) sum += data[k] * data[k];
    norms[i] = sum;
  }
  return norms;
}
