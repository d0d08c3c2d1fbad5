// Bilinear sampling at the points of a grid, and its two adjoints, in the heap of the tfjs wasm backend: every pointer is a byte address
// there. Images are [batch, height, width, channels], the grid [batch, points, 2] as (x, y), samples [batch, points, channels].
// No static data and no allocation: this module borrows its memory (see src/wasm/heap-kernels.ts).
// The same mathematics in plain loops: src/ops/grid-sample-loops.ts.

// Where the point at hand lies: the pixel to the upper left and how far from it, both weights, and pixels per unit of the grid.
let column: i32 = 0;
let row: i32 = 0;
let fractionX: f64 = 0;
let fractionY: f64 = 0;
let rateX: f64 = 0;
let rateY: f64 = 0;

let position: f64 = 0;
let rate: f64 = 0;

/** Sets position and rate of one coordinate. */
@inline
function locate(coordinate: f64, size: i32, reflects: bool, aligned: bool): void {
  const unit: f64 = aligned ? <f64>(size - 1) * 0.5 : <f64>size * 0.5;
  const low: f64 = aligned ? 0 : -0.5;
  const distance = (coordinate + 1) * unit;
  rate = unit;
  if (!reflects) {
    position = max(-2.0, min(<f64>(size + 1), distance + low));
    return;
  }
  const span = 2 * unit;
  if (span == 0) {
    position = 0;
    rate = 0;
    return;
  }
  const away = abs(distance);
  const flips = floor(away / span);
  const isOdd = flips - 2 * floor(flips * 0.5) == 1;
  const rest = away - flips * span;
  const folded = (isOdd ? span - rest : rest) + low;
  const last = <f64>(size - 1);
  position = max(0.0, min(last, folded));
  rate = folded > 0 && folded < last ? (isOdd != distance < 0 ? -unit : unit) : 0;
}

/** A number that is none counts as pixel 0, with weights that are none either. */
@inline
function pixelBelow(value: f64): i32 {
  return value == value ? <i32>floor(value) : 0;
}

@inline
function place(grid: usize, height: i32, width: i32, reflects: bool, aligned: bool): void {
  locate(<f64>load<f32>(grid), width, reflects, aligned);
  column = pixelBelow(position);
  fractionX = position - <f64>column;
  rateX = rate;
  locate(<f64>load<f32>(grid, 4), height, reflects, aligned);
  row = pixelBelow(position);
  fractionY = position - <f64>row;
  rateY = rate;
}

/** y += w·x. */
@inline
function addScaled(y: usize, x: usize, count: i32, w: f32): void {
  const weight = f32x4.splat(w);
  let c = 0;
  for (; c < count - 3; c += 4, y += 16, x += 16) v128.store(y, f32x4.add(v128.load(y), f32x4.mul(weight, v128.load(x))));
  for (; c < count; c++, y += 4, x += 4) store<f32>(y, load<f32>(y) + w * load<f32>(x));
}

/** Σ x·y. */
@inline
function dot(x: usize, y: usize, count: i32): f64 {
  let sums = f32x4.splat(0);
  let c = 0;
  for (; c < count - 3; c += 4, x += 16, y += 16) sums = f32x4.add(sums, f32x4.mul(v128.load(x), v128.load(y)));
  let sum: f64 =
    <f64>f32x4.extract_lane(sums, 0) +
    <f64>f32x4.extract_lane(sums, 1) +
    <f64>f32x4.extract_lane(sums, 2) +
    <f64>f32x4.extract_lane(sums, 3);
  for (; c < count; c++, x += 4, y += 4) sum += <f64>load<f32>(x) * <f64>load<f32>(y);
  return sum;
}

/** samples = the images at the grid. */
export function gridSample(
  images: usize, grid: usize, samples: usize,
  batch: i32, height: i32, width: i32, channels: i32, points: i32, reflects: bool, aligned: bool,
): void {
  const bytes = (<usize>channels) << 2;
  const line = <usize>width * bytes;
  const imageBytes = <usize>height * line;
  for (let n = 0; n < batch; n++, images += imageBytes) {
    for (let p = 0; p < points; p++, grid += 8, samples += bytes) {
      place(grid, height, width, reflects, aligned);
      const w3 = <f32>(fractionX * fractionY);
      const w2 = <f32>((1 - fractionX) * fractionY);
      const w1 = <f32>(fractionX * (1 - fractionY));
      const w0 = <f32>((1 - fractionX) * (1 - fractionY));
      const corner = images + <usize>row * line + <usize>column * bytes;
      if (row >= 0 && row < height - 1 && column >= 0 && column < width - 1) {
        let a = corner;
        let b = corner + line;
        let out = samples;
        const v0 = f32x4.splat(w0);
        const v1 = f32x4.splat(w1);
        const v2 = f32x4.splat(w2);
        const v3 = f32x4.splat(w3);
        let c = 0;
        for (; c < channels - 3; c += 4, a += 16, b += 16, out += 16) {
          const top = f32x4.add(f32x4.mul(v0, v128.load(a)), f32x4.mul(v1, v128.load(a + bytes)));
          const bottom = f32x4.add(f32x4.mul(v2, v128.load(b)), f32x4.mul(v3, v128.load(b + bytes)));
          v128.store(out, f32x4.add(top, bottom));
        }
        for (; c < channels; c++, a += 4, b += 4, out += 4) {
          const top = w0 * load<f32>(a) + w1 * load<f32>(a + bytes);
          store<f32>(out, top + (w2 * load<f32>(b) + w3 * load<f32>(b + bytes)));
        }
        continue;
      }
      memory.fill(samples, 0, bytes);
      const hasLeft = column >= 0 && column < width;
      const hasRight = column >= -1 && column < width - 1;
      if (row >= 0 && row < height) {
        if (hasLeft) addScaled(samples, corner, channels, w0);
        if (hasRight) addScaled(samples, corner + bytes, channels, w1);
      }
      if (row >= -1 && row < height - 1) {
        if (hasLeft) addScaled(samples, corner + line, channels, w2);
        if (hasRight) addScaled(samples, corner + line + bytes, channels, w3);
      }
    }
  }
}

/** images = the adjoint of {@link gridSample} applied to samples. */
export function gridSampleImages(
  samples: usize, grid: usize, images: usize,
  batch: i32, height: i32, width: i32, channels: i32, points: i32, reflects: bool, aligned: bool,
): void {
  const bytes = (<usize>channels) << 2;
  const line = <usize>width * bytes;
  const imageBytes = <usize>height * line;
  memory.fill(images, 0, <usize>batch * imageBytes);
  for (let n = 0; n < batch; n++, images += imageBytes) {
    for (let p = 0; p < points; p++, grid += 8, samples += bytes) {
      place(grid, height, width, reflects, aligned);
      const corner = images + <usize>row * line + <usize>column * bytes;
      const hasLeft = column >= 0 && column < width;
      const hasRight = column >= -1 && column < width - 1;
      if (row >= 0 && row < height) {
        if (hasLeft) addScaled(corner, samples, channels, <f32>((1 - fractionX) * (1 - fractionY)));
        if (hasRight) addScaled(corner + bytes, samples, channels, <f32>(fractionX * (1 - fractionY)));
      }
      if (row >= -1 && row < height - 1) {
        if (hasLeft) addScaled(corner + line, samples, channels, <f32>((1 - fractionX) * fractionY));
        if (hasRight) addScaled(corner + line + bytes, samples, channels, <f32>(fractionX * fractionY));
      }
    }
  }
}

/** gradient [batch, points, 2] = what the grid changes in Σ samples·dy. */
export function gridSampleGrid(
  dy: usize, images: usize, grid: usize, gradient: usize,
  batch: i32, height: i32, width: i32, channels: i32, points: i32, reflects: bool, aligned: bool,
): void {
  const bytes = (<usize>channels) << 2;
  const line = <usize>width * bytes;
  const imageBytes = <usize>height * line;
  for (let n = 0; n < batch; n++, images += imageBytes) {
    for (let p = 0; p < points; p++, grid += 8, gradient += 8, dy += bytes) {
      place(grid, height, width, reflects, aligned);
      const corner = images + <usize>row * line + <usize>column * bytes;
      const hasLeft = column >= 0 && column < width;
      const hasRight = column >= -1 && column < width - 1;
      let byX: f64 = 0;
      let byY: f64 = 0;
      if (row >= 0 && row < height) {
        const left: f64 = hasLeft ? dot(dy, corner, channels) : 0;
        const right: f64 = hasRight ? dot(dy, corner + bytes, channels) : 0;
        byX += (right - left) * (1 - fractionY);
        byY -= left * (1 - fractionX) + right * fractionX;
      }
      if (row >= -1 && row < height - 1) {
        const left: f64 = hasLeft ? dot(dy, corner + line, channels) : 0;
        const right: f64 = hasRight ? dot(dy, corner + line + bytes, channels) : 0;
        byX += (right - left) * fractionY;
        byY += left * (1 - fractionX) + right * fractionX;
      }
      store<f32>(gradient, <f32>(byX * rateX));
      store<f32>(gradient, <f32>(byY * rateY), 4);
    }
  }
}
