/**
 * How one axis is resampled: output i is Σ_t weights[i · maxTaps + t] · input[starts[i] + t] over t < counts[i].
 * Every filter of every library here comes down to two of these.
 */
export interface AxisPlan {
  readonly inSize: number;
  readonly outSize: number;
  readonly maxTaps: number;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** [outSize, maxTaps] */
  readonly weights: Float64Array;
}

/** Builds a plan from a function that gives the first input and the weights of an output. */
export function createAxisPlan(
  inSize: number,
  outSize: number,
  tapsOf: (index: number) => { start: number; weights: readonly number[] },
): AxisPlan {
  const taps = Array.from({ length: outSize }, (_, index) => tapsOf(index));
  const maxTaps = taps.reduce((most, { weights }) => Math.max(most, weights.length), 1);
  const weights = new Float64Array(outSize * maxTaps);
  taps.forEach((tap, index) => {
    weights.set(tap.weights, index * maxTaps);
  });
  return {
    inSize,
    outSize,
    maxTaps,
    starts: Int32Array.from(taps, ({ start }) => start),
    counts: Int32Array.from(taps, (tap) => tap.weights.length),
    weights,
  };
}

/** Resamples the rows of [height, width, channels] along the width. */
export function resampleWidth(
  from: ArrayLike<number>,
  height: number,
  channels: number,
  plan: AxisPlan,
  to: Float32Array | Float64Array,
): void {
  const { inSize, outSize, maxTaps, starts, counts, weights } = plan;
  let target = 0;
  for (let y = 0; y < height; y++) {
    const row = y * inSize * channels;
    for (let x = 0; x < outSize; x++) {
      const first = x * maxTaps;
      for (let c = 0; c < channels; c++) {
        let source = row + starts[x] * channels + c;
        let sum = 0;
        for (let t = first; t < first + counts[x]; t++, source += channels) sum += weights[t] * from[source];
        to[target++] = sum;
      }
    }
  }
}

/** Resamples the columns of [height, rowLength], `rowLength` being width · channels. */
export function resampleHeight(
  from: ArrayLike<number>,
  rowLength: number,
  plan: AxisPlan,
  to: Float32Array | Float64Array,
): void {
  const { outSize, maxTaps, starts, counts, weights } = plan;
  const sums = new Float64Array(rowLength);
  for (let y = 0; y < outSize; y++) {
    sums.fill(0);
    for (let t = 0; t < counts[y]; t++) {
      const weight = weights[y * maxTaps + t];
      const source = (starts[y] + t) * rowLength;
      for (let i = 0; i < rowLength; i++) sums[i] += weight * from[source + i];
    }
    to.set(sums, y * rowLength);
  }
}
