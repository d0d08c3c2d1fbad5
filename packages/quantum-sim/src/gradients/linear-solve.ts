/** Solves A·x = b by elimination with partial pivoting; both are overwritten. A is [n, n] row-major; undefined if it is singular. */
export function solveLinear(A: Float64Array, b: Float64Array): Float64Array | undefined {
  const n = b.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let r = k + 1; r < n; r++) if (Math.abs(A[r * n + k]) > Math.abs(A[pivot * n + k])) pivot = r;
    if (Math.abs(A[pivot * n + k]) < Number.MIN_VALUE ** 0.5) return undefined;
    for (let c = 0; c < n; c++) [A[k * n + c], A[pivot * n + c]] = [A[pivot * n + c], A[k * n + c]];
    [b[k], b[pivot]] = [b[pivot], b[k]];
    for (let r = k + 1; r < n; r++) {
      const factor = A[r * n + k] / A[k * n + k];
      for (let c = k; c < n; c++) A[r * n + c] -= factor * A[k * n + c];
      b[r] -= factor * b[k];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let c = k + 1; c < n; c++) b[k] -= A[k * n + c] * b[c];
    b[k] /= A[k * n + k];
  }
  return b;
}
