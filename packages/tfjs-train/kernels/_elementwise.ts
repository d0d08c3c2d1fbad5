/** a += b. */
export function addInto(a: usize, b: usize, count: i32): void {
  const end = a + ((<usize>count) << 2);
  const blocks = a + ((<usize>(count & ~3)) << 2);
  for (; a < blocks; a += 16, b += 16) v128.store(a, f32x4.add(v128.load(a), v128.load(b)));
  for (; a < end; a += 4, b += 4) store<f32>(a, load<f32>(a) + load<f32>(b));
}

/** out = dy where x > 0, else slope·dy. */
export function leakyReluGradient(dy: usize, x: usize, out: usize, count: i32, slope: f32): void {
  const end = out + ((<usize>count) << 2);
  const blocks = out + ((<usize>(count & ~3)) << 2);
  const slopes = f32x4.splat(slope);
  const zero = f32x4.splat(0);
  for (; out < blocks; out += 16, dy += 16, x += 16) {
    const g = v128.load(dy);
    v128.store(out, v128.bitselect(g, f32x4.mul(g, slopes), f32x4.gt(v128.load(x), zero)));
  }
  for (; out < end; out += 4, dy += 4, x += 4) {
    const g = load<f32>(dy);
    store<f32>(out, load<f32>(x) > 0 ? g : slope * g);
  }
}

/** y = x·scale[column] + shift[column] over rows of `columns` values. */
export function scaleShift(x: usize, y: usize, rows: i32, columns: i32, scale: usize, shift: usize): void {
  const blocks = columns & ~3;
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j < blocks; j += 4, x += 16, y += 16) {
      const k: usize = (<usize>j) << 2;
      v128.store(y, f32x4.add(f32x4.mul(v128.load(x), v128.load(scale + k)), v128.load(shift + k)));
    }
    for (; j < columns; j++, x += 4, y += 4) {
      const k: usize = (<usize>j) << 2;
      store<f32>(y, load<f32>(x) * load<f32>(scale + k) + load<f32>(shift + k));
    }
  }
}

/**
 * One step of Adam in one pass:
 *   g = grad + l2·θ, m' = β₁m + (1−β₁)g, v' = β₂v + (1−β₂)g², θ' = keep·θ − rate·m' / (√v'/c₂ + ε).
 */
export function adamStep(
  theta: usize, grad: usize, mean: usize, square: usize,
  newTheta: usize, newMean: usize, newSquare: usize, count: i32,
  beta1: f32, rest1: f32, beta2: f32, rest2: f32, rate: f32, correction2: f32, epsilon: f32, l2: f32, keep: f32,
): void {
  const b1 = f32x4.splat(beta1);
  const r1 = f32x4.splat(rest1);
  const b2 = f32x4.splat(beta2);
  const r2 = f32x4.splat(rest2);
  const eta = f32x4.splat(rate);
  const c2 = f32x4.splat(correction2);
  const eps = f32x4.splat(epsilon);
  const decay = f32x4.splat(l2);
  const kept = f32x4.splat(keep);
  const blocks: usize = (<usize>(count & ~3)) << 2;
  const bytes: usize = (<usize>count) << 2;
  let k: usize = 0;
  for (; k < blocks; k += 16) {
    const t = v128.load(theta + k);
    const g = f32x4.add(v128.load(grad + k), f32x4.mul(t, decay));
    const m = f32x4.add(f32x4.mul(v128.load(mean + k), b1), f32x4.mul(g, r1));
    const v = f32x4.add(f32x4.mul(v128.load(square + k), b2), f32x4.mul(f32x4.mul(g, g), r2));
    v128.store(newMean + k, m);
    v128.store(newSquare + k, v);
    const scale = f32x4.add(f32x4.div(f32x4.sqrt(v), c2), eps);
    v128.store(newTheta + k, f32x4.sub(f32x4.mul(t, kept), f32x4.mul(f32x4.div(m, scale), eta)));
  }
  for (; k < bytes; k += 4) {
    const t = load<f32>(theta + k);
    const g = load<f32>(grad + k) + t * l2;
    const m = load<f32>(mean + k) * beta1 + g * rest1;
    const v = load<f32>(square + k) * beta2 + g * g * rest2;
    store<f32>(newMean + k, m);
    store<f32>(newSquare + k, v);
    store<f32>(newTheta + k, t * keep - (m / (sqrt<f32>(v) / correction2 + epsilon)) * rate);
  }
}
