import { gemm } from "./_gemm";
import { image, reflect } from "./_reflector";
import { addRows, at, rowProducts, scale } from "./_vectors";

const panelRows: i32 = 32;

/** Elements of workspace for `bidiagonalize`, beside that of gemm. */
export function bidiagonalizeWorkLength(m: i32, n: i32): i32 {
  return 2 * panelRows * (m + n) + 2 * panelRows;
}

// coefficients[t] = matrix[t][index] for t < count
function gather(count: i32, matrix: usize, stride: i32, index: i32, coefficients: usize): void {
  for (let t = 0; t < count; t++) f64.store(at(coefficients, t), f64.load(at(matrix, t * stride + index)));
}

/**
 * QᵀAP = B, upper bidiagonal, of A [m, n] with m ≥ n, which is overwritten: LAPACK's blocked dgebrd.
 * d [n] receives the diagonal of B, e [n] what stands right of it (the last is 0). The reflectors are not kept.
 */
export function bidiagonalize(m: i32, n: i32, a: usize, d: usize, e: usize, work: usize, gemmWork: usize): void {
  const v = work; // left vectors, a row each: [panel, m]
  const x = at(v, panelRows * m); // [panel, m], directly behind v
  const y = at(x, panelRows * m); // [panel, n]
  const u = at(y, panelRows * n); // right vectors: [panel, n], directly behind y
  const coefficients = at(u, panelRows * n);
  for (let start = 0; start < n; start += panelRows) {
    const panel = min(panelRows, n - start);
    memory.fill(v, 0, <usize>(2 * panelRows * (m + n)) << 3);
    for (let k = 0; k < panel; k++) {
      const j = start + k;
      // Column j with the panel's earlier reflectors applied, and its reflector.
      const vRow = at(v, k * m);
      for (let i = j; i < m; i++) f64.store(at(vRow, i), f64.load(at(a, i * n + j)));
      gather(k, y, n, j, coefficients);
      addRows(k, m - j, -1, coefficients, at(v, j), m, at(vRow, j));
      gather(k, u, n, j, coefficients);
      addRows(k, m - j, -1, coefficients, at(x, j), m, at(vRow, j));
      const left = reflect(at(vRow, j), m - j, 0);
      f64.store(at(d, j), image);
      const rest = n - j - 1;
      if (rest == 0) {
        f64.store(at(e, j), 0);
        return;
      }

      // y = τ·(Aᵀv − Y(Vᵀv) − Uᵀ(Xᵀv)) on the columns right of j.
      const yRow = at(y, k * n + j + 1);
      addRows(m - j, rest, 1, at(vRow, j), at(a, j * n + j + 1), n, yRow);
      rowProducts(k, m - j, at(v, j), m, at(vRow, j), coefficients);
      addRows(k, rest, -1, coefficients, at(y, j + 1), n, yRow);
      rowProducts(k, m - j, at(x, j), m, at(vRow, j), coefficients);
      addRows(k, rest, -1, coefficients, at(u, j + 1), n, yRow);
      scale(rest, left, yRow);

      // Row j, and its reflector.
      const uRow = at(u, k * n + j + 1);
      memory.copy(uRow, at(a, j * n + j + 1), <usize>rest << 3);
      gather(k + 1, v, m, j, coefficients);
      addRows(k + 1, rest, -1, coefficients, at(y, j + 1), n, uRow);
      gather(k, x, m, j, coefficients);
      addRows(k, rest, -1, coefficients, at(u, j + 1), n, uRow);
      const right = reflect(uRow, rest, 0);
      f64.store(at(e, j), image);

      // x = τ·(Au − V(Yᵀu) − X(Uu)) on the rows below j.
      const below = m - j - 1;
      const xRow = at(x, k * m + j + 1);
      rowProducts(below, rest, at(a, (j + 1) * n + j + 1), n, uRow, xRow);
      rowProducts(k + 1, rest, at(y, j + 1), n, uRow, coefficients);
      addRows(k + 1, below, -1, coefficients, at(v, j + 1), m, xRow);
      rowProducts(k, rest, at(u, j + 1), n, uRow, coefficients);
      addRows(k, below, -1, coefficients, at(x, j + 1), m, xRow);
      scale(below, right, xRow);
    }
    // A −= VᵀY + XᵀU on what is left; v and x, y and u lie behind one another, so with a full panel it is one product.
    const next = start + panel;
    if (next < n) {
      gemm(m - next, n - next, 2 * panel, -1, at(v, next), 1, m, at(y, next), n, 1, at(a, next * n + next), n, gemmWork, false);
    }
  }
}
