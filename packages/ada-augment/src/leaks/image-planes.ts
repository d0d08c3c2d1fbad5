/** One image as planes of plain numbers: luma, and for colour images the two directions across grey. */
export interface ImagePlanes {
  readonly height: number;
  readonly width: number;
  readonly luma: Float64Array;
  /** Red against green, and yellow against blue; none for grey images. */
  readonly chroma: readonly Float64Array[];
  /** Red, green and blue, or grey alone. */
  readonly channels: readonly Float64Array[];
}

/** @param pixels - height·width·channels numbers in [−1, 1], row-major. */
export function imagePlanes(
  pixels: ArrayLike<number>,
  { height, width, channels }: { height: number; width: number; channels: number },
): ImagePlanes {
  const count = height * width;
  const planes = Array.from({ length: channels }, (_, c) => {
    const plane = new Float64Array(count);
    for (let i = 0; i < count; i++) plane[i] = pixels[i * channels + c];
    return plane;
  });
  if (channels === 1) return { height, width, luma: planes[0], chroma: [], channels: planes };
  const [red, green, blue] = planes;
  return {
    height,
    width,
    luma: red.map((r, i) => (r + green[i] + blue[i]) / 3),
    chroma: [red.map((r, i) => (r - green[i]) * Math.SQRT1_2), red.map((r, i) => (r + green[i] - 2 * blue[i]) / Math.sqrt(6))],
    channels: planes,
  };
}

/** Mean and standard deviation. */
export function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / values.length - mean * mean)) };
}

/** Quantiles: the values below which shares of all lie, each of them a value that is there. */
export function quantilesOf(values: Float64Array, shares: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return shares.map((share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
}
