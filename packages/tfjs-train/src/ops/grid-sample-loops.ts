/** What lies outside the image: nothing, or the image mirrored at its borders again and again. */
export type GridPadding = "zeros" | "reflection";

/** How grid coordinates become pixels. */
export interface GridGeometry {
  readonly padding: GridPadding;
  readonly alignCorners: boolean;
}

interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** One coordinate of every point: the pixel below it, how far above that it is, and pixels per unit of the coordinate there. */
interface Positions {
  readonly below: Int32Array;
  readonly fraction: Float32Array;
  readonly slope: Float32Array;
}

function locate(grid: ArrayLike<number>, axis: 0 | 1, size: number, { padding, alignCorners }: GridGeometry): Positions {
  const count = grid.length / 2;
  const below = new Int32Array(count);
  const fraction = new Float32Array(count);
  const slope = new Float32Array(count);
  const unit = alignCorners ? (size - 1) / 2 : size / 2;
  const low = alignCorners ? 0 : -0.5;
  const span = 2 * unit;
  for (let point = 0; point < count; point++) {
    const distance = (grid[2 * point + axis] + 1) * unit; // from `low`
    let position: number;
    let rate = unit;
    if (padding === "zeros")
      position = Math.max(-2, Math.min(size + 1, distance + low)); // farther out there is nothing either
    else if (span === 0) {
      position = 0;
      rate = 0;
    } else {
      const away = Math.abs(distance);
      const flips = Math.floor(away / span);
      const isOdd = flips % 2 === 1;
      const folded = isOdd ? span - (away - flips * span) : away - flips * span;
      position = Math.max(0, Math.min(size - 1, folded + low));
      const isBetween = folded + low > 0 && folded + low < size - 1;
      rate = isBetween ? (isOdd !== distance < 0 ? -unit : unit) : 0;
    }
    const floor = Math.floor(position);
    below[point] = floor;
    fraction[point] = position - floor;
    slope[point] = rate;
  }
  return { below, fraction, slope };
}

/** Calls `visit` for each of the four pixels around each point that is inside: where both begin, and the pixel's weight and its slopes by x and y. */
function forCorners(
  grid: ArrayLike<number>,
  batch: number,
  { height, width, channels }: ImageSize,
  geometry: GridGeometry,
  visit: (pixel: number, point: number, weight: number, slopeX: number, slopeY: number) => void,
): void {
  const x = locate(grid, 0, width, geometry);
  const y = locate(grid, 1, height, geometry);
  const points = x.below.length;
  const pointsPerImage = points / batch;
  for (let point = 0; point < points; point++) {
    const image = Math.floor(point / pointsPerImage) * height;
    for (let down = 0; down < 2; down++) {
      const row = y.below[point] + down;
      if (row < 0 || row >= height) continue;
      const weightY = down === 1 ? y.fraction[point] : 1 - y.fraction[point];
      const slopeY = down === 1 ? y.slope[point] : -y.slope[point];
      for (let right = 0; right < 2; right++) {
        const column = x.below[point] + right;
        if (column < 0 || column >= width) continue;
        const weightX = right === 1 ? x.fraction[point] : 1 - x.fraction[point];
        const slopeX = right === 1 ? x.slope[point] : -x.slope[point];
        const pixel = ((image + row) * width + column) * channels;
        visit(pixel, point, weightX * weightY, slopeX * weightY, weightX * slopeY);
      }
    }
  }
}

/** Arguments of the loops below; arrays are row-major, the grid [batch, points, 2], the samples [batch, points, channels]. */
export interface GridLoop {
  readonly grid: ArrayLike<number>;
  readonly batch: number;
  readonly size: ImageSize;
  readonly geometry: GridGeometry;
}
type Reals = Float32Array;

/** Adds the bilinear samples of the images to `samples`. */
export function addSamples({ grid, batch, size, geometry }: GridLoop, images: Reals, samples: Reals): void {
  const { channels } = size;
  forCorners(grid, batch, size, geometry, (pixel, point, weight) => {
    const first = point * channels;
    for (let c = 0; c < channels; c++) samples[first + c] += weight * images[pixel + c];
  });
}

/** The adjoint: adds each sample's gradient to the pixels that it was made of. */
export function addToImages({ grid, batch, size, geometry }: GridLoop, gradient: Reals, images: Reals): void {
  const { channels } = size;
  forCorners(grid, batch, size, geometry, (pixel, point, weight) => {
    const first = point * channels;
    for (let c = 0; c < channels; c++) images[pixel + c] += weight * gradient[first + c];
  });
}

/** Adds to `gridGradient` what the grid's coordinates change in Σ samples·gradient. */
export function addToGrid({ grid, batch, size, geometry }: GridLoop, gradient: Reals, images: Reals, gridGradient: Reals): void {
  const { channels } = size;
  forCorners(grid, batch, size, geometry, (pixel, point, _, slopeX, slopeY) => {
    const first = point * channels;
    let product = 0;
    for (let c = 0; c < channels; c++) product += gradient[first + c] * images[pixel + c];
    gridGradient[2 * point] += product * slopeX;
    gridGradient[2 * point + 1] += product * slopeY;
  });
}
