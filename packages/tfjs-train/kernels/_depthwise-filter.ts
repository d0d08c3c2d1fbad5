// @ts-ignore: decorator
@inline
function ceilDivide(a: i32, b: i32): i32 {
  return a > 0 ? (a + b - 1) / b : -(-a / b);
}

/**
 * dw[u, v, c] = Σ x[n, i·strideHeight + u·dilationHeight − top, j·strideWidth + v·dilationWidth − left, c]·dy[n, i, j, c].
 * One row of windows at a time, which stays in the first-level cache while all taps pass over it; rows are summed by themselves
 * first, which keeps long sums exact.
 */
export function depthwiseFilterGradient(
  x: usize, dy: usize, dw: usize, batch: i32, height: i32, width: i32, outHeight: i32, outWidth: i32, channels: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32,
  top: i32, left: i32,
): void {
  const bytes: usize = (<usize>channels) << 2;
  const wide = bytes & ~63;
  const narrow = bytes & ~15;
  const step = bytes * strideWidth;
  memory.fill(dw, 0, bytes * filterHeight * filterWidth);
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < outHeight; i++) {
      const gradientRow = dy + (<usize>((n * outHeight + i) * outWidth)) * bytes;
      for (let u = 0; u < filterHeight; u++) {
        const row = i * strideHeight + u * dilationHeight - top;
        if (row < 0 || row >= height) continue;
        const imageRow = x + (<usize>((n * height + row) * width)) * bytes;
        for (let v = 0; v < filterWidth; v++) {
          const shift = v * dilationWidth - left;
          const first = max(0, ceilDivide(-shift, strideWidth));
          const end = min(outWidth, ceilDivide(width - shift, strideWidth));
          if (first >= end) continue;
          const source = imageRow + (<usize>(first * strideWidth + shift)) * bytes;
          const gradient = gradientRow + (<usize>first) * bytes;
          const gradientEnd = gradientRow + (<usize>end) * bytes;
          const target = dw + (<usize>(u * filterWidth + v)) * bytes;
          let c: usize = 0;
          for (; c < wide; c += 64) {
            let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0);
            let p = source + c;
            for (let q = gradient + c; q < gradientEnd; q += bytes, p += step) {
              a0 = f32x4.add(a0, f32x4.mul(v128.load(p), v128.load(q)));
              a1 = f32x4.add(a1, f32x4.mul(v128.load(p, 16), v128.load(q, 16)));
              a2 = f32x4.add(a2, f32x4.mul(v128.load(p, 32), v128.load(q, 32)));
              a3 = f32x4.add(a3, f32x4.mul(v128.load(p, 48), v128.load(q, 48)));
            }
            v128.store(target + c, f32x4.add(v128.load(target + c), a0));
            v128.store(target + c, f32x4.add(v128.load(target + c, 16), a1), 16);
            v128.store(target + c, f32x4.add(v128.load(target + c, 32), a2), 32);
            v128.store(target + c, f32x4.add(v128.load(target + c, 48), a3), 48);
          }
          for (; c < narrow; c += 16) {
            let sum = f32x4.splat(0);
            let p = source + c;
            for (let q = gradient + c; q < gradientEnd; q += bytes, p += step)
              sum = f32x4.add(sum, f32x4.mul(v128.load(p), v128.load(q)));
            v128.store(target + c, f32x4.add(v128.load(target + c), sum));
          }
          for (; c < bytes; c += 4) {
            let sum: f32 = 0;
            let p = source + c;
            for (let q = gradient + c; q < gradientEnd; q += bytes, p += step) sum += load<f32>(p) * load<f32>(q);
            store<f32>(target + c, load<f32>(target + c) + sum);
          }
        }
      }
    }
  }
}
