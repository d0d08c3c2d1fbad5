import { multiplyMatrices } from "array-kernels";
import type { Features } from "./features.ts";

/** A kernel k(x, y) as data: polynomial (x·y/d + 1)³, or Gaussian exp(−‖x − y‖²/2σ²). */
export type Kernel = "polynomial" | { readonly gaussianSigma: number };

/** Kernel values of rows `row…` of one set with rows `column…` of another. */
export interface KernelTile {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
  /** [rows, columns], row-major. */
  readonly values: Float64Array;
}

const TILE_ROWS = 256;
const TILE_COLUMNS = 1024;

/**
 * The kernel matrix of two sets tile by tile: constant memory, O(|a|·|b|·dimension) as matrix products.
 *
 * @param b - The same object as `a` asks for the tiles on and above the diagonal only.
 */
export function* kernelTiles(a: Features, b: Features, kernel: Kernel): Generator<KernelTile> {
  const { dimension } = a;
  const evaluate = evaluator(a, b, kernel);
  for (let row = 0; row < a.count; row += TILE_ROWS) {
    const rows = Math.min(TILE_ROWS, a.count - row);
    const left = a.data.subarray(row * dimension, (row + rows) * dimension);
    for (let column = a === b ? row : 0; column < b.count; column += TILE_COLUMNS) {
      const columns = Math.min(TILE_COLUMNS, b.count - column);
      const right = b.data.subarray(column * dimension, (column + columns) * dimension);
      const values = multiplyMatrices(left, right, { m: rows, k: dimension, n: columns, transposeB: true });
      evaluate(values, row, column, columns);
      yield { row, rows, column, columns, values };
    }
  }
}

/** Turns inner products into kernel values in place. */
function evaluator(
  a: Features,
  b: Features,
  kernel: Kernel,
): (dots: Float64Array, row: number, column: number, columns: number) => void {
  if (kernel === "polynomial") {
    const scale = 1 / a.dimension;
    return (dots) => {
      for (let i = 0; i < dots.length; i++) {
        const base = dots[i] * scale + 1;
        dots[i] = base * base * base;
      }
    };
  }
  const [normsA, normsB] = [squaredNorms(a), squaredNorms(b)];
  const scale = -1 / (2 * kernel.gaussianSigma ** 2);
  return (dots, row, column, columns) => {
    for (let i = 0; i * columns < dots.length; i++)
      for (let j = 0; j < columns; j++) {
        const squared = normsA[row + i] + normsB[column + j] - 2 * dots[i * columns + j];
        dots[i * columns + j] = Math.exp(squared * scale);
      }
  };
}

function squaredNorms({ count, dimension, data }: Features): Float64Array {
  const norms = new Float64Array(count);
  for (let i = 0; i < count; i++) for (let j = 0; j < dimension; j++) norms[i] += data[i * dimension + j] ** 2;
  return norms;
}
