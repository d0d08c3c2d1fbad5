import { gemm } from "./_gemm";
import { image, reflect } from "./_reflector";
import { barrier, leads, takeTask } from "./_team";
import { addRows, at, axpy, dot, rowProducts, scale, symmetricRows } from "./_vectors";

const panelRows: i32 = 32;
/** Parts of a product with the matrix; fixed, and added in order, so that the sum does not depend on how many threads there are. */
const maxParts: i32 = 8;
const rowsPerPart: i32 = 64;

/** Elements of workspace for `tridiagonalize` and `formTransposedQ`, beside that of gemm. */
export function tridiagonalizeWorkLength(n: i32): i32 {
  return (3 * panelRows + maxParts) * n + 2 * panelRows + panelRows * panelRows;
}

/**
 * QᵀAQ = T, tridiagonal, of a symmetric A [n, n] whose lower triangle is read: LAPACK's blocked dsytrd, the order of its upper variant.
 * Row i of A becomes the vector of the reflector H_i on the components 0 … i − 1 (its last one is 1), and Q = H_{n−1} ⋯ H_1.
 * d [n] receives the diagonal, e [n] the off-diagonal (e[i] couples i and i + 1), tau [n] the reflectors' factors.
 * Called by all members of a team.
 */
export function tridiagonalize(n: i32, a: usize, d: usize, e: usize, tau: usize, work: usize, gemmWork: usize): void {
  const upper = work; // V, W and V again, a row per reflector, so that VᵀW + WᵀV is one product of depth 2·panel
  const partial = at(upper, 3 * panelRows * n);
  const coefficients = at(partial, maxParts * n);
  if (leads()) {
    f64.store(at(e, n - 1), 0);
    f64.store(tau, 0);
  }
  for (let order = n; order > 0; ) {
    const rows = min(panelRows, order);
    const v = upper;
    const w = at(v, rows * n);
    for (let k = 0; k < rows; k++) {
      const i = order - 1 - k;
      const row = at(a, i * n);
      if (leads()) reflectRow(i, k, row, v, w, n, d, e, tau, coefficients);
      barrier();
      if (i == 0) return;
      const parts = max(1, min(maxParts, i / rowsPerPart));
      for (let task = takeTask(); task < parts + 2; task = takeTask()) {
        const part = parts - 1 - task; // the last have the longest rows
        if (part >= 0) symmetricRows(boundary(i, part, parts), boundary(i, part + 1, parts), a, n, row, at(partial, part * n));
        else if (part == -1) rowProducts(k, i, w, n, row, coefficients);
        else rowProducts(k, i, v, n, row, at(coefficients, panelRows));
      }
      barrier();
      if (leads()) {
        const wRow = at(w, k * n);
        memory.fill(wRow, 0, <usize>i << 3);
        for (let part = 0; part < parts; part++) axpy(boundary(i, part + 1, parts), 1, at(partial, part * n), wRow);
        addRows(k, i, -1, coefficients, v, n, wRow);
        addRows(k, i, -1, at(coefficients, panelRows), w, n, wRow);
        const factor = f64.load(at(tau, i));
        scale(i, factor, wRow);
        axpy(i, -0.5 * factor * dot(wRow, row, i), row, wRow);
      }
    }
    order -= rows;
    barrier();
    gemm(order, order, 2 * rows, -1, v, 1, n, w, n, 1, a, n, gemmWork, true);
  }
}

// Row i with the panel's earlier reflectors applied, its reflector, and copies of that in V.
function reflectRow(i: i32, k: i32, row: usize, v: usize, w: usize, n: i32, d: usize, e: usize, tau: usize, coefficients: usize): void {
  for (let t = 0; t < k; t++) f64.store(at(coefficients, t), f64.load(at(v, t * n + i)));
  addRows(k, i + 1, -1, coefficients, w, n, row);
  for (let t = 0; t < k; t++) f64.store(at(coefficients, t), f64.load(at(w, t * n + i)));
  addRows(k, i + 1, -1, coefficients, v, n, row);
  f64.store(at(d, i), f64.load(at(row, i)));
  if (i == 0) return;
  const factor = reflect(row, i, i - 1);
  f64.store(at(e, i - 1), image);
  f64.store(at(tau, i), factor);
  const panel = (w - v) / (<usize>n << 3); // rows of V
  memory.copy(at(v, k * n), row, <usize>i << 3);
  memory.copy(at(w, (<i32>panel + k) * n), row, <usize>i << 3);
}

// Where part number `part` of `parts` begins, a multiple of 4: the parts of a triangle of `rows` rows are equally large.
function boundary(rows: i32, part: i32, parts: i32): i32 {
  if (part == parts) return rows;
  return <i32>(<f64>rows * Math.sqrt(<f64>part / <f64>parts)) & ~3;
}

/** Qᵀ [n, n] of `tridiagonalize`, by block reflectors H = 1 − VᵀTV. */
export function formTransposedQ(n: i32, a: usize, tau: usize, q: usize, work: usize, gemmWork: usize): void {
  memory.fill(q, 0, <usize>n * <usize>n << 3);
  for (let i = 0; i < n; i++) f64.store(at(q, i * n + i), 1);
  const v = work;
  const u = at(v, panelRows * n);
  const y = at(u, panelRows * n);
  const coefficients = at(y, panelRows * n);
  const t = at(coefficients, panelRows);
  for (let first = 1; first < n; first += panelRows) {
    const rows = min(panelRows, n - first);
    const length = first + rows - 1;
    for (let r = 0; r < rows; r++) {
      const i = first + r;
      memory.fill(at(v, r * n), 0, <usize>length << 3);
      memory.copy(at(v, r * n), at(a, i * n), <usize>i << 3);
      // T grows by the row −τ·(V·v)ᵀ·T, with τ on the diagonal.
      const factor = f64.load(at(tau, i));
      rowProducts(r, length, v, n, at(v, r * n), coefficients);
      const row = at(t, r * panelRows);
      memory.fill(row, 0, <usize>panelRows << 3);
      addRows(r, r, -factor, coefficients, t, panelRows, row);
      f64.store(at(row, r), factor);
    }
    memory.fill(u, 0, <usize>(rows * n) << 3);
    for (let s = 0; s < rows; s++) {
      for (let r = s; r < rows; r++) axpy(length, f64.load(at(t, r * panelRows + s)), at(v, r * n), at(u, s * n));
    }
    memory.fill(y, 0, <usize>(length * panelRows) << 3);
    gemm(length, rows, length, 1, q, n, 1, v, 1, n, y, panelRows, gemmWork, false);
    gemm(length, length, rows, -1, y, panelRows, 1, u, n, 1, q, n, gemmWork, false);
  }
}
