// Inner products of int16 rows in int32, modulo 2^32. Rows lie in strips of eight, [pairs][8 rows][2 numbers], so that one instruction
// multiplies and adds the pairs of four of them; both factors are packed alike. It does twice the products of float32 with multiply-add.

export const heapBase: usize = __heap_base;

/** Pairs along the depth that a pass takes, so that a strip of each factor stays in the first-level cache. */
const passPairs: i32 = 512;

// @ts-ignore: decorator
@inline
function addTo(c: usize, sum: v128): void {
  v128.store(c, i32x4.add(v128.load(c), sum));
}

// V8 keeps the sums in registers only if the function has one loop and calls nothing that is not inlined.
/** out[row, column] += Σ a[row, k]·b[column, k] for four rows of the strip at `a` and the eight of that at `b`. */
function tile(a: usize, b: usize, pairs: i32, out: usize, stride: usize): void {
  let s00 = i32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (const end = b + (<usize>pairs << 5); b < end; a += 32, b += 32) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = i32x4.add(s00, i32x4.dot_i16x8_s(b0, x)), s01 = i32x4.add(s01, i32x4.dot_i16x8_s(b1, x));
    x = v128.load32_splat(a, 4);
    s10 = i32x4.add(s10, i32x4.dot_i16x8_s(b0, x)), s11 = i32x4.add(s11, i32x4.dot_i16x8_s(b1, x));
    x = v128.load32_splat(a, 8);
    s20 = i32x4.add(s20, i32x4.dot_i16x8_s(b0, x)), s21 = i32x4.add(s21, i32x4.dot_i16x8_s(b1, x));
    x = v128.load32_splat(a, 12);
    s30 = i32x4.add(s30, i32x4.dot_i16x8_s(b0, x)), s31 = i32x4.add(s31, i32x4.dot_i16x8_s(b1, x));
  }
  addTo(out, s00), addTo(out + 16, s01);
  out += stride;
  addTo(out, s10), addTo(out + 16, s11);
  out += stride;
  addTo(out, s20), addTo(out + 16, s21);
  out += stride;
  addTo(out, s30), addTo(out + 16, s31);
}

/**
 * out [8·aStrips, 8·bStrips] = the inner products of all rows of some strips with all of others; `pairs` is half of the depth. Strip j of b
 * is multiplied with the first `first + j` strips of a only: those on and above a diagonal.
 */
export function multiplyStrips(a: usize, aStrips: i32, b: usize, bStrips: i32, pairs: i32, out: usize, first: i32): void {
  const stride = <usize>bStrips << 5;
  memory.fill(out, 0, <usize>(aStrips << 3) * stride);
  const stripBytes = <usize>pairs << 5;
  for (let p = 0; p < pairs; p += passPairs) {
    const here = min(passPairs, pairs - p);
    const skipped = <usize>p << 5;
    for (let j = 0; j < bStrips; j++) {
      const strip = b + <usize>j * stripBytes + skipped;
      let rows = a + skipped;
      let target = out + (<usize>j << 5);
      const count = min(aStrips, first + j);
      for (let i = 0; i < count; i++, rows += stripBytes, target += stride << 3) {
        tile(rows, strip, here, target, stride);
        tile(rows + 16, strip, here, target + (stride << 2), stride);
      }
    }
  }
}
