// Pillow's 8-bit resampling passes. A weight of 22 fractional bits is split as high · 2^11 + low, both of 16 bits, so that one
// instruction multiplies eight of them; modulo 2^32 the sums are those of Pillow's 32-bit integers, hence the bytes are equal.

export const heapBase: usize = __heap_base;

const half: i32 = 1 << 21;

// @ts-ignore: decorator
@inline
function finish(high: v128, low: v128): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.add(i32x4.shl(high, 11), low), i32x4.splat(half)), 22);
}

// @ts-ignore: decorator
@inline
function toBytes(sums: v128): v128 {
  const words = i16x8.narrow_i32x4_s(sums, sums);
  return i8x16.narrow_i16x8_u(words, words);
}

/**
 * Along the width, three or four channels: [height, inSize, channels] → [height, outSize, channels].
 * Weights of an output: groups of four taps, (high 0, high 1) (high 2, high 3) (low 0, low 1) (low 2, low 3), `groups` of them.
 * Reads up to 16 bytes and writes up to 4 bytes beyond the images.
 */
export function widthOfColours(
  from: usize, height: i32, inSize: i32, channels: i32, to: usize, outSize: i32, starts: usize, weights: usize, groups: i32,
): void {
  for (let y = 0; y < height; y++, from += <usize>(inSize * channels)) {
    let w = weights;
    for (let x = 0; x < outSize; x++, to += <usize>channels) {
      let p = from + <usize>(i32.load(starts + (<usize>x << 2)) * channels);
      let high = i32x4.splat(0), low = high;
      const zero = high;
      if (channels == 3) {
        for (let g = 0; g < groups; g++, w += 16, p += 12) {
          const v = v128.load(p);
          const first = i8x16.shuffle(v, zero, 0, 16, 3, 16, 1, 16, 4, 16, 2, 16, 5, 16, 16, 16, 16, 16);
          const second = i8x16.shuffle(v, zero, 6, 16, 9, 16, 7, 16, 10, 16, 8, 16, 11, 16, 16, 16, 16, 16);
          high = i32x4.add(high, i32x4.dot_i16x8_s(first, v128.load32_splat(w)));
          high = i32x4.add(high, i32x4.dot_i16x8_s(second, v128.load32_splat(w, 4)));
          low = i32x4.add(low, i32x4.dot_i16x8_s(first, v128.load32_splat(w, 8)));
          low = i32x4.add(low, i32x4.dot_i16x8_s(second, v128.load32_splat(w, 12)));
        }
      } else {
        for (let g = 0; g < groups; g++, w += 16, p += 16) {
          const v = v128.load(p);
          const first = i8x16.shuffle(v, zero, 0, 16, 4, 16, 1, 16, 5, 16, 2, 16, 6, 16, 3, 16, 7, 16);
          const second = i8x16.shuffle(v, zero, 8, 16, 12, 16, 9, 16, 13, 16, 10, 16, 14, 16, 11, 16, 15, 16);
          high = i32x4.add(high, i32x4.dot_i16x8_s(first, v128.load32_splat(w)));
          high = i32x4.add(high, i32x4.dot_i16x8_s(second, v128.load32_splat(w, 4)));
          low = i32x4.add(low, i32x4.dot_i16x8_s(first, v128.load32_splat(w, 8)));
          low = i32x4.add(low, i32x4.dot_i16x8_s(second, v128.load32_splat(w, 12)));
        }
      }
      v128.store32_lane(to, toBytes(finish(high, low)), 0);
    }
  }
}

/** Along the width, one channel. Weights of an output: groups of eight taps, eight high parts, then eight low ones. */
export function widthOfGrey(
  from: usize, height: i32, inSize: i32, to: usize, outSize: i32, starts: usize, weights: usize, groups: i32,
): void {
  for (let y = 0; y < height; y++, from += <usize>inSize) {
    let w = weights;
    for (let x = 0; x < outSize; x++, to++) {
      let p = from + <usize>i32.load(starts + (<usize>x << 2));
      let high = i32x4.splat(0), low = high;
      for (let g = 0; g < groups; g++, w += 32, p += 8) {
        const v = v128.load8x8_u(p);
        high = i32x4.add(high, i32x4.dot_i16x8_s(v, v128.load(w)));
        low = i32x4.add(low, i32x4.dot_i16x8_s(v, v128.load(w, 16)));
      }
      const sums = i32x4.add(i32x4.shl(high, 11), low);
      const total = half + i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
      i32.store8(to, min(255, max(0, total >> 22)));
    }
  }
}

/**
 * Along the height, any channels: [inSize, rowLength] → [outSize, rowLength]. Weights as for colours; `counts` holds the true number of
 * taps of each output. Reads and writes up to 16 bytes beyond the images.
 */
export function height(
  from: usize, rowLength: i32, inSize: i32, to: usize, outSize: i32, starts: usize, counts: usize, weights: usize, groups: i32,
): void {
  const row = <usize>rowLength;
  for (let y = 0; y < outSize; y++, to += row, weights += <usize>groups << 4) {
    const taps = i32.load(counts + (<usize>y << 2));
    const top = from + <usize>i32.load(starts + (<usize>y << 2)) * row;
    for (let i: usize = 0; i < row; i += 16) {
      let h0 = i32x4.splat(0), h1 = h0, h2 = h0, h3 = h0, l0 = h0, l1 = h0, l2 = h0, l3 = h0;
      let p = top + i;
      for (let t = 0; t < taps; t += 2, p += 2 * row) {
        const w = weights + (<usize>(t >> 2) << 4) + (<usize>(t & 2) << 1);
        const high = v128.load32_splat(w);
        const low = v128.load32_splat(w, 8);
        const a = v128.load(p);
        const b = v128.load(t + 1 < taps ? p + row : p);
        const left = i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const right = i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        const v0 = i16x8.extend_low_i8x16_u(left);
        const v1 = i16x8.extend_high_i8x16_u(left);
        const v2 = i16x8.extend_low_i8x16_u(right);
        const v3 = i16x8.extend_high_i8x16_u(right);
        h0 = i32x4.add(h0, i32x4.dot_i16x8_s(v0, high));
        h1 = i32x4.add(h1, i32x4.dot_i16x8_s(v1, high));
        h2 = i32x4.add(h2, i32x4.dot_i16x8_s(v2, high));
        h3 = i32x4.add(h3, i32x4.dot_i16x8_s(v3, high));
        l0 = i32x4.add(l0, i32x4.dot_i16x8_s(v0, low));
        l1 = i32x4.add(l1, i32x4.dot_i16x8_s(v1, low));
        l2 = i32x4.add(l2, i32x4.dot_i16x8_s(v2, low));
        l3 = i32x4.add(l3, i32x4.dot_i16x8_s(v3, low));
      }
      const left = i16x8.narrow_i32x4_s(finish(h0, l0), finish(h1, l1));
      const right = i16x8.narrow_i32x4_s(finish(h2, l2), finish(h3, l3));
      v128.store(to + i, i8x16.narrow_i16x8_u(left, right));
    }
  }
}
