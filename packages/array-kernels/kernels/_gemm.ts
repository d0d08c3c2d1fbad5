// C += alpha·A·B for float64 matrices of any stride: the factors are packed into zero-padded strips of six rows and of four columns, so
// that the innermost loop reads memory in order and holds a 6×4 tile of C in registers (Goto and van de Geijn, "Anatomy of
// high-performance matrix multiplication").
import { madd } from "./_madd";
import { barrier, memberIndex, takeTask } from "./_team";

const tileRows: i32 = 6;
const tileColumns: i32 = 4;
const depthBlock: i32 = 256;
const rowBlock: i32 = 48; // a multiple of tileRows; with more, lines of C a power of two apart drive each other out of the cache
const stripsPerTask: i32 = 16;
const tileBytes: usize = <usize>(tileRows * tileColumns) << 3;
const packedABytes: usize = ((<usize>rowBlock * <usize>depthBlock) << 3) + 256; // and a tile for the edges

/** Bytes of workspace that `gemm` needs for n columns and a team of so many. */
export function gemmWorkBytes(n: i32, members: i32): usize {
  return ((<usize>((n + 3) & ~3) * <usize>depthBlock) << 3) + <usize>members * packedABytes;
}

// One strip: to[depth][lines]; `step` is the distance of two lines, `along` of two depths.
function packColumns(from: usize, lines: i32, depth: i32, step: usize, along: usize, to: usize): void {
  if (lines == tileColumns) {
    const line1 = from + step, line2 = line1 + step, line3 = line2 + step;
    for (let p: usize = 0, end = <usize>depth * along; p < end; p += along, to += 32) {
      f64.store(to, f64.load(from + p));
      f64.store(to, f64.load(line1 + p), 8);
      f64.store(to, f64.load(line2 + p), 16);
      f64.store(to, f64.load(line3 + p), 24);
    }
  } else {
    packEdge(from, lines, tileColumns, depth, step, along, to);
  }
}

function packRows(from: usize, lines: i32, depth: i32, step: usize, along: usize, to: usize): void {
  if (lines == tileRows) {
    const line1 = from + step, line2 = line1 + step, line3 = line2 + step, line4 = line3 + step, line5 = line4 + step;
    for (let p: usize = 0, end = <usize>depth * along; p < end; p += along, to += 48) {
      f64.store(to, f64.load(from + p));
      f64.store(to, f64.load(line1 + p), 8);
      f64.store(to, f64.load(line2 + p), 16);
      f64.store(to, f64.load(line3 + p), 24);
      f64.store(to, f64.load(line4 + p), 32);
      f64.store(to, f64.load(line5 + p), 40);
    }
  } else {
    packEdge(from, lines, tileRows, depth, step, along, to);
  }
}

function packEdge(from: usize, lines: i32, padded: i32, depth: i32, step: usize, along: usize, to: usize): void {
  for (let p = 0; p < depth; p++, from += along) {
    for (let line = 0; line < padded; line++, to += 8) f64.store(to, line < lines ? f64.load(from + <usize>line * step) : 0);
  }
}

// @ts-ignore: decorator
@inline
function addPair(c: usize, alpha: v128, sum: v128): void {
  v128.store(c, f64x2.add(v128.load(c), f64x2.mul(alpha, sum)));
}

// V8 keeps the sums in registers only if the function has one loop and calls nothing that is not inlined.
function tile(a: usize, b: usize, depth: i32, alpha: f64, c: usize, stride: usize): void {
  let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00;
  let s30 = s00, s31 = s00, s40 = s00, s41 = s00, s50 = s00, s51 = s00;
  for (const end = b + (<usize>depth << 5); b < end; a += 48, b += 32) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load64_splat(a);
    s00 = madd(x, b0, s00), s01 = madd(x, b1, s01);
    x = v128.load64_splat(a, 8);
    s10 = madd(x, b0, s10), s11 = madd(x, b1, s11);
    x = v128.load64_splat(a, 16);
    s20 = madd(x, b0, s20), s21 = madd(x, b1, s21);
    x = v128.load64_splat(a, 24);
    s30 = madd(x, b0, s30), s31 = madd(x, b1, s31);
    x = v128.load64_splat(a, 32);
    s40 = madd(x, b0, s40), s41 = madd(x, b1, s41);
    x = v128.load64_splat(a, 40);
    s50 = madd(x, b0, s50), s51 = madd(x, b1, s51);
  }
  const factor = f64x2.splat(alpha);
  addPair(c, factor, s00), addPair(c + 16, factor, s01);
  c += stride;
  addPair(c, factor, s10), addPair(c + 16, factor, s11);
  c += stride;
  addPair(c, factor, s20), addPair(c + 16, factor, s21);
  c += stride;
  addPair(c, factor, s30), addPair(c + 16, factor, s31);
  c += stride;
  addPair(c, factor, s40), addPair(c + 16, factor, s41);
  c += stride;
  addPair(c, factor, s50), addPair(c + 16, factor, s51);
}

function edgeTile(a: usize, b: usize, depth: i32, alpha: f64, c: usize, stride: usize, rows: i32, columns: i32, whole: usize): void {
  memory.fill(whole, 0, tileBytes);
  tile(a, b, depth, alpha, whole, 32);
  for (let r = 0; r < rows; r++, c += stride, whole += 32) {
    for (let j: usize = 0; j < <usize>columns << 3; j += 8) f64.store(c + j, f64.load(c + j) + f64.load(whole + j));
  }
}

/**
 * C [m, n] += alpha · A [m, k] · B [k, n]. Strides are in elements; C is row-major. Called by all members of a team.
 * With `lower` only tiles that touch the lower triangle (column ≤ row) are computed; what lies above it is then undefined.
 */
export function gemm(
  m: i32, n: i32, k: i32, alpha: f64,
  a: usize, aRow: usize, aColumn: usize,
  b: usize, bRow: usize, bColumn: usize,
  c: usize, cRow: usize, work: usize, lower: bool,
): void {
  const packedB = work;
  const packedA = work + ((<usize>((n + 3) & ~3) * <usize>depthBlock) << 3) + <usize>memberIndex() * packedABytes;
  const edge = packedA + ((<usize>rowBlock * <usize>depthBlock) << 3);
  aRow <<= 3, aColumn <<= 3, bRow <<= 3, bColumn <<= 3, cRow <<= 3;
  const numStrips = (n + tileColumns - 1) / tileColumns;
  const numBlocks = (m + rowBlock - 1) / rowBlock;
  for (let p = 0; p < k; p += depthBlock) {
    const depth = min(depthBlock, k - p);
    const stripBytes = <usize>depth << 5;
    for (let task = takeTask(); task * stripsPerTask < numStrips; task = takeTask()) {
      for (let strip = task * stripsPerTask, end = min(numStrips, strip + stripsPerTask); strip < end; strip++) {
        const j = strip * tileColumns;
        const from = b + <usize>p * bRow + <usize>j * bColumn;
        packColumns(from, min(tileColumns, n - j), depth, bColumn, bRow, packedB + <usize>strip * stripBytes);
      }
    }
    barrier();
    // The last blocks of a lower triangle are the longest: they come first.
    for (let task = takeTask(); task < numBlocks; task = takeTask()) {
      const i = (numBlocks - 1 - task) * rowBlock;
      const rows = min(rowBlock, m - i);
      for (let r = 0; r < rows; r += tileRows) {
        const from = a + <usize>(i + r) * aRow + <usize>p * aColumn;
        packRows(from, min(tileRows, rows - r), depth, aRow, aColumn, packedA + ((<usize>r * <usize>depth) << 3));
      }
      const columns = lower ? min(n, i + rows) : n;
      for (let j = 0; j < columns; j += tileColumns) {
        const strip = packedB + ((<usize>j * <usize>depth) << 3);
        const width = min(tileColumns, n - j);
        const first = lower ? max(0, (j - i) / tileRows * tileRows) : 0;
        for (let r = first; r < rows; r += tileRows) {
          const left = packedA + ((<usize>r * <usize>depth) << 3);
          const target = c + <usize>(i + r) * cRow + (<usize>j << 3);
          const height = min(tileRows, rows - r);
          if (height == tileRows && width == tileColumns) tile(left, strip, depth, alpha, target, cRow);
          else edgeTile(left, strip, depth, alpha, target, cRow, height, width, edge);
        }
      }
    }
    barrier();
  }
}
