import { checkOptions } from "repro-kit";
import { checkMatrix, checkSize } from "./check-matrix.ts";
import { type KernelSteps, layOut, runSteps, sharedKernels } from "./kernel-job.ts";

export interface MultiplyMatricesOptions {
  /** Rows of the product. */
  readonly m: number;
  /** Terms of each sum. */
  readonly k: number;
  /** Columns of the product. */
  readonly n: number;
  /** `a` is given as [k, m]. */
  readonly transposeA?: boolean;
  /** `b` is given as [n, k]. */
  readonly transposeB?: boolean;
}

// Larger products are put together from pieces of this size, so that memory stays below 110 MB beside the matrices themselves.
const pieceSize = 2048;

/**
 * Matrix product in float64: C = op(A)·op(B), op being the transpose where asked for. Row-major.
 *
 * @param a - [m, k], or [k, m] with `transposeA`; finite.
 * @param b - [k, n], or [n, k] with `transposeB`; finite.
 * @returns C [m, n]. |C − exact| ≤ k·ε·|A|·|B| entry by entry, as for any order of summation.
 * @throws UsageError on a wrong length, a size below 1 or an entry that is not finite.
 */
export function multiplyMatrices(a: Float64Array, b: Float64Array, options: MultiplyMatricesOptions): Float64Array {
  return runSteps(multiplySteps(a, b, options));
}

/** The steps of `multiplyMatrices`: one job a piece. */
export function* multiplySteps(a: Float64Array, b: Float64Array, options: MultiplyMatricesOptions): KernelSteps<Float64Array> {
  const scope = "multiplyMatrices";
  checkOptions(scope, options, ["m", "k", "n", "transposeA", "transposeB"]);
  const { m, k, n, transposeA = false, transposeB = false } = options;
  for (const [name, size] of Object.entries({ m, k, n })) checkSize(scope, name, size);
  checkMatrix(scope, "a", a, transposeA ? k : m, transposeA ? m : k);
  checkMatrix(scope, "b", b, transposeB ? n : k, transposeB ? k : n);

  const product = new Float64Array(m * n);
  for (let i = 0; i < m; i += pieceSize) {
    const rows = Math.min(pieceSize, m - i);
    for (let p = 0; p < k; p += pieceSize) {
      const depth = Math.min(pieceSize, k - p);
      const left = transposeA ? copyPiece(a, m, p, i, depth, rows) : copyPiece(a, k, i, p, rows, depth);
      for (let j = 0; j < n; j += pieceSize) {
        const columns = Math.min(pieceSize, n - j);
        const right = transposeB ? copyPiece(b, k, j, p, columns, depth) : copyPiece(b, n, p, j, depth, columns);
        const length = rows * columns;
        const { blocks } = yield (members) => {
          const work = sharedKernels().gemmWorkBytes(columns, members) / 8;
          const { bytes, addresses } = layOut([left.length, right.length, length, work]);
          const [leftAddress, rightAddress, sum, workAddress] = addresses;
          const leftArgs = [leftAddress, ...(transposeA ? [1, rows] : [depth, 1])];
          const rightArgs = [rightAddress, ...(transposeB ? [1, depth] : [columns, 1])];
          return {
            bytes,
            writes: [
              { address: leftAddress, data: left },
              { address: rightAddress, data: right },
            ],
            calls: [
              { name: "clear", args: [sum, length] },
              {
                name: "gemm",
                args: [rows, columns, depth, 1, ...leftArgs, ...rightArgs, sum, columns, workAddress, 0],
                team: true,
              },
            ],
            reads: [{ address: sum, length }],
          };
        };
        if (length === product.length && depth === k) return blocks[0];
        addPiece(blocks[0], columns, product, n, i, j);
      }
    }
  }
  return product;
}

function addPiece(piece: Float64Array, columns: number, to: Float64Array, stride: number, row: number, column: number): void {
  for (let source = 0, target = row * stride + column; source < piece.length; source += columns, target += stride) {
    for (let c = 0; c < columns; c++) to[target + c] += piece[source + c];
  }
}

function copyPiece(from: Float64Array, stride: number, row: number, column: number, rows: number, columns: number): Float64Array {
  if (column === 0 && columns === stride) return from.subarray(row * stride, (row + rows) * stride);
  const piece = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const start = (row + r) * stride + column;
    piece.set(from.subarray(start, start + columns), r * columns);
  }
  return piece;
}
