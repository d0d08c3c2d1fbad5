import {
  activate, curvature, ELU, LINEAR, LRELU, RELU, SELU, SIGMOID, slope, SOFTPLUS, SWISH, TANH,
} from "./_activation-functions";

// Order 0 is the activation itself; 1 and 2 multiply `factor` by a derivative.
// @ts-ignore: decorator
@inline
function pass(
  order: i32, kind: i32, factor: usize, x: usize, bias: usize, y: usize, rows: i32, columns: i32,
  alpha: f32, gain: f32, clamp: f32,
): void {
  const alphas = f32x4.splat(alpha);
  const gains = f32x4.splat(gain);
  const limit = f32x4.splat(clamp);
  const hasClamp = clamp < Infinity;
  const bytes: usize = (<usize>columns) << 2;
  const blocks = bytes & ~15;
  for (let i = 0; i < rows; i++) {
    for (let k: usize = 0; k < bytes; ) {
      // What is left of a row goes one by one through the same code.
      const isWhole = k < blocks;
      let z = isWhole ? v128.load(x + k) : v128.load32_splat(x + k);
      if (bias) z = f32x4.add(z, isWhole ? v128.load(bias + k) : v128.load32_splat(bias + k));
      let out: v128;
      if (order == 0) {
        out = f32x4.mul(activate(kind, z, alphas), gains);
        out = f32x4.max(f32x4.min(out, limit), f32x4.neg(limit));
      } else {
        const f = isWhole ? v128.load(factor + k) : v128.load32_splat(factor + k);
        out = f32x4.mul(f32x4.mul(f, order == 1 ? slope(kind, z, alphas) : curvature(kind, z)), gains);
        // Beyond the clamp the result is constant; NaN is not beyond it.
        if (hasClamp) out = v128.andnot(out, f32x4.gt(f32x4.abs(f32x4.mul(activate(kind, z, alphas), gains)), limit));
      }
      if (isWhole) {
        v128.store(y + k, out);
        k += 16;
      } else {
        store<f32>(y + k, f32x4.extract_lane(out, 0));
        k += 4;
      }
    }
    x += bytes;
    y += bytes;
    if (order != 0) factor += bytes;
  }
}

// @ts-ignore: decorator
@inline
function choose(
  order: i32, factor: usize, x: usize, bias: usize, y: usize, rows: i32, columns: i32,
  kind: i32, alpha: f32, gain: f32, clamp: f32,
): void {
  if (kind == TANH) pass(order, TANH, factor, x, bias, y, rows, columns, alpha, gain, clamp);
  else if (kind == SIGMOID) pass(order, SIGMOID, factor, x, bias, y, rows, columns, alpha, gain, clamp);
  else if (kind == ELU) pass(order, ELU, factor, x, bias, y, rows, columns, alpha, gain, clamp);
  else if (kind == SELU) pass(order, SELU, factor, x, bias, y, rows, columns, alpha, gain, clamp);
  else if (kind == SOFTPLUS) pass(order, SOFTPLUS, factor, x, bias, y, rows, columns, alpha, gain, clamp);
  else if (kind == SWISH) pass(order, SWISH, factor, x, bias, y, rows, columns, alpha, gain, clamp);
  else if (order == 2) memory.fill(y, 0, ((<usize>rows) * (<usize>columns)) << 2); // the rest is straight in pieces
  else if (kind == RELU) pass(order, RELU, factor, x, bias, y, rows, columns, alpha, gain, clamp);
  else if (kind == LRELU) pass(order, LRELU, factor, x, bias, y, rows, columns, alpha, gain, clamp);
  else pass(order, LINEAR, factor, x, bias, y, rows, columns, alpha, gain, clamp);
}

/** y = g(x + bias)·gain, kept in [−clamp, clamp], over rows of `columns` values; bias 0 is none, an infinite clamp is none. */
export function biasAct(
  x: usize, bias: usize, y: usize, rows: i32, columns: i32, kind: i32, alpha: f32, gain: f32, clamp: f32,
): void {
  choose(0, 0, x, bias, y, rows, columns, kind, alpha, gain, clamp);
}

/** out = factor·g⁽ᵒʳᵈᵉʳ⁾(x + bias)·gain where the result was not clamped, else 0; order 1 or 2. */
export function biasActDerivative(
  factor: usize, x: usize, bias: usize, out: usize, rows: i32, columns: i32,
  order: i32, kind: i32, alpha: f32, gain: f32, clamp: f32,
): void {
  if (order == 1) choose(1, factor, x, bias, out, rows, columns, kind, alpha, gain, clamp);
  else choose(2, factor, x, bias, out, rows, columns, kind, alpha, gain, clamp);
}
