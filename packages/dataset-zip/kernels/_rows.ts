// The row filters of PNG, both ways, and Adler-32, sixteen bytes at a time. The plain versions in src/png are their oracles.

const NONE: i32 = 0;
const SUB: i32 = 1;
const UP: i32 = 2;
const AVERAGE: i32 = 3;
const PAETH: i32 = 4;

// @ts-ignore: decorator
@inline
function absolute(v: v128): v128 {
  return i16x8.abs(v);
}

/** The neighbour nearest to left + above − corner, in eight 16-bit lanes; on a tie left, then above. */
// @ts-ignore: decorator
@inline
function nearest(left: v128, above: v128, corner: v128): v128 {
  const byLeft = i16x8.sub(above, corner);
  const byAbove = i16x8.sub(left, corner);
  const a = absolute(byLeft);
  const b = absolute(byAbove);
  const c = absolute(i16x8.add(byLeft, byAbove));
  const smaller = i16x8.min_s(i16x8.min_s(a, b), c);
  const aboveOrCorner = v128.bitselect(above, corner, i16x8.eq(b, smaller));
  return v128.bitselect(left, aboveOrCorner, i16x8.eq(a, smaller));
}

// @ts-ignore: decorator
@inline
function loadPixel(p: usize, wide: bool): v128 {
  return wide ? v128.load64_zero(p) : v128.load32_zero(p);
}

// @ts-ignore: decorator
@inline
function storePixel(p: usize, v: v128, wide: bool): void {
  if (wide) v128.store64_lane(p, v, 0);
  else v128.store32_lane(p, v, 0);
}

/** Undoes a filter that looks to the left, pixel by pixel of 3, 4, 6 or 8 bytes; a pixel's store may spill into the next one. */
// @ts-ignore: decorator
@inline
function undoPixels(type: i32, from: usize, to: usize, above: usize, rowBytes: usize, bpp: usize, wide: bool): void {
  let left = i32x4.splat(0);
  if (type == SUB) {
    for (let i: usize = 0; i < rowBytes; i += bpp) {
      left = i8x16.add(left, loadPixel(from + i, wide));
      storePixel(to + i, left, wide);
    }
  } else if (type == AVERAGE) {
    const one = i8x16.splat(1);
    for (let i: usize = 0; i < rowBytes; i += bpp) {
      const up = loadPixel(above + i, wide);
      // avgr rounds up: one less where the sum is odd.
      const mean = i8x16.sub(i8x16.avgr_u(left, up), v128.and(v128.xor(left, up), one));
      left = i8x16.add(mean, loadPixel(from + i, wide));
      storePixel(to + i, left, wide);
    }
  } else {
    let corner = i32x4.splat(0);
    let wideLeft = corner;
    for (let i: usize = 0; i < rowBytes; i += bpp) {
      const up = i16x8.extend_low_i8x16_u(loadPixel(above + i, wide));
      const raw = i16x8.extend_low_i8x16_u(loadPixel(from + i, wide));
      wideLeft = v128.and(i16x8.add(raw, nearest(wideLeft, up, corner)), i16x8.splat(255));
      corner = up;
      storePixel(to + i, i8x16.narrow_i16x8_u(wideLeft, wideLeft), wide);
    }
  }
}

/** The same for pixels of 1 or 2 bytes. */
function undoBytes(type: i32, from: usize, to: usize, above: usize, rowBytes: usize, bpp: usize): void {
  for (let channel: usize = 0; channel < bpp; channel++) {
    let left: i32 = 0;
    let corner: i32 = 0;
    for (let i = channel; i < rowBytes; i += bpp) {
      const up = <i32>load<u8>(above + i);
      let predicted = left;
      if (type == AVERAGE) predicted = (left + up) >> 1;
      else if (type == PAETH) {
        const a = abs(up - corner);
        const b = abs(left - corner);
        const c = abs(left + up - 2 * corner);
        predicted = select(left, select(up, corner, b <= c), i32(a <= b) & i32(a <= c));
      }
      left = (<i32>load<u8>(from + i) + predicted) & 255;
      corner = up;
      store<u8>(to + i, left);
    }
  }
}

/**
 * Undoes the filters of rows of one type byte and `rowBytes` bytes, and writes the rows without types to `to`. At `zeros` lie
 * `rowBytes` + 16 zeros, the row above the first. Reads and writes up to 16 bytes beyond.
 *
 * @returns the number of a row whose type is unknown, else −1.
 */
export function unfilter(from: usize, to: usize, numRows: i32, rowBytes: usize, bpp: usize, zeros: usize): i32 {
  let above = zeros;
  for (let y = 0; y < numRows; y++, from += rowBytes + 1, above = to, to += rowBytes) {
    const type = <i32>load<u8>(from);
    const row = from + 1;
    if (type == NONE) memory.copy(to, row, rowBytes);
    else if (type == UP) for (let i: usize = 0; i < rowBytes; i += 16) v128.store(to + i, i8x16.add(v128.load(row + i), v128.load(above + i)));
    else if (type > PAETH) return y;
    else if (bpp < 3) undoBytes(type, row, to, above, rowBytes, bpp);
    else if (bpp > 4) undoPixels(type, row, to, above, rowBytes, bpp, true);
    else undoPixels(type, row, to, above, rowBytes, bpp, false);
  }
  return -1;
}

/** Sum over 16 bytes read as signed, without sign, added to four 32-bit lanes. */
// @ts-ignore: decorator
@inline
function addDistance(sum: v128, v: v128): v128 {
  return i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(i8x16.abs(v))));
}

// @ts-ignore: decorator
@inline
function total(sum: v128): i32 {
  return i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
}

// @ts-ignore: decorator
@inline
function predict(type: i32, row: usize, above: usize, bpp: usize): v128 {
  const raw = v128.load(row);
  if (type == NONE) return raw;
  if (type == UP) return i8x16.sub(raw, v128.load(above));
  const left = v128.load(row - bpp);
  if (type == SUB) return i8x16.sub(raw, left);
  const up = v128.load(above);
  const corner = v128.load(above - bpp);
  const low = nearest(i16x8.extend_low_i8x16_u(left), i16x8.extend_low_i8x16_u(up), i16x8.extend_low_i8x16_u(corner));
  const high = nearest(i16x8.extend_high_i8x16_u(left), i16x8.extend_high_i8x16_u(up), i16x8.extend_high_i8x16_u(corner));
  return i8x16.sub(raw, i8x16.narrow_i16x8_u(low, high));
}

/** Filters a row whose neighbours are padded with 16 zeros before it, and returns how far it lies from zero. */
// @ts-ignore: decorator
@inline
function filterRow(type: i32, row: usize, above: usize, rowBytes: usize, bpp: usize, to: usize): i32 {
  let sum = i32x4.splat(0);
  const whole = rowBytes & ~15;
  for (let i: usize = 0; i < whole; i += 16) {
    const v = predict(type, row + i, above + i, bpp);
    v128.store(to + i, v);
    sum = addDistance(sum, v);
  }
  if (whole < rowBytes) {
    const v = predict(type, row + whole, above + whole, bpp);
    v128.store(to + whole, v);
    const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    sum = addDistance(sum, v128.and(v, i8x16.lt_s(lanes, i8x16.splat(<i8>(rowBytes - whole)))));
  }
  return total(sum);
}

/**
 * Filters rows of pixels as Pillow does: of none, up, sub and paeth, tried in that order, the first with the smallest distance from
 * zero. Each row goes to `to` behind its type.
 *
 * @param scratch - Four rows of rowBytes + 48 bytes each.
 */
export function filter(from: usize, numRows: i32, rowBytes: usize, bpp: usize, to: usize, scratch: usize): void {
  const stride = rowBytes + 48;
  memory.fill(scratch, 0, 2 * stride);
  let current = scratch + 16;
  let above = scratch + stride + 16;
  let best = scratch + 2 * stride + 16;
  let other = scratch + 3 * stride + 16;
  for (let y = 0; y < numRows; y++, from += rowBytes, to += rowBytes + 1) {
    memory.copy(current, from, rowBytes);
    let type = NONE;
    let smallest = filterRow(NONE, current, above, rowBytes, bpp, best);
    for (let k = 0; k < 3 && smallest > 0; k++) {
      if (y == 0 && k != 1) continue;
      const candidate = k == 0 ? UP : k == 1 ? SUB : PAETH;
      const distance =
        k == 0
          ? filterRow(UP, current, above, rowBytes, bpp, other)
          : k == 1
            ? filterRow(SUB, current, above, rowBytes, bpp, other)
            : filterRow(PAETH, current, above, rowBytes, bpp, other);
      if (distance >= smallest) continue;
      smallest = distance;
      type = candidate;
      const swapped = best;
      best = other;
      other = swapped;
    }
    store<u8>(to, type);
    memory.copy(to + 1, best, rowBytes);
    const swapped = above;
    above = current;
    current = swapped;
  }
}

const MODULUS: u32 = 65521;
/** Blocks of 16 bytes until the sums must be reduced: zlib's 5552 bytes. */
const RUN: i32 = 347;

/** Adler-32 of `length` bytes. */
export function adler32(at: usize, length: i32): u32 {
  let a: u32 = 1;
  let b: u32 = 0;
  const weightsLow = i16x8(16, 15, 14, 13, 12, 11, 10, 9);
  const weightsHigh = i16x8(8, 7, 6, 5, 4, 3, 2, 1);
  let blocks = length >> 4;
  while (blocks > 0) {
    const run = min(blocks, RUN);
    blocks -= run;
    let sum = i32x4.splat(0);
    let before = sum; // sums of all blocks before each block
    let weighted = sum;
    for (let k = 0; k < run; k++, at += 16) {
      const v = v128.load(at);
      before = i32x4.add(before, sum);
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(v)));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(v), weightsLow));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(v), weightsHigh));
    }
    b = <u32>((<u64>b + <u64>(run * 16) * a + (<u64>(<u32>total(before)) << 4) + <u64>(<u32>total(weighted))) % MODULUS);
    a = (a + <u32>total(sum)) % MODULUS;
  }
  for (let i = length & 15; i > 0; i--, at++) {
    a += load<u8>(at);
    b += a;
  }
  return ((b % MODULUS) << 16) | (a % MODULUS);
}
