import { gemm } from "./_gemm";
import { agree, barrier, leads, memberIndex, takeTask } from "./_team";
import { at, dot, rowProducts } from "./_vectors";

const blockRows: i32 = 96;
const rowsPerTask: i32 = 32; // a multiple of 4

/**
 * A = L·Lᵀ in place: the lower triangle of A [n, n] becomes L, what lies above it becomes 0. Called by all members of a team.
 * Returns −1, or the index of the first pivot that is not above `floor`.
 */
export function cholesky(n: i32, a: usize, floor: f64, gemmWork: usize): i32 {
  for (let first = 0; first < n; first += blockRows) {
    const columns = min(blockRows, n - first);
    const block = at(a, first * n + first);
    const failed = agree(leads() ? factorBlock(columns, block, n, floor) : -1);
    if (failed >= 0) return first + failed;
    const next = first + columns;
    const rest = n - next;
    const products = at(gemmWork, 8 * memberIndex()); // nothing is packed there now
    for (let task = takeTask(); task * rowsPerTask < rest; task = takeTask()) {
      const row = task * rowsPerTask;
      solveRows(min(rowsPerTask, rest - row), columns, block, n, at(a, (next + row) * n + first), products);
    }
    barrier();
    const panel = at(a, next * n + first);
    if (rest > 0) gemm(rest, rest, columns, -1, panel, n, 1, panel, 1, n, at(a, next * n + next), n, gemmWork, true);
  }
  if (leads()) for (let i = 0; i < n; i++) memory.fill(at(a, i * n + i + 1), 0, <usize>(n - i - 1) << 3);
  barrier();
  return -1;
}

function factorBlock(n: i32, block: usize, stride: i32, floor: f64): i32 {
  for (let i = 0; i < n; i++) {
    const row = at(block, i * stride);
    for (let j = 0; j < i; j++) {
      const other = at(block, j * stride);
      f64.store(at(row, j), (f64.load(at(row, j)) - dot(row, other, j)) / f64.load(at(other, j)));
    }
    const pivot = f64.load(at(row, i)) - dot(row, row, i);
    if (!(pivot > floor)) return i;
    f64.store(at(row, i), Math.sqrt(pivot));
  }
  return -1;
}

// X·Lᵀ = B for rows of B, in place; four at a time.
function solveRows(rows: i32, n: i32, l: usize, stride: i32, b: usize, products: usize): void {
  for (; rows > 0; rows -= 4, b = at(b, 4 * stride)) {
    const height = min(4, rows);
    for (let j = 0; j < n; j++) {
      const factor = at(l, j * stride);
      const pivot = f64.load(at(factor, j));
      rowProducts(height, j, b, stride, factor, products);
      for (let r = 0; r < height; r++) {
        const entry = at(b, r * stride + j);
        f64.store(entry, (f64.load(entry) - f64.load(at(products, r))) / pivot);
      }
    }
  }
}
