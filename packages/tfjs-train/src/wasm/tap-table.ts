/** One axis of a filter: place p of the output reads source (p·down − padBefore + k·dilation) / up with tap k, where that is a whole number in range. */
interface TapAxis {
  readonly inSize: number;
  readonly outSize: number;
  readonly up: number;
  readonly down: number;
  /** Zeros before the (spread out) input; negative where it is cropped. */
  readonly padBefore: number;
  readonly taps: number;
  /** Distance of two taps. Default 1. */
  readonly dilation?: number;
  /** Whether tap k carries the weight taps − 1 − k. */
  readonly isFlipped: boolean;
}

/** The table that kernels/_tap-sums.ts reads. */
interface TapTable {
  readonly table: Int32Array;
  /** Largest number of taps at one place. */
  readonly most: number;
}

/**
 * Lists the taps of every place of an axis.
 *
 * @param sourceBytes - Distance of two neighbours of the source in memory.
 * @param weightBytes - Distance of two neighbouring weights.
 */
export function tapTable(axis: TapAxis, sourceBytes: number, weightBytes: number): TapTable {
  const { inSize, outSize, up, down, padBefore, taps, dilation = 1, isFlipped } = axis;
  const starts: number[] = [0];
  const pairs: number[] = [];
  let most = 0;
  for (let place = 0; place < outSize; place++) {
    for (let k = 0; k < taps; k++) {
      const position = place * down - padBefore + k * dilation;
      if (position < 0 || position % up !== 0 || position / up >= inSize) continue;
      pairs.push((position / up) * sourceBytes, (isFlipped ? taps - 1 - k : k) * weightBytes);
    }
    starts.push(pairs.length / 2);
    most = Math.max(most, starts[place + 1] - starts[place]);
  }
  return { table: Int32Array.from([...starts, ...pairs]), most };
}

/** The table of an axis that is not filtered: one place, its source and weight at the start. */
export const singleTap: TapTable = { table: Int32Array.of(0, 1, 0, 0), most: 1 };
