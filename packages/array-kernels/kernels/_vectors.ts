import { madd } from "./_madd";

// Inner products and linear combinations of contiguous float64 rows, four rows at a time. Strides and lengths are in elements.

// @ts-ignore: decorator
@inline
export function at(p: usize, i: i32): usize {
  return p + (<usize>i << 3);
}

// @ts-ignore: decorator
@inline
function lanes(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** x·y */
export function dot(x: usize, y: usize, n: i32): f64 {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  let i = 0;
  for (; i + 8 <= n; i += 8, x += 64, y += 64) {
    s0 = madd(v128.load(x), v128.load(y), s0);
    s1 = madd(v128.load(x, 16), v128.load(y, 16), s1);
    s2 = madd(v128.load(x, 32), v128.load(y, 32), s2);
    s3 = madd(v128.load(x, 48), v128.load(y, 48), s3);
  }
  let sum = lanes(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
  for (; i < n; i++, x += 8, y += 8) sum += f64.load(x) * f64.load(y);
  return sum;
}

/** y += alpha·x */
export function axpy(n: i32, alpha: f64, x: usize, y: usize): void {
  const factor = f64x2.splat(alpha);
  let i = 0;
  for (; i + 2 <= n; i += 2, x += 16, y += 16) v128.store(y, madd(factor, v128.load(x), v128.load(y)));
  if (i < n) f64.store(y, f64.load(y) + alpha * f64.load(x));
}

/** x *= alpha */
export function scale(n: i32, alpha: f64, x: usize): void {
  for (let i = 0; i < n; i++, x += 8) f64.store(x, f64.load(x) * alpha);
}

/** y[i] = A[i]·x for the rows of A. */
export function rowProducts(rows: i32, n: i32, a: usize, stride: i32, x: usize, y: usize): void {
  const step = <usize>stride << 3;
  let row = 0;
  for (; row + 4 <= rows; row += 4, a += 4 * step, y += 32) {
    let p0 = a, p1 = a + step, p2 = p1 + step, p3 = p2 + step, q = x;
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let j = 0;
    for (; j + 2 <= n; j += 2, q += 16, p0 += 16, p1 += 16, p2 += 16, p3 += 16) {
      const v = v128.load(q);
      s0 = madd(v, v128.load(p0), s0);
      s1 = madd(v, v128.load(p1), s1);
      s2 = madd(v, v128.load(p2), s2);
      s3 = madd(v, v128.load(p3), s3);
    }
    const odd = j < n;
    const last = odd ? f64.load(q) : 0;
    f64.store(y, lanes(s0) + (odd ? last * f64.load(p0) : 0));
    f64.store(y, lanes(s1) + (odd ? last * f64.load(p1) : 0), 8);
    f64.store(y, lanes(s2) + (odd ? last * f64.load(p2) : 0), 16);
    f64.store(y, lanes(s3) + (odd ? last * f64.load(p3) : 0), 24);
  }
  for (; row < rows; row++, a += step, y += 8) f64.store(y, dot(a, x, n));
}

/** y += sign · Σ v[i]·A[i] over the rows of A. */
export function addRows(rows: i32, n: i32, sign: f64, v: usize, a: usize, stride: i32, y: usize): void {
  const step = <usize>stride << 3;
  let row = 0;
  for (; row + 4 <= rows; row += 4, a += 4 * step, v += 32) {
    const f0 = sign * f64.load(v), f1 = sign * f64.load(v, 8), f2 = sign * f64.load(v, 16), f3 = sign * f64.load(v, 24);
    const v0 = f64x2.splat(f0), v1 = f64x2.splat(f1), v2 = f64x2.splat(f2), v3 = f64x2.splat(f3);
    let p0 = a, p1 = a + step, p2 = p1 + step, p3 = p2 + step, q = y;
    let j = 0;
    for (; j + 2 <= n; j += 2, q += 16, p0 += 16, p1 += 16, p2 += 16, p3 += 16) {
      const left = madd(v1, v128.load(p1), madd(v0, v128.load(p0), v128.load(q)));
      const right = madd(v3, v128.load(p3), f64x2.mul(v2, v128.load(p2)));
      v128.store(q, f64x2.add(left, right));
    }
    if (j < n) f64.store(q, f64.load(q) + (f0 * f64.load(p0) + f1 * f64.load(p1) + (f2 * f64.load(p2) + f3 * f64.load(p3))));
  }
  for (; row < rows; row++, a += step, v += 8) axpy(n, sign * f64.load(v), a, y);
}

/**
 * What rows `first` to `end` of the lower triangle of a symmetric A contribute to y = A·x, the parts right of the diagonal by symmetry;
 * y [end] is set. `first` is a multiple of 4.
 */
export function symmetricRows(first: i32, end: i32, a: usize, stride: i32, x: usize, y: usize): void {
  const step = <usize>stride << 3;
  memory.fill(y, 0, <usize>end << 3);
  a += <usize>first * step;
  let i = first;
  for (; i + 4 <= end; i += 4, a += 4 * step) {
    let p0 = a, p1 = a + step, p2 = p1 + step, p3 = p2 + step, q = x, t = y;
    const xi = at(x, i);
    const v0 = v128.load64_splat(xi), v1 = v128.load64_splat(xi, 8), v2 = v128.load64_splat(xi, 16), v3 = v128.load64_splat(xi, 24);
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (const diagonal = xi; q < diagonal; q += 16, t += 16, p0 += 16, p1 += 16, p2 += 16, p3 += 16) {
      const v = v128.load(q);
      const a0 = v128.load(p0), a1 = v128.load(p1), a2 = v128.load(p2), a3 = v128.load(p3);
      s0 = madd(v, a0, s0);
      s1 = madd(v, a1, s1);
      s2 = madd(v, a2, s2);
      s3 = madd(v, a3, s3);
      const left = madd(v1, a1, madd(v0, a0, v128.load(t)));
      const right = madd(v3, a3, f64x2.mul(v2, a2));
      v128.store(t, f64x2.add(left, right));
    }
    f64.store(t, f64.load(t) + lanes(s0));
    f64.store(t, f64.load(t, 8) + lanes(s1), 8);
    f64.store(t, f64.load(t, 16) + lanes(s2), 16);
    f64.store(t, f64.load(t, 24) + lanes(s3), 24);
    for (let r = 0; r < 4; r++) diagonalPart(i, r, a + <usize>r * step, x, y);
  }
  for (; i < end; i++, a += step) {
    f64.store(at(y, i), f64.load(at(y, i)) + dot(a, x, i));
    axpy(i, f64.load(at(x, i)), a, y);
    diagonalPart(i, 0, a, x, y);
  }
}

// Columns first … first + r of row first + r.
function diagonalPart(first: i32, r: i32, row: usize, x: usize, y: usize): void {
  const i = first + r;
  const xi = f64.load(at(x, i));
  let sum = f64.load(at(y, i));
  for (let j = first; j < i; j++) {
    const value = f64.load(at(row, j));
    sum += value * f64.load(at(x, j));
    f64.store(at(y, j), f64.load(at(y, j)) + value * xi);
  }
  f64.store(at(y, i), sum + f64.load(at(row, i)) * xi);
}
