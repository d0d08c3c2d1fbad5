// Filters whose taps are listed beforehand, one table an axis, so that the same loop pads, crops, up- and down-samples and dilates:
// what falls outside the image, or on the zeros between its pixels, is simply not in the table.
//
// A table of an axis with n output places: n + 1 starts (i32), then pairs (byte offset of the source, byte offset of the weight).

/** The pair at which place i of a table with `places` places begins; that of i + 1 is where it ends. */
// @ts-ignore: decorator
@inline
function pairAt(table: usize, places: i32, i: i32): usize {
  return table + ((<usize>(places + 1)) << 2) + ((<usize>load<i32>(table + ((<usize>i) << 2))) << 3);
}

// @ts-ignore: decorator
@inline
function weightAt(entry: usize, c: usize, isPerChannel: bool): v128 {
  return isPerChannel ? v128.load(load<usize>(entry, 4) + c) : v128.load32_splat(load<usize>(entry, 4));
}

/** y = Σ weight·x over two taps, whose addresses and weights fit the registers. */
// @ts-ignore: decorator
@inline
function twoTaps(y: usize, bytes: usize, list: usize): void {
  const p = load<usize>(list), q = load<usize>(list, 8);
  const a = v128.load32_splat(load<usize>(list, 4)), b = v128.load32_splat(load<usize>(list, 12));
  const blocks = bytes & ~15;
  let c: usize = 0;
  for (; c < blocks; c += 16)
    v128.store(y + c, f32x4.add(f32x4.mul(v128.load(p + c), a), f32x4.mul(v128.load(q + c), b)));
  for (; c < bytes; c += 4)
    store<f32>(y + c, load<f32>(p + c) * f32x4.extract_lane(a, 0) + load<f32>(q + c) * f32x4.extract_lane(b, 0));
}

/** The same of four. */
// @ts-ignore: decorator
@inline
function fourTaps(y: usize, bytes: usize, list: usize): void {
  const p = load<usize>(list), q = load<usize>(list, 8), r = load<usize>(list, 16), s = load<usize>(list, 24);
  const w0 = v128.load32_splat(load<usize>(list, 4)), w1 = v128.load32_splat(load<usize>(list, 12));
  const w2 = v128.load32_splat(load<usize>(list, 20)), w3 = v128.load32_splat(load<usize>(list, 28));
  const wide = bytes & ~31;
  const blocks = bytes & ~15;
  let c: usize = 0;
  for (; c < wide; c += 32) {
    let a = f32x4.add(f32x4.mul(v128.load(p + c), w0), f32x4.mul(v128.load(q + c), w1));
    let b = f32x4.add(f32x4.mul(v128.load(p + c, 16), w0), f32x4.mul(v128.load(q + c, 16), w1));
    a = f32x4.add(f32x4.add(a, f32x4.mul(v128.load(r + c), w2)), f32x4.mul(v128.load(s + c), w3));
    b = f32x4.add(f32x4.add(b, f32x4.mul(v128.load(r + c, 16), w2)), f32x4.mul(v128.load(s + c, 16), w3));
    v128.store(y + c, a);
    v128.store(y + c, b, 16);
  }
  for (; c < blocks; c += 16) {
    const a = f32x4.add(f32x4.mul(v128.load(p + c), w0), f32x4.mul(v128.load(q + c), w1));
    v128.store(y + c, f32x4.add(f32x4.add(a, f32x4.mul(v128.load(r + c), w2)), f32x4.mul(v128.load(s + c), w3)));
  }
  for (; c < bytes; c += 4) {
    const a = load<f32>(p + c) * f32x4.extract_lane(w0, 0) + load<f32>(q + c) * f32x4.extract_lane(w1, 0);
    store<f32>(y + c, a + load<f32>(r + c) * f32x4.extract_lane(w2, 0) + load<f32>(s + c) * f32x4.extract_lane(w3, 0));
  }
}

/** One row of places: `width` times `bytes` from y on. The taps are those of one row place and every column place. */
// @ts-ignore: decorator
@inline
function tapRow(
  x: usize, y: usize, rowStart: usize, rowEnd: usize, columns: usize, width: i32, bytes: usize,
  weights: usize, list: usize, isPerChannel: bool, accumulates: bool,
): void {
  const wide = bytes & ~63;
  const narrow = bytes & ~15;
  for (let j = 0; j < width; j++, y += bytes) {
    const columnStart = pairAt(columns, width, j);
    const columnEnd = pairAt(columns, width, j + 1);
    let end = list;
    for (let r = rowStart; r < rowEnd; r += 8) {
      const source = x + load<usize>(r);
      const weight = weights + load<usize>(r, 4);
      for (let c = columnStart; c < columnEnd; c += 8, end += 8) {
        store<usize>(end, source + load<usize>(c));
        store<usize>(end, weight + load<usize>(c, 4), 4);
      }
    }
    if (!isPerChannel && !accumulates) {
      if (end == list + 32) {
        fourTaps(y, bytes, list);
        continue;
      }
      if (end == list + 16) {
        twoTaps(y, bytes, list);
        continue;
      }
    }
    let c: usize = 0;
    for (; c < wide; c += 64) {
      const target = y + c;
      let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
      if (accumulates) {
        a0 = v128.load(target);
        a1 = v128.load(target, 16);
        a2 = v128.load(target, 32);
        a3 = v128.load(target, 48);
      }
      for (let p = list; p < end; p += 8) {
        const source = load<usize>(p) + c;
        if (isPerChannel) {
          const weight = load<usize>(p, 4) + c;
          a0 = f32x4.add(a0, f32x4.mul(v128.load(source), v128.load(weight)));
          a1 = f32x4.add(a1, f32x4.mul(v128.load(source, 16), v128.load(weight, 16)));
          a2 = f32x4.add(a2, f32x4.mul(v128.load(source, 32), v128.load(weight, 32)));
          a3 = f32x4.add(a3, f32x4.mul(v128.load(source, 48), v128.load(weight, 48)));
        } else {
          const weight = weightAt(p, c, false);
          a0 = f32x4.add(a0, f32x4.mul(v128.load(source), weight));
          a1 = f32x4.add(a1, f32x4.mul(v128.load(source, 16), weight));
          a2 = f32x4.add(a2, f32x4.mul(v128.load(source, 32), weight));
          a3 = f32x4.add(a3, f32x4.mul(v128.load(source, 48), weight));
        }
      }
      v128.store(target, a0);
      v128.store(target, a1, 16);
      v128.store(target, a2, 32);
      v128.store(target, a3, 48);
    }
    for (; c < narrow; c += 16) {
      let sum = accumulates ? v128.load(y + c) : f32x4.splat(0);
      for (let p = list; p < end; p += 8)
        sum = f32x4.add(sum, f32x4.mul(v128.load(load<usize>(p) + c), weightAt(p, c, isPerChannel)));
      v128.store(y + c, sum);
    }
    for (; c < bytes; c += 4) {
      let sum: f32 = accumulates ? load<f32>(y + c) : 0;
      for (let p = list; p < end; p += 8)
        sum += load<f32>(load<usize>(p) + c) * load<f32>(load<usize>(p, 4) + (isPerChannel ? c : 0));
      store<f32>(y + c, sum);
    }
  }
}

// @ts-ignore: decorator
@inline
function tapSums(
  x: usize, y: usize, planes: i32, planeBytes: usize, outHeight: i32, outWidth: i32, channels: i32,
  rows: usize, columns: usize, weights: usize, list: usize, isPerChannel: bool, accumulates: bool,
): void {
  const bytes: usize = (<usize>channels) << 2;
  for (let n = 0; n < planes; n++, x += planeBytes) {
    for (let i = 0; i < outHeight; i++, y += bytes * outWidth) {
      const start = pairAt(rows, outHeight, i);
      const end = pairAt(rows, outHeight, i + 1);
      tapRow(x, y, start, end, columns, outWidth, bytes, weights, list, isPerChannel, accumulates);
    }
  }
}

/** y[n, i, j, c] = Σ over the taps of (i, j) of weight·x[n, source, c]; `list` is room for 8 bytes a tap of one pixel. */
export function filterTaps(
  x: usize, y: usize, planes: i32, planeBytes: usize, outHeight: i32, outWidth: i32, channels: i32,
  rows: usize, columns: usize, weights: usize, list: usize,
): void {
  tapSums(x, y, planes, planeBytes, outHeight, outWidth, channels, rows, columns, weights, list, false, false);
}

/** The same with weights of each channel's own, [taps, channels]; `accumulates` adds to y. */
export function filterTapsByChannel(
  x: usize, y: usize, planes: i32, planeBytes: usize, outHeight: i32, outWidth: i32, channels: i32,
  rows: usize, columns: usize, weights: usize, list: usize, accumulates: bool,
): void {
  if (accumulates) tapSums(x, y, planes, planeBytes, outHeight, outWidth, channels, rows, columns, weights, list, true, true);
  else tapSums(x, y, planes, planeBytes, outHeight, outWidth, channels, rows, columns, weights, list, true, false);
}

/**
 * The same with a filter that is a column times a row: each row of the result is filtered down the image into `line`
 * (width·channels floats, which stay in the cache), and along it from there. `single` is a table of one place with one tap.
 */
export function filterTapsByAxes(
  x: usize, y: usize, planes: i32, planeBytes: usize, outHeight: i32, width: i32, outWidth: i32, channels: i32,
  rows: usize, columns: usize, single: usize, columnWeights: usize, rowWeights: usize, list: usize, line: usize,
): void {
  const bytes: usize = (<usize>channels) << 2;
  const singleStart = pairAt(single, 1, 0);
  for (let n = 0; n < planes; n++, x += planeBytes) {
    for (let i = 0; i < outHeight; i++, y += bytes * outWidth) {
      const start = pairAt(rows, outHeight, i);
      const end = pairAt(rows, outHeight, i + 1);
      tapRow(x, line, start, end, single, 1, bytes * width, columnWeights, list, false, false);
      tapRow(line, y, singleStart, singleStart + 8, columns, outWidth, bytes, rowWeights, list, false, false);
    }
  }
}
