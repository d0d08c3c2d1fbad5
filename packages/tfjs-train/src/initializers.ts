import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, type Rng } from "repro-kit";

/** Normal(0, std²), drawn on the host: the same on every backend. */
export function normalInit(rng: Rng, shape: readonly number[], std: number): tf.Tensor {
  return tf.tensor(rng.fillNormal(new Float32Array(tf.util.sizeFromShape([...shape])), 0, std), [...shape]);
}

/** Uniform in [low, high), drawn on the host. */
export function uniformInit(rng: Rng, shape: readonly number[], low: number, high: number): tf.Tensor {
  return tf.tensor(rng.fillUniform(new Float32Array(tf.util.sizeFromShape([...shape])), low, high), [...shape]);
}

/**
 * PyTorch's default for weights and biases of dense and convolution layers: uniform in ±1/√fanIn.
 *
 * @param fanIn - Inputs of one output: in·height·width. PyTorch's transposed convolution counts out·height·width.
 * @see torch.nn.Linear.reset_parameters; He et al. 2015 with a = √5.
 */
export function kaimingUniform(rng: Rng, shape: readonly number[], fanIn: number): tf.Tensor {
  expect(fanIn > 0, "kaimingUniform", `fanIn must be positive; got ${fanIn}.`);
  const bound = 1 / Math.sqrt(fanIn);
  return uniformInit(rng, shape, -bound, bound);
}

/**
 * Glorot's uniform in ±√(6 / (fanIn + fanOut)).
 *
 * @throws UsageError unless both fans are positive.
 *
 * @see Glorot & Bengio 2010, eq. 16.
 */
export function xavierUniform(rng: Rng, shape: readonly number[], fanIn: number, fanOut: number): tf.Tensor {
  expectFans("xavierUniform", fanIn, fanOut);
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  return uniformInit(rng, shape, -bound, bound);
}

/**
 * He's normal for layers before a ReLU of the given slope: std = √(2 / (1 + slope²)) / √fan.
 *
 * @param fan - Inputs of one output (`fan_in`) or outputs of one input (`fan_out`).
 * @see He et al. 2015, eq. 10 and 15; torch.nn.init.kaiming_normal_.
 */
export function kaimingNormal(rng: Rng, shape: readonly number[], fan: number, slope = 0): tf.Tensor {
  expect(fan > 0, "kaimingNormal", `fan must be positive; got ${fan}.`);
  return normalInit(rng, shape, Math.sqrt(2 / (1 + slope * slope) / fan));
}

/**
 * Glorot's normal with std √(2 / (fanIn + fanOut)).
 *
 * @see Glorot & Bengio 2010; torch.nn.init.xavier_normal_.
 */
export function xavierNormal(rng: Rng, shape: readonly number[], fanIn: number, fanOut: number): tf.Tensor {
  expectFans("xavierNormal", fanIn, fanOut);
  return normalInit(rng, shape, Math.sqrt(2 / (fanIn + fanOut)));
}

function expectFans(scope: string, fanIn: number, fanOut: number): void {
  expect(fanIn > 0 && fanOut > 0, scope, `fanIn and fanOut must be positive; got ${fanIn} and ${fanOut}.`);
}

export interface TruncatedNormalOptions {
  readonly std?: number;
  readonly mean?: number;
  /** Smallest value, in units of the values, not of std. Default −2. */
  readonly low?: number;
  /** Largest value. Default 2. */
  readonly high?: number;
}

/**
 * Normal(mean, std²) of which only what lies in [low, high] is kept.
 *
 * @throws UsageError unless std > 0, low < high, and the interval reaches within 6 standard deviations of the mean.
 * @see torch.nn.init.trunc_normal_.
 */
export function truncatedNormal(rng: Rng, shape: readonly number[], options: TruncatedNormalOptions = {}): tf.Tensor {
  checkOptions("truncatedNormal", options, ["std", "mean", "low", "high"]);
  const { std = 1, mean = 0, low = -2, high = 2 } = options;
  expect(std > 0 && low < high, "truncatedNormal", `std must be above 0 and low below high; got ${std}, ${low}, ${high}.`);
  const [from, to] = [(low - mean) / std, (high - mean) / std];
  expect(from < 6 && to > -6, "truncatedNormal", "the interval must reach within 6 standard deviations of the mean.");
  const values = new Float32Array(tf.util.sizeFromShape([...shape]));
  for (let i = 0; i < values.length; i++) values[i] = mean + std * standardBetween(rng, from, to);
  return tf.tensor(values, [...shape]);
}

/**
 * A standard normal number in [from, to], by rejection: of normal numbers where at least every tenth lies there, else of uniform ones
 * and, far out, of exponential ones, so that it never takes long.
 *
 * @see Robert 1995, "Simulation of truncated normal variables", Prop. 2.3 (λ = from instead of the best rate).
 */
function standardBetween(rng: Rng, from: number, to: number): number {
  if (from <= 1 && to >= -1 && to - from >= 1) {
    let draw = rng.normal();
    while (draw < from || draw > to) draw = rng.normal();
    return draw;
  }
  if (to < 0) return -standardBetween(rng, -to, -from);
  const least = Math.max(from, 0);
  const isTail = from > 1 && to - from > 1 / from;
  for (;;) {
    const draw = isTail ? from - Math.log1p(-rng.uniform()) / from : from + (to - from) * rng.uniform();
    const logAcceptance = isTail ? -((draw - from) ** 2) / 2 : (least * least - draw * draw) / 2;
    if (draw <= to && rng.uniform() < Math.exp(logAcceptance)) return draw;
  }
}

/**
 * A matrix with orthonormal rows or columns (whichever are fewer), times `gain`: the Q of a normal matrix, with signs such that
 * it is uniform over orthogonal matrices. The last axis is the outputs, all others the inputs.
 *
 * @see Saxe et al. 2014; Mezzadri 2007 for the signs; torch.nn.init.orthogonal_.
 */
export function orthogonal(rng: Rng, shape: readonly number[], gain = 1): tf.Tensor {
  expect(shape.length >= 2, "orthogonal", `shape must have at least two axes; got [${shape}].`);
  const columns = shape[shape.length - 1];
  const rows = tf.util.sizeFromShape([...shape]) / columns;
  const [count, size] = rows < columns ? [rows, columns] : [columns, rows]; // `count` vectors of `size` entries
  const vectors = Array.from({ length: count }, () => rng.fillNormal(new Float64Array(size), 0, 1));
  // Gram–Schmidt, twice for its rounding; it leaves R's diagonal positive, which is what makes Q uniform.
  vectors.forEach((vector, i) => {
    for (let pass = 0; pass < 2; pass++)
      for (const earlier of vectors.slice(0, i)) {
        const overlap = dot(vector, earlier);
        for (let k = 0; k < size; k++) vector[k] -= overlap * earlier[k];
      }
    const norm = Math.sqrt(dot(vector, vector));
    for (let k = 0; k < size; k++) vector[k] /= norm;
  });
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      values[row * columns + column] = gain * (rows < columns ? vectors[row][column] : vectors[column][row]);
  return tf.tensor(values, [...shape]);
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
