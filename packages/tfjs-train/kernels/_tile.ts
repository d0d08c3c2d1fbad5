// Tiles of a matrix product: six rows of A, read where they lie, times a packed panel of B of eight or four columns. Twelve (six)
// sums, two (one) vectors of B and one of A fill the registers of x64. The depth comes in segments, so that a row of A may be
// pieced together from places anywhere: the windows of a convolution, or runs of pixels.
//
// V8 keeps the sums in registers only if the function has one loop (the next segment is a rare branch in it) and calls nothing
// that is not inlined: 65 Gflop/s on a core of 2.6 GHz, 40 otherwise.
import { madd } from "./_madd";

export const TILE_ROWS: i32 = 6;

/** A segment is eight numbers: first depth index in the panel, depth (at least 1), and the addresses of six rows. */
export const SEGMENT_BYTES: usize = 32;

// A job: six addresses of rows of the result, then these.
/** Where the tile's columns begin in each row, in bytes. */
const OFFSET: usize = 24;
const PANEL: usize = 28;
const MODE: usize = 32;
const NUM_SEGMENTS: usize = 36;
/** The tile itself, for mode KEEP: rows of eight (four) numbers. */
const TILE: usize = 48;
export const JOB_BYTES: usize = 240;

/** Modes: the rows of the result are set, are added to, or are left alone and the tile is kept in the job. */
const SET: i32 = 0;
const ADD: i32 = 1;
const KEEP: i32 = 2;

/** out[row, columns] (+)= Σ A[row, k]·B[k, columns] for six rows and eight columns. */
export function tile8(segments: usize, job: usize): void {
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00;
  let s30 = s00, s31 = s00, s40 = s00, s41 = s00, s50 = s00, s51 = s00;
  let a0: usize = 0, a1: usize = 0, a2: usize = 0, a3: usize = 0, a4: usize = 0, a5: usize = 0;
  let b: usize = 0, depth = 0;
  const end = segments + <usize>load<i32>(job, NUM_SEGMENTS) * SEGMENT_BYTES;
  while (true) {
    if (depth == 0) {
      if (segments >= end) break;
      b = <usize>load<u32>(job, PANEL) + (<usize>load<u32>(segments) << 5);
      depth = load<i32>(segments, 4);
      a0 = load<u32>(segments, 8), a1 = load<u32>(segments, 12), a2 = load<u32>(segments, 16);
      a3 = load<u32>(segments, 20), a4 = load<u32>(segments, 24), a5 = load<u32>(segments, 28);
      segments += SEGMENT_BYTES;
    }
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let a = v128.load32_splat(a0);
    s00 = madd(a, b0, s00), s01 = madd(a, b1, s01);
    a = v128.load32_splat(a1);
    s10 = madd(a, b0, s10), s11 = madd(a, b1, s11);
    a = v128.load32_splat(a2);
    s20 = madd(a, b0, s20), s21 = madd(a, b1, s21);
    a = v128.load32_splat(a3);
    s30 = madd(a, b0, s30), s31 = madd(a, b1, s31);
    a = v128.load32_splat(a4);
    s40 = madd(a, b0, s40), s41 = madd(a, b1, s41);
    a = v128.load32_splat(a5);
    s50 = madd(a, b0, s50), s51 = madd(a, b1, s51);
    a0 += 4, a1 += 4, a2 += 4, a3 += 4, a4 += 4, a5 += 4, b += 32, depth--;
  }
  const offset: usize = load<u32>(job, OFFSET);
  const mode = load<i32>(job, MODE);
  if (mode == SET) {
    const c0 = <usize>load<u32>(job, 0) + offset;
    v128.store(c0, s00), v128.store(c0, s01, 16);
    const c1 = <usize>load<u32>(job, 4) + offset;
    v128.store(c1, s10), v128.store(c1, s11, 16);
    const c2 = <usize>load<u32>(job, 8) + offset;
    v128.store(c2, s20), v128.store(c2, s21, 16);
    const c3 = <usize>load<u32>(job, 12) + offset;
    v128.store(c3, s30), v128.store(c3, s31, 16);
    const c4 = <usize>load<u32>(job, 16) + offset;
    v128.store(c4, s40), v128.store(c4, s41, 16);
    const c5 = <usize>load<u32>(job, 20) + offset;
    v128.store(c5, s50), v128.store(c5, s51, 16);
  } else if (mode == ADD) {
    const c0 = <usize>load<u32>(job, 0) + offset;
    v128.store(c0, f32x4.add(v128.load(c0), s00)), v128.store(c0, f32x4.add(v128.load(c0, 16), s01), 16);
    const c1 = <usize>load<u32>(job, 4) + offset;
    v128.store(c1, f32x4.add(v128.load(c1), s10)), v128.store(c1, f32x4.add(v128.load(c1, 16), s11), 16);
    const c2 = <usize>load<u32>(job, 8) + offset;
    v128.store(c2, f32x4.add(v128.load(c2), s20)), v128.store(c2, f32x4.add(v128.load(c2, 16), s21), 16);
    const c3 = <usize>load<u32>(job, 12) + offset;
    v128.store(c3, f32x4.add(v128.load(c3), s30)), v128.store(c3, f32x4.add(v128.load(c3, 16), s31), 16);
    const c4 = <usize>load<u32>(job, 16) + offset;
    v128.store(c4, f32x4.add(v128.load(c4), s40)), v128.store(c4, f32x4.add(v128.load(c4, 16), s41), 16);
    const c5 = <usize>load<u32>(job, 20) + offset;
    v128.store(c5, f32x4.add(v128.load(c5), s50)), v128.store(c5, f32x4.add(v128.load(c5, 16), s51), 16);
  } else {
    v128.store(job, s00, TILE + 0); v128.store(job, s01, TILE + 16);
    v128.store(job, s10, TILE + 32); v128.store(job, s11, TILE + 48);
    v128.store(job, s20, TILE + 64); v128.store(job, s21, TILE + 80);
    v128.store(job, s30, TILE + 96); v128.store(job, s31, TILE + 112);
    v128.store(job, s40, TILE + 128); v128.store(job, s41, TILE + 144);
    v128.store(job, s50, TILE + 160); v128.store(job, s51, TILE + 176);
  }
}

/** As {@link tile8} for a panel of four columns. */
export function tile4(segments: usize, job: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
  let a0: usize = 0, a1: usize = 0, a2: usize = 0, a3: usize = 0, a4: usize = 0, a5: usize = 0;
  let b: usize = 0, depth = 0;
  const end = segments + <usize>load<i32>(job, NUM_SEGMENTS) * SEGMENT_BYTES;
  while (true) {
    if (depth == 0) {
      if (segments >= end) break;
      b = <usize>load<u32>(job, PANEL) + (<usize>load<u32>(segments) << 4);
      depth = load<i32>(segments, 4);
      a0 = load<u32>(segments, 8), a1 = load<u32>(segments, 12), a2 = load<u32>(segments, 16);
      a3 = load<u32>(segments, 20), a4 = load<u32>(segments, 24), a5 = load<u32>(segments, 28);
      segments += SEGMENT_BYTES;
    }
    const column = v128.load(b);
    s0 = madd(v128.load32_splat(a0), column, s0);
    s1 = madd(v128.load32_splat(a1), column, s1);
    s2 = madd(v128.load32_splat(a2), column, s2);
    s3 = madd(v128.load32_splat(a3), column, s3);
    s4 = madd(v128.load32_splat(a4), column, s4);
    s5 = madd(v128.load32_splat(a5), column, s5);
    a0 += 4, a1 += 4, a2 += 4, a3 += 4, a4 += 4, a5 += 4, b += 16, depth--;
  }
  const offset: usize = load<u32>(job, OFFSET);
  const mode = load<i32>(job, MODE);
  if (mode == SET) {
    const c0 = <usize>load<u32>(job, 0) + offset;
    v128.store(c0, s0);
    const c1 = <usize>load<u32>(job, 4) + offset;
    v128.store(c1, s1);
    const c2 = <usize>load<u32>(job, 8) + offset;
    v128.store(c2, s2);
    const c3 = <usize>load<u32>(job, 12) + offset;
    v128.store(c3, s3);
    const c4 = <usize>load<u32>(job, 16) + offset;
    v128.store(c4, s4);
    const c5 = <usize>load<u32>(job, 20) + offset;
    v128.store(c5, s5);
  } else if (mode == ADD) {
    const c0 = <usize>load<u32>(job, 0) + offset;
    v128.store(c0, f32x4.add(v128.load(c0), s0));
    const c1 = <usize>load<u32>(job, 4) + offset;
    v128.store(c1, f32x4.add(v128.load(c1), s1));
    const c2 = <usize>load<u32>(job, 8) + offset;
    v128.store(c2, f32x4.add(v128.load(c2), s2));
    const c3 = <usize>load<u32>(job, 12) + offset;
    v128.store(c3, f32x4.add(v128.load(c3), s3));
    const c4 = <usize>load<u32>(job, 16) + offset;
    v128.store(c4, f32x4.add(v128.load(c4), s4));
    const c5 = <usize>load<u32>(job, 20) + offset;
    v128.store(c5, f32x4.add(v128.load(c5), s5));
  } else {
    v128.store(job, s0, TILE + 0);
    v128.store(job, s1, TILE + 16);
    v128.store(job, s2, TILE + 32);
    v128.store(job, s3, TILE + 48);
    v128.store(job, s4, TILE + 64);
    v128.store(job, s5, TILE + 80);
  }
}

/** What mode KEEP left to do: the first rows and columns of a tile that is `width` wide. */
function putPart(job: usize, width: i32, rows: i32, columns: i32, isFirst: bool): void {
  const offset: usize = load<u32>(job, OFFSET);
  for (let m = 0; m < rows; m++) {
    let from = job + TILE + <usize>(m * width << 2);
    let to = <usize>load<u32>(job + (<usize>m << 2)) + offset;
    for (let i = 0; i < columns; i++, from += 4, to += 4) store<f32>(to, load<f32>(from) + (isFirst ? 0 : load<f32>(to)));
  }
}

/** One tile of a block of `rows` rows: the columns of panel number `index` of all `columns`. */
export function multiplyTile(
  job: usize, segments: usize, numSegments: i32, rows: i32,
  panels: usize, panelBytes: usize, index: i32, columns: i32, isFirst: bool,
): void {
  const here = min(8, columns - (index << 3));
  const width = here > 4 ? 8 : 4;
  const isWhole = rows == TILE_ROWS && here == width;
  store<u32>(job, index << 5, OFFSET);
  store<u32>(job, <u32>(panels + <usize>index * panelBytes), PANEL);
  store<i32>(job, isWhole ? (isFirst ? SET : ADD) : KEEP, MODE);
  store<i32>(job, numSegments, NUM_SEGMENTS);
  if (width == 8) tile8(segments, job);
  else tile4(segments, job);
  if (!isWhole) putPart(job, width, rows, here, isFirst);
}
