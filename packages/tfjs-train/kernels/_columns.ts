// Reductions over the rows of a row-major matrix, in double precision. Rows are taken in chunks that stay in the first-level
// cache while four columns at a time pass over them; between chunks the sums wait in `scratch` (16 bytes a column).

const CHUNK_FLOATS: i32 = 4096;

// @ts-ignore: decorator
@inline
function chunkRows(columns: i32): i32 {
  return max(1, CHUNK_FLOATS / columns);
}

// @ts-ignore: decorator
@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** out[j] = factor·Σᵢ x[i, j]. */
export function columnSums(x: usize, rows: i32, columns: i32, out: usize, factor: f64, scratch: usize): void {
  const stride: usize = (<usize>columns) << 2;
  const chunk = chunkRows(columns);
  const blocks = columns & ~3;
  memory.fill(scratch, 0, (<usize>columns) << 3);
  for (let start = 0; start < rows; start += chunk) {
    const count = min(chunk, rows - start);
    const base = x + (<usize>start) * stride;
    for (let j = 0; j < columns; ) {
      let p = base + ((<usize>j) << 2);
      const slot = scratch + ((<usize>j) << 3);
      if (j < blocks) {
        let a = v128.load(slot);
        let b = v128.load(slot, 16);
        for (let i = 0; i < count; i++, p += stride) {
          const value = v128.load(p);
          a = f64x2.add(a, f64x2.promote_low_f32x4(value));
          b = f64x2.add(b, high(value));
        }
        v128.store(slot, a);
        v128.store(slot, b, 16);
        j += 4;
      } else {
        let sum = load<f64>(slot);
        for (let i = 0; i < count; i++, p += stride) sum += <f64>load<f32>(p);
        store<f64>(slot, sum);
        j++;
      }
    }
  }
  for (let j = 0; j < columns; j++) store<f32>(out + ((<usize>j) << 2), <f32>(load<f64>(scratch + ((<usize>j) << 3)) * factor));
}

/** mean[j] and biased variance[j] of each column, in one pass: double sums of x and x² leave room for the difference. */
export function columnMoments(x: usize, rows: i32, columns: i32, mean: usize, variance: usize, scratch: usize): void {
  const stride: usize = (<usize>columns) << 2;
  const chunk = chunkRows(columns);
  const blocks = columns & ~3;
  const squares = scratch + ((<usize>columns) << 3);
  memory.fill(scratch, 0, (<usize>columns) << 4);
  for (let start = 0; start < rows; start += chunk) {
    const count = min(chunk, rows - start);
    const base = x + (<usize>start) * stride;
    for (let j = 0; j < columns; ) {
      let p = base + ((<usize>j) << 2);
      const slot = scratch + ((<usize>j) << 3);
      const slot2 = squares + ((<usize>j) << 3);
      if (j < blocks) {
        let a = v128.load(slot), b = v128.load(slot, 16), aa = v128.load(slot2), bb = v128.load(slot2, 16);
        for (let i = 0; i < count; i++, p += stride) {
          const value = v128.load(p);
          const c = f64x2.promote_low_f32x4(value);
          const d = high(value);
          a = f64x2.add(a, c);
          b = f64x2.add(b, d);
          aa = f64x2.add(aa, f64x2.mul(c, c));
          bb = f64x2.add(bb, f64x2.mul(d, d));
        }
        v128.store(slot, a);
        v128.store(slot, b, 16);
        v128.store(slot2, aa);
        v128.store(slot2, bb, 16);
        j += 4;
      } else {
        let sum = load<f64>(slot), square = load<f64>(slot2);
        for (let i = 0; i < count; i++, p += stride) {
          const value = <f64>load<f32>(p);
          sum += value;
          square += value * value;
        }
        store<f64>(slot, sum);
        store<f64>(slot2, square);
        j++;
      }
    }
  }
  const n = <f64>rows;
  for (let j = 0; j < columns; j++) {
    const average = load<f64>(scratch + ((<usize>j) << 3)) / n;
    store<f32>(mean + ((<usize>j) << 2), <f32>average);
    store<f32>(variance + ((<usize>j) << 2), <f32>max(<f64>0, load<f64>(squares + ((<usize>j) << 3)) / n - average * average));
  }
}

/** sums[j] = Σᵢ dy[i, j] and products[j] = Σᵢ dy[i, j]·(x[i, j] − mean[j])·rate[j]: the gradients of a normalisation's shift and scale. */
export function normGradientSums(
  dy: usize, x: usize, rows: i32, columns: i32, mean: usize, rate: usize, sums: usize, products: usize, scratch: usize,
): void {
  const stride: usize = (<usize>columns) << 2;
  const chunk = chunkRows(columns);
  const blocks = columns & ~3;
  const second = scratch + ((<usize>columns) << 3);
  memory.fill(scratch, 0, (<usize>columns) << 4);
  for (let start = 0; start < rows; start += chunk) {
    const count = min(chunk, rows - start);
    const offset = (<usize>start) * stride;
    for (let j = 0; j < columns; ) {
      const k: usize = (<usize>j) << 2;
      let p = dy + offset + k;
      let q = x + offset + k;
      const slot = scratch + ((<usize>j) << 3);
      const slot2 = second + ((<usize>j) << 3);
      if (j < blocks) {
        const centre = v128.load(mean + k);
        let a = v128.load(slot), b = v128.load(slot, 16), aa = v128.load(slot2), bb = v128.load(slot2, 16);
        for (let i = 0; i < count; i++, p += stride, q += stride) {
          const g = v128.load(p);
          const product = f32x4.mul(g, f32x4.sub(v128.load(q), centre));
          a = f64x2.add(a, f64x2.promote_low_f32x4(g));
          b = f64x2.add(b, high(g));
          aa = f64x2.add(aa, f64x2.promote_low_f32x4(product));
          bb = f64x2.add(bb, high(product));
        }
        v128.store(slot, a);
        v128.store(slot, b, 16);
        v128.store(slot2, aa);
        v128.store(slot2, bb, 16);
        j += 4;
      } else {
        const centre = load<f32>(mean + k);
        let sum = load<f64>(slot), product = load<f64>(slot2);
        for (let i = 0; i < count; i++, p += stride, q += stride) {
          const g = load<f32>(p);
          sum += <f64>g;
          product += <f64>(g * (load<f32>(q) - centre));
        }
        store<f64>(slot, sum);
        store<f64>(slot2, product);
        j++;
      }
    }
  }
  for (let j = 0; j < columns; j++) {
    const k: usize = (<usize>j) << 2;
    store<f32>(sums + k, <f32>load<f64>(scratch + (k << 1)));
    store<f32>(products + k, <f32>(load<f64>(second + (k << 1)) * <f64>load<f32>(rate + k)));
  }
}

/** dx = a[j]·dy + b[j]·x + c[j]: every normalisation's gradient by its input has this form. */
export function normGradient(dy: usize, x: usize, dx: usize, rows: i32, columns: i32, a: usize, b: usize, c: usize): void {
  const blocks = columns & ~3;
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j < blocks; j += 4, dy += 16, x += 16, dx += 16) {
      const k: usize = (<usize>j) << 2;
      const linear = f32x4.add(f32x4.mul(v128.load(dy), v128.load(a + k)), f32x4.mul(v128.load(x), v128.load(b + k)));
      v128.store(dx, f32x4.add(linear, v128.load(c + k)));
    }
    for (; j < columns; j++, dy += 4, x += 4, dx += 4) {
      const k: usize = (<usize>j) << 2;
      store<f32>(dx, load<f32>(dy) * load<f32>(a + k) + load<f32>(x) * load<f32>(b + k) + load<f32>(c + k));
    }
  }
}
