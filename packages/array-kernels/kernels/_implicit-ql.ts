import { at } from "./_vectors";

const epsilon: f64 = 2.220446049250313e-16;
const smallestNormal: f64 = 2.2250738585072014e-308;
const maxSweeps: i32 = 80;
const patientSweeps: i32 = 12;
const columnsAtOnce: i32 = 8;

// Rotations that wait to be applied: cosine and sine in the order of the sweeps; a sweep is (first column, rotations, bytes to the next column).
let rotations: usize = 0;
let sweeps: usize = 0;
let numRotations: i32 = 0;
let numSweeps: i32 = 0;

const rotationCapacity: i32 = 16384;

function hypotenuse(a: f64, b: f64): f64 {
  const square = a * a + b * b;
  if (square > 1e-280 && square < 1e280) return Math.sqrt(square);
  const large = max(Math.abs(a), Math.abs(b));
  if (large == 0) return 0;
  const ratio = min(Math.abs(a), Math.abs(b)) / large;
  return large * Math.sqrt(1 + ratio * ratio);
}

/** Elements of workspace for `implicitQl` with vectors. */
export function implicitQlWorkLength(n: i32): i32 {
  return 2 * (rotationCapacity + n) + 2 * rotationCapacity;
}

/**
 * Eigenvalues of the symmetric tridiagonal matrix (d, e), unsorted, in d: sweeps with implicit Wilkinson shifts, QL where a block grows
 * downwards and QR where it shrinks (LAPACK dsteqr), so that small eigenvalues of graded matrices are not drowned.
 * An off-diagonal is dropped when it is below ε times its two diagonal neighbours, or below `floor` times the norm; where an eigenvalue
 * takes many sweeps because rounding keeps its off-diagonal above that, ε/2 times the norm is enough.
 * Where `z` is not 0 it holds the matrix to be rotated along as strips of eight of its rows: z[strip][column][8].
 * Returns −1, or the index of an eigenvalue that did not converge.
 */
export function implicitQl(n: i32, d: usize, e: usize, floor: f64, z: usize, work: usize): i32 {
  rotations = work;
  sweeps = at(work, 2 * (rotationCapacity + n));
  numRotations = 0;
  numSweeps = 0;
  let norm: f64 = 0;
  for (let i = 0; i < n; i++) norm = max(norm, Math.abs(f64.load(at(d, i))) + Math.abs(f64.load(at(e, i))));
  const strict = max(floor * norm, smallestNormal);
  const lenient = max(0.5 * epsilon * norm, strict);

  for (let end = -1; end < n - 1; ) {
    let low = end + 1;
    for (end = low; end < n - 1 && !isNegligible(d, e, end, strict); ) end++;
    let high = end;
    const downwards = Math.abs(f64.load(at(d, low))) <= Math.abs(f64.load(at(d, high)));
    for (let iteration = 0; low < high; iteration++) {
      if (iteration == maxSweeps) return low;
      const limit = iteration < patientSweeps ? strict : lenient;
      if (downwards) {
        let m = low;
        while (m < high && !isNegligible(d, e, m, limit)) m++;
        if (m == low) {
          low++;
          iteration = -1;
        } else {
          if (m < high) f64.store(at(e, m), 0);
          sweep(low, m, 1, d, e, z != 0);
        }
      } else {
        let m = high;
        while (m > low && !isNegligible(d, e, m - 1, limit)) m--;
        if (m == high) {
          high--;
          iteration = -1;
        } else {
          if (m > low) f64.store(at(e, m - 1), 0);
          sweep(high, m, -1, d, e, z != 0);
        }
      }
      if (z != 0 && (numRotations > rotationCapacity || numSweeps == rotationCapacity)) applyRotations(n, z);
    }
  }
  if (z != 0) applyRotations(n, z);
  return -1;
}

function isNegligible(d: usize, e: usize, i: i32, floor: f64): bool {
  const neighbours = Math.abs(f64.load(at(d, i))) + Math.abs(f64.load(at(d, i + 1)));
  return Math.abs(f64.load(at(e, i))) <= max(epsilon * neighbours, floor);
}

/**
 * One sweep over the block between `target` and `from` that works towards the eigenvalue at `target`: QL with direction 1 (target below
 * `from` in index), QR with −1, which is the same on the matrix read backwards. A rotation turns columns i and i + direction.
 */
function sweep(target: i32, from: i32, direction: i32, d: usize, e: usize, keep: bool): void {
  // e between i and i + direction, and the one beyond it
  const between = direction > 0 ? e : e - 8;
  const step = <isize>direction << 3;
  const first = f64.load(at(d, target));
  const coupling = f64.load(at(between, target));
  let g = (f64.load(at(d, target + direction)) - first) / (2 * coupling);
  let r = hypotenuse(g, 1);
  g = f64.load(at(d, from)) - first + coupling / (g + (g < 0 ? -r : r));
  let s: f64 = 1, c: f64 = 1, p: f64 = 0;
  let count = 0;
  const length = (from - target) * direction;
  let i = from - direction;
  for (; count < length; i -= direction, count++) {
    const f = s * f64.load(at(between, i));
    const b = c * f64.load(at(between, i));
    r = hypotenuse(f, g);
    if (count > 0) f64.store(at(between, i) + step, r);
    const next = at(d, i) + step;
    if (r == 0) {
      f64.store(next, f64.load(next) - p);
      break;
    }
    s = f / r;
    c = g / r;
    g = f64.load(next) - p;
    r = (f64.load(at(d, i)) - g) * s + 2 * c * b;
    p = s * r;
    f64.store(next, g + p);
    g = c * r - b;
    if (keep) {
      f64.store(at(rotations, 2 * numRotations), c);
      f64.store(at(rotations, 2 * numRotations), s, 8);
      numRotations++;
    }
  }
  if (count == length) {
    f64.store(at(d, target), f64.load(at(d, target)) - p);
    f64.store(at(between, target), g);
  }
  if (keep) {
    const record = at(sweeps, 2 * numSweeps);
    i32.store(record, from);
    i32.store(record, count, 4);
    i32.store(record, -64 * direction, 8);
    numSweeps++;
  }
}

// The column that a rotation shares with the next one is carried in registers.
function applyRotations(n: i32, z: usize): void {
  const stripBytes = <usize>n * 64;
  const numStrips = (n + columnsAtOnce - 1) / columnsAtOnce;
  for (let strip = 0; strip < numStrips; strip++, z += stripBytes) {
    let rotation = rotations;
    for (let index = 0; index < numSweeps; index++) {
      const record = at(sweeps, 2 * index);
      let column = z + (<usize>i32.load(record) << 6);
      let left = i32.load(record, 4);
      const next = <isize>i32.load(record, 8);
      let h0 = v128.load(column), h1 = v128.load(column, 16), h2 = v128.load(column, 32), h3 = v128.load(column, 48);
      for (; left > 0; left--, rotation += 16) {
        const c = v128.load64_splat(rotation);
        const s = v128.load64_splat(rotation, 8);
        const other = column + next;
        const x0 = v128.load(other), x1 = v128.load(other, 16), x2 = v128.load(other, 32), x3 = v128.load(other, 48);
        v128.store(column, f64x2.add(f64x2.mul(s, x0), f64x2.mul(c, h0)));
        v128.store(column, f64x2.add(f64x2.mul(s, x1), f64x2.mul(c, h1)), 16);
        v128.store(column, f64x2.add(f64x2.mul(s, x2), f64x2.mul(c, h2)), 32);
        v128.store(column, f64x2.add(f64x2.mul(s, x3), f64x2.mul(c, h3)), 48);
        h0 = f64x2.sub(f64x2.mul(c, x0), f64x2.mul(s, h0));
        h1 = f64x2.sub(f64x2.mul(c, x1), f64x2.mul(s, h1));
        h2 = f64x2.sub(f64x2.mul(c, x2), f64x2.mul(s, h2));
        h3 = f64x2.sub(f64x2.mul(c, x3), f64x2.mul(s, h3));
        column = other;
      }
      v128.store(column, h0);
      v128.store(column, h1, 16);
      v128.store(column, h2, 32);
      v128.store(column, h3, 48);
    }
  }
  numRotations = 0;
  numSweeps = 0;
}
