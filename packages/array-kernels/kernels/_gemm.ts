// C += alpha·A·B for float64 matrices of any stride: both factors are packed into zero-padded strips of four, so that the innermost loop
// reads memory in order and holds a 4×4 tile of C in registers (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication").

const depthBlock: i32 = 256;
const rowBlock: i32 = 96;

/** Bytes of workspace that `gemm` needs for n columns. */
export function gemmWorkBytes(n: i32): usize {
  return (<usize>rowBlock + <usize>((n + 3) & ~3)) * <usize>depthBlock << 3;
}

// Strips of four rows (or columns): to[strip][depth][4]; `step` is the distance of two lines of a strip, `along` of two depths.
function pack(from: usize, lines: i32, depth: i32, step: usize, along: usize, to: usize): void {
  for (let first = 0; first < lines; first += 4) {
    const base = from + <usize>first * step;
    if (first + 4 <= lines) {
      const line1 = base + step;
      const line2 = line1 + step;
      const line3 = line2 + step;
      for (let p: usize = 0, end = <usize>depth * along; p < end; p += along) {
        f64.store(to, f64.load(base + p));
        f64.store(to, f64.load(line1 + p), 8);
        f64.store(to, f64.load(line2 + p), 16);
        f64.store(to, f64.load(line3 + p), 24);
        to += 32;
      }
    } else {
      const left = lines - first;
      for (let p = 0; p < depth; p++) {
        for (let line = 0; line < 4; line++) {
          f64.store(to, line < left ? f64.load(base + <usize>line * step + <usize>p * along) : 0);
          to += 8;
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addPair(c: usize, alpha: v128, sum: v128): void {
  v128.store(c, f64x2.add(v128.load(c), f64x2.mul(alpha, sum)));
}

function addPart(c: usize, alpha: f64, left: v128, right: v128, columns: i32): void {
  f64.store(c, f64.load(c) + alpha * f64x2.extract_lane(left, 0));
  if (columns > 1) f64.store(c, f64.load(c, 8) + alpha * f64x2.extract_lane(left, 1), 8);
  if (columns > 2) f64.store(c, f64.load(c, 16) + alpha * f64x2.extract_lane(right, 0), 16);
  if (columns > 3) f64.store(c, f64.load(c, 24) + alpha * f64x2.extract_lane(right, 1), 24);
}

function tile(a: usize, b: usize, depth: i32, alpha: f64, c: usize, stride: usize, rows: i32, columns: i32): void {
  let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (const end = a + (<usize>depth << 5); a < end; a += 32, b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load64_splat(a);
    s00 = f64x2.add(s00, f64x2.mul(a0, b0));
    s01 = f64x2.add(s01, f64x2.mul(a0, b1));
    const a1 = v128.load64_splat(a, 8);
    s10 = f64x2.add(s10, f64x2.mul(a1, b0));
    s11 = f64x2.add(s11, f64x2.mul(a1, b1));
    const a2 = v128.load64_splat(a, 16);
    s20 = f64x2.add(s20, f64x2.mul(a2, b0));
    s21 = f64x2.add(s21, f64x2.mul(a2, b1));
    const a3 = v128.load64_splat(a, 24);
    s30 = f64x2.add(s30, f64x2.mul(a3, b0));
    s31 = f64x2.add(s31, f64x2.mul(a3, b1));
  }
  if (rows == 4 && columns == 4) {
    const factor = f64x2.splat(alpha);
    addPair(c, factor, s00);
    addPair(c + 16, factor, s01);
    c += stride;
    addPair(c, factor, s10);
    addPair(c + 16, factor, s11);
    c += stride;
    addPair(c, factor, s20);
    addPair(c + 16, factor, s21);
    c += stride;
    addPair(c, factor, s30);
    addPair(c + 16, factor, s31);
    return;
  }
  addPart(c, alpha, s00, s01, columns);
  if (rows > 1) addPart(c + stride, alpha, s10, s11, columns);
  if (rows > 2) addPart(c + 2 * stride, alpha, s20, s21, columns);
  if (rows > 3) addPart(c + 3 * stride, alpha, s30, s31, columns);
}

/**
 * C [m, n] += alpha · A [m, k] · B [k, n]. Strides are in elements; C is row-major.
 * With `lower` only tiles that touch the lower triangle (column ≤ row) are computed; what lies above it is then undefined.
 */
export function gemm(
  m: i32, n: i32, k: i32, alpha: f64,
  a: usize, aRow: usize, aColumn: usize,
  b: usize, bRow: usize, bColumn: usize,
  c: usize, cRow: usize, work: usize, lower: bool,
): void {
  const packedA = work;
  const packedB = work + (<usize>rowBlock * <usize>depthBlock << 3);
  aRow <<= 3, aColumn <<= 3, bRow <<= 3, bColumn <<= 3, cRow <<= 3;
  for (let p = 0; p < k; p += depthBlock) {
    const depth = min(depthBlock, k - p);
    pack(b + <usize>p * bRow, n, depth, bColumn, bRow, packedB);
    for (let i = 0; i < m; i += rowBlock) {
      const rows = min(rowBlock, m - i);
      pack(a + <usize>i * aRow + <usize>p * aColumn, rows, depth, aRow, aColumn, packedA);
      const columns = lower ? min(n, i + rows) : n;
      for (let j = 0; j < columns; j += 4) {
        const strip = packedB + (<usize>j * <usize>depth << 3);
        const from = lower ? max(0, (j - i) & ~3) : 0;
        for (let r = from; r < rows; r += 4) {
          const target = c + <usize>(i + r) * cRow + (<usize>j << 3);
          tile(packedA + (<usize>r * <usize>depth << 3), strip, depth, alpha, target, cRow, min(4, rows - r), min(4, n - j));
        }
      }
    }
  }
}
