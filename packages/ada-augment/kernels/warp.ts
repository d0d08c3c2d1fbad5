// An affine resampling of one tile of one image, and its exact transpose. Images are rows of quads: one pixel is four floats, of which
// grey uses one and RGB three. Pointers are byte addresses, counts are in pixels or rows. No static data and no allocation: the caller
// lays out the memory (see src/warp/warp-kernel.ts), and src/warp/composed-warp.ts has the same mathematics in tensor ops.
//
// Forward:   lines → upsampled lines → upsampled box → bilinear samples → downsampled by the same 12 taps.
// Transpose: the same steps in reverse order, each with the same weights.
// A tap of −1 in `columns` or `rows` stands for a pixel of zeros.

const QUAD: usize = 16;

/** Quads from pixels of `channels` floats. */
export function expand(pixels: usize, quads: usize, count: i32, channels: i32): void {
  if (channels == 1) {
    for (let i = 0; i < count; i++, pixels += 4, quads += QUAD)
      v128.store(quads, f32x4.replace_lane(f32x4.splat(0), 0, load<f32>(pixels)));
    return;
  }
  for (let i = 0; i < count; i++, pixels += 12, quads += QUAD) {
    const pair = v128.load64_zero(pixels);
    v128.store(quads, f32x4.replace_lane(pair, 2, load<f32>(pixels, 8)));
  }
}

/** Pixels of `channels` floats from quads. */
export function compress(quads: usize, pixels: usize, count: i32, channels: i32): void {
  if (channels == 1) {
    for (let i = 0; i < count; i++, pixels += 4, quads += QUAD) store<f32>(pixels, load<f32>(quads));
    return;
  }
  for (let i = 0; i < count; i++, pixels += 12, quads += QUAD) {
    store<f64>(pixels, load<f64>(quads));
    store<f32>(pixels, load<f32>(quads, 8), 8);
  }
}

@inline
function weighted(tap: usize, quad: usize): v128 {
  return f32x4.mul(v128.load32_splat(tap), v128.load(quad));
}

@inline
function addWeighted(target: usize, tap: v128, value: v128): void {
  v128.store(target, f32x4.add(v128.load(target), f32x4.mul(tap, value)));
}

/**
 * One line, upsampled by 2: out[u − first] = Σ taps[parity of u][t]·line[…], where the line begins at pixel ⌊first/2⌋ − 3.
 * `even` and `odd` are the addresses of 6 taps each.
 */
export function upsampleLine(line: usize, out: usize, first: i32, count: i32, even: usize, odd: usize): void {
  const e0 = v128.load32_splat(even), e1 = v128.load32_splat(even + 4), e2 = v128.load32_splat(even + 8);
  const e3 = v128.load32_splat(even + 12), e4 = v128.load32_splat(even + 16), e5 = v128.load32_splat(even + 20);
  const o0 = v128.load32_splat(odd), o1 = v128.load32_splat(odd + 4), o2 = v128.load32_splat(odd + 8);
  const o3 = v128.load32_splat(odd + 12), o4 = v128.load32_splat(odd + 16), o5 = v128.load32_splat(odd + 20);
  for (let u = first; u < first + count; u++, out += QUAD) {
    if ((u & 1) == 0) {
      const a = f32x4.add(f32x4.mul(e0, v128.load(line)), f32x4.mul(e1, v128.load(line + 16)));
      const b = f32x4.add(f32x4.mul(e2, v128.load(line + 32)), f32x4.mul(e3, v128.load(line + 48)));
      const c = f32x4.add(f32x4.mul(e4, v128.load(line + 64)), f32x4.mul(e5, v128.load(line + 80)));
      v128.store(out, f32x4.add(f32x4.add(a, b), c));
    } else {
      line += QUAD;
      const a = f32x4.add(f32x4.mul(o0, v128.load(line)), f32x4.mul(o1, v128.load(line + 16)));
      const b = f32x4.add(f32x4.mul(o2, v128.load(line + 32)), f32x4.mul(o3, v128.load(line + 48)));
      const c = f32x4.add(f32x4.mul(o4, v128.load(line + 64)), f32x4.mul(o5, v128.load(line + 80)));
      v128.store(out, f32x4.add(f32x4.add(a, b), c));
    }
  }
}

/** The transpose of upsampleLine: adds to the line. */
export function upsampleLineTransposed(out: usize, line: usize, first: i32, count: i32, even: usize, odd: usize): void {
  for (let u = first; u < first + count; u++, out += QUAD) {
    const value = v128.load(out);
    let taps = even;
    if ((u & 1) != 0) {
      line += QUAD;
      taps = odd;
    }
    for (let t: usize = 0; t < 6; t++) addWeighted(line + t * QUAD, v128.load32_splat(taps + (t << 2)), value);
  }
}

/** line[j] = row[columns[j]], and 0 where columns[j] is −1. */
export function gatherLine(row: usize, columns: usize, line: usize, count: i32): void {
  for (let j = 0; j < count; j++, line += QUAD, columns += 4) {
    const column = load<i32>(columns);
    v128.store(line, column < 0 ? f32x4.splat(0) : v128.load(row + (<usize>column) * QUAD));
  }
}

/** The transpose of gatherLine: adds to the row. */
export function scatterLine(line: usize, columns: usize, row: usize, count: i32): void {
  for (let j = 0; j < count; j++, line += QUAD, columns += 4) {
    const column = load<i32>(columns);
    if (column < 0) continue;
    const target = row + (<usize>column) * QUAD;
    v128.store(target, f32x4.add(v128.load(target), v128.load(line)));
  }
}

/**
 * Rows first … first + count − 1 of the box, from upsampled lines: box row n is Σ taps[t]·line of padded row ⌊n/2⌋ − 3 (+ 1 where n is
 * odd) + t. `rows[i]` is the number of the line of padded row ⌊first/2⌋ − 3 + i.
 */
export function upsampleRows(
  lines: usize, rows: usize, box: usize,
  width: i32, first: i32, count: i32, even: usize, odd: usize,
): void {
  const bytes = (<usize>width) * QUAD;
  for (let n = first; n < first + count; n++, box += bytes) {
    const isOdd = (n & 1) != 0;
    if (isOdd) rows += 4;
    const taps = isOdd ? odd : even;
    let started = false;
    for (let t: usize = 0; t < 6; t++) {
      const number = load<i32>(rows + (t << 2));
      if (number < 0) continue;
      let line = lines + (<usize>number) * bytes;
      const tap = v128.load32_splat(taps + (t << 2));
      const end = box + bytes;
      if (started) for (let out = box; out < end; out += QUAD, line += QUAD) addWeighted(out, tap, v128.load(line));
      else for (let out = box; out < end; out += QUAD, line += QUAD) v128.store(out, f32x4.mul(tap, v128.load(line)));
      started = true;
    }
    if (!started) memory.fill(box, 0, bytes);
  }
}

/** The transpose of upsampleRows: adds to the lines. */
export function upsampleRowsTransposed(
  box: usize, rows: usize, lines: usize,
  width: i32, first: i32, count: i32, even: usize, odd: usize,
): void {
  const bytes = (<usize>width) * QUAD;
  for (let n = first; n < first + count; n++, box += bytes) {
    const isOdd = (n & 1) != 0;
    if (isOdd) rows += 4;
    const taps = isOdd ? odd : even;
    for (let t: usize = 0; t < 6; t++) {
      const number = load<i32>(rows + (t << 2));
      if (number < 0) continue;
      let line = lines + (<usize>number) * bytes;
      const tap = v128.load32_splat(taps + (t << 2));
      const end = box + bytes;
      for (let out = box; out < end; out += QUAD, line += QUAD) addWeighted(line, tap, v128.load(out));
    }
  }
}

/** One row of bilinear samples: sample s at (x + s·stepX, y + s·stepY) of the box, pixel middles at whole numbers; outside is 0. */
export function sampleRow(
  box: usize, samples: usize,
  width: i32, height: i32, count: i32, x: f64, y: f64, stepX: f64, stepY: f64,
): void {
  const bytes = (<usize>width) * QUAD;
  for (let s = 0; s < count; s++, samples += QUAD) {
    const atX = x + <f64>s * stepX;
    const atY = y + <f64>s * stepY;
    const floorX = floor(atX);
    const floorY = floor(atY);
    if (!(floorX >= -1 && floorX < <f64>width && floorY >= -1 && floorY < <f64>height)) {
      v128.store(samples, f32x4.splat(0));
      continue;
    }
    const column = <i32>floorX;
    const row = <i32>floorY;
    const right = f32x4.splat(<f32>(atX - floorX));
    const left = f32x4.splat(<f32>(1 - (atX - floorX)));
    const lower = f32x4.splat(<f32>(atY - floorY));
    const upper = f32x4.splat(<f32>(1 - (atY - floorY)));
    const corner = box + <usize>row * bytes + <usize>column * QUAD;
    if (column >= 0 && column < width - 1 && row >= 0 && row < height - 1) {
      const top = f32x4.add(f32x4.mul(left, v128.load(corner)), f32x4.mul(right, v128.load(corner + QUAD)));
      const below = corner + bytes;
      const bottom = f32x4.add(f32x4.mul(left, v128.load(below)), f32x4.mul(right, v128.load(below + QUAD)));
      v128.store(samples, f32x4.add(f32x4.mul(upper, top), f32x4.mul(lower, bottom)));
      continue;
    }
    let sum = f32x4.splat(0);
    const hasLeft = column >= 0;
    const hasRight = column < width - 1;
    if (row >= 0) {
      if (hasLeft) sum = f32x4.add(sum, f32x4.mul(f32x4.mul(upper, left), v128.load(corner)));
      if (hasRight) sum = f32x4.add(sum, f32x4.mul(f32x4.mul(upper, right), v128.load(corner + QUAD)));
    }
    if (row < height - 1) {
      if (hasLeft) sum = f32x4.add(sum, f32x4.mul(f32x4.mul(lower, left), v128.load(corner + bytes)));
      if (hasRight) sum = f32x4.add(sum, f32x4.mul(f32x4.mul(lower, right), v128.load(corner + bytes + QUAD)));
    }
    v128.store(samples, sum);
  }
}

/** The transpose of sampleRow: adds to the box. */
export function sampleRowTransposed(
  samples: usize, box: usize,
  width: i32, height: i32, count: i32, x: f64, y: f64, stepX: f64, stepY: f64,
): void {
  const bytes = (<usize>width) * QUAD;
  for (let s = 0; s < count; s++, samples += QUAD) {
    const atX = x + <f64>s * stepX;
    const atY = y + <f64>s * stepY;
    const floorX = floor(atX);
    const floorY = floor(atY);
    if (!(floorX >= -1 && floorX < <f64>width && floorY >= -1 && floorY < <f64>height)) continue;
    const column = <i32>floorX;
    const row = <i32>floorY;
    const right = f32x4.splat(<f32>(atX - floorX));
    const left = f32x4.splat(<f32>(1 - (atX - floorX)));
    const lower = f32x4.splat(<f32>(atY - floorY));
    const upper = f32x4.splat(<f32>(1 - (atY - floorY)));
    const corner = box + <usize>row * bytes + <usize>column * QUAD;
    const value = v128.load(samples);
    const hasLeft = column >= 0;
    const hasRight = column < width - 1;
    if (row >= 0) {
      const top = f32x4.mul(upper, value);
      if (hasLeft) addWeighted(corner, left, top);
      if (hasRight) addWeighted(corner + QUAD, right, top);
    }
    if (row < height - 1) {
      const bottom = f32x4.mul(lower, value);
      if (hasLeft) addWeighted(corner + bytes, left, bottom);
      if (hasRight) addWeighted(corner + bytes + QUAD, right, bottom);
    }
  }
}

/** out[x] = Σ taps[k]·samples[2x + k], 12 taps. */
export function downsampleLine(samples: usize, out: usize, count: i32, taps: usize): void {
  for (let x = 0; x < count; x++, samples += 2 * QUAD, out += QUAD) {
    let sum = weighted(taps, samples);
    for (let k: usize = 1; k < 12; k++) sum = f32x4.add(sum, weighted(taps + (k << 2), samples + k * QUAD));
    v128.store(out, sum);
  }
}

/** The transpose of downsampleLine: adds to the samples. */
export function downsampleLineTransposed(out: usize, samples: usize, count: i32, taps: usize): void {
  for (let x = 0; x < count; x++, samples += 2 * QUAD, out += QUAD) {
    const value = v128.load(out);
    for (let k: usize = 0; k < 12; k++) addWeighted(samples + k * QUAD, v128.load32_splat(taps + (k << 2)), value);
  }
}

/** out row y = Σ taps[k]·row (2y + k), 12 taps; `stride` is the length of an output row in quads. */
export function downsampleRows(rows: usize, out: usize, width: i32, height: i32, stride: i32, taps: usize): void {
  const bytes = (<usize>width) * QUAD;
  for (let y = 0; y < height; y++, rows += 2 * bytes, out += (<usize>stride) * QUAD) {
    for (let x: usize = 0; x < bytes; x += QUAD) {
      let sum = weighted(taps, rows + x);
      for (let k: usize = 1; k < 12; k++) sum = f32x4.add(sum, weighted(taps + (k << 2), rows + k * bytes + x));
      v128.store(out + x, sum);
    }
  }
}

/** The transpose of downsampleRows: adds to the rows. */
export function downsampleRowsTransposed(out: usize, rows: usize, width: i32, height: i32, stride: i32, taps: usize): void {
  const bytes = (<usize>width) * QUAD;
  for (let y = 0; y < height; y++, rows += 2 * bytes, out += (<usize>stride) * QUAD) {
    for (let k: usize = 0; k < 12; k++) {
      const tap = v128.load32_splat(taps + (k << 2));
      for (let x: usize = 0; x < bytes; x += QUAD) addWeighted(rows + k * bytes + x, tap, v128.load(out + x));
    }
  }
}
