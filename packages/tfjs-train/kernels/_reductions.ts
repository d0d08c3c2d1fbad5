// Reductions of rows of a row-major matrix to one value each, and largest values of its columns.

const BLOCK: usize = 64;

/** out[i] = factor·Σⱼ x[i, j], in double precision. */
export function rowSums(x: usize, rows: i32, columns: i32, out: usize, factor: f64): void {
  const bytes: usize = (<usize>columns) << 2;
  const blocks = bytes & ~15;
  for (let i = 0; i < rows; i++, x += bytes, out += 4) {
    let a = f64x2.splat(0), b = f64x2.splat(0);
    let k: usize = 0;
    for (; k < blocks; k += 16) {
      const value = v128.load(x + k);
      a = f64x2.add(a, f64x2.promote_low_f32x4(value));
      b = f64x2.add(b, f64x2.promote_low_f32x4(v128.shuffle<i64>(value, value, 1, 1)));
    }
    a = f64x2.add(a, b);
    let sum = f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
    for (; k < bytes; k += 4) sum += <f64>load<f32>(x + k);
    store<f32>(out, <f32>(sum * factor));
  }
}

/** out[i] = maxⱼ x[i, j]; NaN if one is NaN. */
export function rowMaxima(x: usize, rows: i32, columns: i32, out: usize): void {
  const bytes: usize = (<usize>columns) << 2;
  const wide = bytes & ~(BLOCK - 1);
  for (let i = 0; i < rows; i++, x += bytes, out += 4) {
    let a = f32x4.splat(-Infinity), b = a, c = a, d = a;
    let k: usize = 0;
    for (; k < wide; k += BLOCK) {
      a = f32x4.max(a, v128.load(x + k));
      b = f32x4.max(b, v128.load(x + k, 16));
      c = f32x4.max(c, v128.load(x + k, 32));
      d = f32x4.max(d, v128.load(x + k, 48));
    }
    a = f32x4.max(f32x4.max(a, b), f32x4.max(c, d));
    let largest = max<f32>(
      max<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)),
      max<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)),
    );
    for (; k < bytes; k += 4) largest = max<f32>(largest, load<f32>(x + k));
    store<f32>(out, largest);
  }
}

/** out[j] = maxᵢ x[i, j]; NaN if one is NaN. */
export function columnMaxima(x: usize, rows: i32, columns: i32, out: usize): void {
  const bytes: usize = (<usize>columns) << 2;
  const blocks = bytes & ~15;
  memory.copy(out, x, bytes);
  for (let i = 1; i < rows; i++) {
    x += bytes;
    let k: usize = 0;
    for (; k < blocks; k += 16) v128.store(out + k, f32x4.max(v128.load(out + k), v128.load(x + k)));
    for (; k < bytes; k += 4) store<f32>(out + k, max<f32>(load<f32>(out + k), load<f32>(x + k)));
  }
}
