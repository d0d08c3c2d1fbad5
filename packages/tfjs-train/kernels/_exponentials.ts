// exp and what is made of it, four floats at a time, for arguments at most 0: all that sigmoid, tanh, elu and softplus need.
// Polynomials of Moshier's Cephes (expf.c, logf.c, single precision), errors of about one unit in the last place. NaN stays NaN.

// @ts-ignore: decorator
@inline
function nearestPower(x: v128): v128 {
  return f32x4.nearest(f32x4.mul(x, f32x4.splat(<f32>1.44269504088896341)));
}

/** 2ⁿ for whole n in [−126, 127]. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
}

/** eʳ − 1 for r = x − n·log 2, |r| ≤ 0.35. */
// @ts-ignore: decorator
@inline
function reducedExpm1(x: v128, n: v128): v128 {
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(<f32>0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(<f32>-2.12194440e-4)));
  let p = f32x4.splat(<f32>1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>5.0000001201e-1));
  return f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r);
}

/** eˣ for x ≤ 0; below −87 it stays at e^−87. */
// @ts-ignore: decorator
@inline
export function expNegative(x: v128): v128 {
  const z = f32x4.max(x, f32x4.splat(-87));
  const n = nearestPower(z);
  const scale = powerOfTwo(n);
  return f32x4.add(f32x4.mul(scale, reducedExpm1(z, n)), scale);
}

/** eˣ − 1 for x ≤ 0, without cancellation near 0. */
// @ts-ignore: decorator
@inline
export function expm1Negative(x: v128): v128 {
  const z = f32x4.max(x, f32x4.splat(-87));
  const n = nearestPower(z);
  const scale = powerOfTwo(n);
  return f32x4.add(f32x4.mul(scale, reducedExpm1(z, n)), f32x4.sub(scale, f32x4.splat(1)));
}

/** log(1 + e) for 0 ≤ e ≤ 1: of the half, with log 2 added, where 1 + e is above √2. */
// @ts-ignore: decorator
@inline
export function log1pUnit(e: v128): v128 {
  const isLarge = f32x4.gt(e, f32x4.splat(<f32>0.41421356237));
  const f = v128.bitselect(f32x4.mul(f32x4.sub(e, f32x4.splat(1)), f32x4.splat(0.5)), e, isLarge);
  const z = f32x4.mul(f, f);
  let p = f32x4.splat(<f32>7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>-1.1514610310e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>1.1676998740e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(<f32>3.3333331174e-1));
  let y = f32x4.mul(f32x4.mul(p, f), z);
  y = f32x4.sub(y, f32x4.mul(z, f32x4.splat(0.5)));
  y = f32x4.add(y, v128.and(isLarge, f32x4.splat(<f32>-2.12194440e-4)));
  return f32x4.add(f32x4.add(f, y), v128.and(isLarge, f32x4.splat(<f32>0.693359375)));
}
