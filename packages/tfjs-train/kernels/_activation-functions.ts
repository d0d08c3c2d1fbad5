// The nine activations of StyleGAN2-ADA's bias_act with their first and second derivatives, four floats at a time.
import { expm1Negative, expNegative, log1pUnit } from "./_exponentials";

// Numbers of the activations, as src/ops/activations.ts lists them.
export const LINEAR: i32 = 0;
export const RELU: i32 = 1;
export const LRELU: i32 = 2;
export const TANH: i32 = 3;
export const SIGMOID: i32 = 4;
export const ELU: i32 = 5;
export const SELU: i32 = 6;
export const SOFTPLUS: i32 = 7;
export const SWISH: i32 = 8;

// Klambauer et al. 2017, App. A.4.
const SELU_ALPHA: f32 = 1.6732632423543772;
const SELU_SCALE: f32 = 1.0507009873554805;

// @ts-ignore: decorator
@inline
function negativeAbs(z: v128): v128 {
  return f32x4.neg(f32x4.abs(z));
}

// @ts-ignore: decorator
@inline
function isPositive(z: v128): v128 {
  return f32x4.gt(z, f32x4.splat(0));
}

/** 1/(1 + e^−z) of e = e^−|z|. */
// @ts-ignore: decorator
@inline
function sigmoidOf(z: v128, e: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(v128.bitselect(one, e, isPositive(z)), f32x4.add(one, e));
}

/** σ(1 − σ) = e/(1 + e)², the same on both sides of 0. */
// @ts-ignore: decorator
@inline
function sigmoidSlope(e: v128): v128 {
  const sum = f32x4.add(f32x4.splat(1), e);
  return f32x4.div(e, f32x4.mul(sum, sum));
}

/** tanh |z| = −t/(t + 2) with t = e^(−2|z|) − 1, with the sign of z. */
// @ts-ignore: decorator
@inline
function tanhOf(z: v128): v128 {
  const t = expm1Negative(f32x4.mul(f32x4.abs(z), f32x4.splat(-2)));
  const size = f32x4.div(f32x4.neg(t), f32x4.add(t, f32x4.splat(2)));
  return v128.or(size, v128.and(z, i32x4.splat(<i32>0x80000000)));
}

/** (e^z where z ≤ 0): the tail of elu and selu, 0 above. */
// @ts-ignore: decorator
@inline
function tailOf(z: v128): v128 {
  return v128.andnot(expNegative(f32x4.min(z, f32x4.splat(0))), isPositive(z));
}

// @ts-ignore: decorator
@inline
export function activate(kind: i32, z: v128, alpha: v128): v128 {
  const zero = f32x4.splat(0);
  if (kind == RELU) return f32x4.max(z, zero);
  if (kind == LRELU) return v128.bitselect(z, f32x4.mul(z, alpha), isPositive(z));
  if (kind == TANH) return tanhOf(z);
  if (kind == SIGMOID) return sigmoidOf(z, expNegative(negativeAbs(z)));
  if (kind == ELU) return v128.bitselect(z, expm1Negative(f32x4.min(z, zero)), isPositive(z));
  if (kind == SELU) {
    const tail = f32x4.mul(expm1Negative(f32x4.min(z, zero)), f32x4.splat(SELU_SCALE * SELU_ALPHA));
    return v128.bitselect(f32x4.mul(z, f32x4.splat(SELU_SCALE)), tail, isPositive(z));
  }
  if (kind == SOFTPLUS) return f32x4.add(f32x4.max(z, zero), log1pUnit(expNegative(negativeAbs(z))));
  if (kind == SWISH) return f32x4.mul(z, sigmoidOf(z, expNegative(negativeAbs(z))));
  return z;
}

// @ts-ignore: decorator
@inline
export function slope(kind: i32, z: v128, alpha: v128): v128 {
  const one = f32x4.splat(1);
  if (kind == RELU) return v128.and(one, isPositive(z));
  if (kind == LRELU) return v128.bitselect(one, alpha, isPositive(z));
  if (kind == TANH) return f32x4.mul(sigmoidSlope(expNegative(f32x4.mul(f32x4.abs(z), f32x4.splat(-2)))), f32x4.splat(4));
  if (kind == SIGMOID) return sigmoidSlope(expNegative(negativeAbs(z)));
  if (kind == ELU) return v128.bitselect(one, tailOf(z), isPositive(z));
  if (kind == SELU) {
    return v128.bitselect(f32x4.splat(SELU_SCALE), f32x4.mul(tailOf(z), f32x4.splat(SELU_SCALE * SELU_ALPHA)), isPositive(z));
  }
  if (kind == SOFTPLUS) return sigmoidOf(z, expNegative(negativeAbs(z)));
  if (kind == SWISH) {
    const e = expNegative(negativeAbs(z));
    return f32x4.add(sigmoidOf(z, e), f32x4.mul(z, sigmoidSlope(e)));
  }
  return one;
}

// @ts-ignore: decorator
@inline
export function curvature(kind: i32, z: v128): v128 {
  const one = f32x4.splat(1);
  if (kind == TANH) {
    const rise = f32x4.mul(sigmoidSlope(expNegative(f32x4.mul(f32x4.abs(z), f32x4.splat(-2)))), f32x4.splat(-8));
    return f32x4.mul(rise, tanhOf(z));
  }
  if (kind == ELU) return tailOf(z);
  if (kind == SELU) return f32x4.mul(tailOf(z), f32x4.splat(SELU_SCALE * SELU_ALPHA));
  if (kind == SIGMOID || kind == SOFTPLUS || kind == SWISH) {
    const e = expNegative(negativeAbs(z));
    const rise = sigmoidSlope(e);
    if (kind == SOFTPLUS) return rise;
    const sigmoid = sigmoidOf(z, e);
    const lean = f32x4.sub(one, f32x4.add(sigmoid, sigmoid));
    if (kind == SIGMOID) return f32x4.mul(rise, lean);
    return f32x4.mul(rise, f32x4.add(f32x4.splat(2), f32x4.mul(z, lean)));
  }
  return f32x4.splat(0);
}
