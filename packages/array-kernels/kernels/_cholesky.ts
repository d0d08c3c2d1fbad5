import { gemm } from "./_gemm";
import { at, dot } from "./_vectors";

const blockRows: i32 = 48;

/**
 * A = L·Lᵀ in place: the lower triangle of A [n, n] becomes L, what lies above it becomes 0.
 * Returns −1, or the index of the first pivot that is not positive.
 */
export function cholesky(n: i32, a: usize, gemmWork: usize): i32 {
  for (let first = 0; first < n; first += blockRows) {
    const columns = min(blockRows, n - first);
    const block = at(a, first * n);
    // Subtract what the columns left of the block contribute to it: A[first:, block] −= L[first:, :first]·L[block, :first]ᵀ.
    if (first > 0) gemm(n - first, columns, first, -1, block, n, 1, block, 1, n, at(block, first), n, gemmWork, false);
    for (let i = first; i < n; i++) {
      const row = at(a, i * n + first);
      const last = min(i, first + columns - 1);
      for (let j = first; j <= last; j++) {
        const sum = f64.load(at(row, j - first)) - dot(row, at(a, j * n + first), j - first);
        if (j < i) {
          f64.store(at(row, j - first), sum / f64.load(at(a, j * n + j)));
        } else {
          if (!(sum > 0)) return i;
          f64.store(at(row, j - first), Math.sqrt(sum));
        }
      }
    }
  }
  for (let i = 0; i < n; i++) memory.fill(at(a, i * n + i + 1), 0, <usize>(n - i - 1) << 3);
  return -1;
}
