import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, listKnown } from "repro-kit";
import { offTape } from "../fused.ts";

/** What lies outside the image: nothing, or the image mirrored at its borders again and again. */
export type GridPadding = "zeros" | "reflection";

export interface GridSampleOptions {
  /** Default "zeros". */
  readonly padding?: GridPadding;
  /** Whether −1 and 1 are the middles of the outermost pixels (true) or the image's edges (false, the default). */
  readonly alignCorners?: boolean;
}

const SCOPE = "gridSample";
const PADDINGS: readonly GridPadding[] = ["zeros", "reflection"];

/**
 * Bilinear samples of images at the points of a grid, as `torch.nn.functional.grid_sample` takes them: y[n, i, j] is the image n at
 * grid[n, i, j] = (x, y), where −1 is the left or upper end and 1 the right or lower one.
 *
 * Differentiable any number of times by the images and by the grid. Between pixels the derivative by the grid is that of the bilinear
 * surface; at a pixel's very middle that of the side to the right and below; under "reflection" it is 0 beyond the outermost middles.
 *
 * @param images - [batch, height, width, channels], float32.
 * @param grid - [batch, gridHeight, gridWidth, 2], float32, (x, y) in units of half the image; any finite value.
 * @returns [batch, gridHeight, gridWidth, channels].
 * @throws UsageError if the shapes do not go together or an option is unknown.
 * Cost: four gathers of the result's size, the same backwards.
 * @see PyTorch, torch.nn.functional.grid_sample (NCHW there, NHWC here; the grid is the same).
 */
export function gridSample(images: tf.Tensor4D, grid: tf.Tensor4D, options: GridSampleOptions = {}): tf.Tensor4D {
  checkOptions(SCOPE, options, ["padding", "alignCorners"]);
  const { padding = "zeros", alignCorners = false } = options;
  expect(PADDINGS.includes(padding), SCOPE, () => `no padding "${padding}"; ${listKnown(padding, PADDINGS)}`);
  expect(typeof alignCorners === "boolean", SCOPE, `alignCorners must be true or false; got ${alignCorners}.`);
  checkShapes(images, grid);
  return tf.tidy(() => {
    const [batch, height, width, channels] = images.shape;
    const [, gridHeight, gridWidth] = grid.shape;
    const [x, y] = tf.split(tf.reshape(grid, [batch, gridHeight * gridWidth, 2]), 2, 2).map((half) => tf.squeeze(half, [2]));
    const columns = axisSamples(x, width, padding, alignCorners);
    const rows = axisSamples(y, height, padding, alignCorners);
    const pixels = tf.reshape(images, [batch * height * width, channels]);
    const firsts = tf.reshape(tf.mul(tf.range(0, batch, 1, "int32"), tf.scalar(height * width, "int32")), [batch, 1]);
    const corners = rows.flatMap((row) =>
      columns.map((column) => {
        const places = tf.add(tf.add(tf.mul(row.index, tf.scalar(width, "int32")), column.index), firsts); // [batch, points]
        const picked = tf.gather(pixels, tf.reshape(places, [-1]) as tf.Tensor1D); // [batch · points, channels]
        return tf.mul(picked, tf.reshape(tf.mul(row.weight, column.weight), [-1, 1]));
      }),
    );
    return tf.reshape(tf.addN(corners), [batch, gridHeight, gridWidth, channels]);
  });
}

/** One of the two pixels of an axis between which each sample lies, [batch, points]. */
interface AxisSample {
  readonly index: tf.Tensor;
  readonly weight: tf.Tensor;
}

function axisSamples(coordinates: tf.Tensor, size: number, padding: GridPadding, alignCorners: boolean): AxisSample[] {
  const raw = alignCorners
    ? tf.mul(tf.add(coordinates, 1), (size - 1) / 2)
    : tf.sub(tf.mul(tf.add(coordinates, 1), size / 2), 0.5);
  const position = padding === "reflection" ? reflected(raw, size, alignCorners) : raw;
  const below = offTape(() => tf.floor(position));
  const fraction = tf.sub(position, below);
  return [
    { offset: 0, weight: tf.sub(1, fraction) },
    { offset: 1, weight: fraction },
  ].map(({ offset, weight }) => {
    const [index, isInside] = offTape(() => {
      const at = tf.add(below, offset);
      const nearest = tf.clipByValue(at, 0, size - 1);
      return [tf.cast(nearest, "int32"), tf.cast(tf.equal(nearest, at), "float32")];
    });
    // Pixels outside count nothing. (Under reflection the only one is beyond the last, with weight 0.)
    return { index, weight: tf.mul(weight, isInside) };
  });
}

/** Positions folded back into the image at its first and last middles, or at its edges, and kept between the middles then. */
function reflected(position: tf.Tensor, size: number, alignCorners: boolean): tf.Tensor {
  const low = alignCorners ? 0 : -0.5;
  const span = alignCorners ? size - 1 : size;
  if (span === 0) return tf.zerosLike(position);
  const distance = tf.abs(tf.sub(position, low));
  // In pieces of one span there and back: slope 1 in the even ones, −1 in the odd ones, and 0 from the outermost middles on.
  const [slope, start] = offTape(() => {
    const flips = tf.floor(tf.div(distance, span));
    const isOdd = tf.sub(flips, tf.mul(tf.floor(tf.div(flips, 2)), 2));
    const slopeOf = tf.sub(1, tf.mul(isOdd, 2));
    const folded = tf.add(tf.add(tf.mul(tf.sub(distance, tf.mul(flips, span)), slopeOf), tf.mul(isOdd, span)), low);
    const isBetween = tf.cast(tf.logicalAnd(tf.greater(folded, 0), tf.less(folded, size - 1)), "float32");
    const slopeThere = tf.mul(slopeOf, isBetween);
    return [slopeThere, tf.sub(tf.clipByValue(folded, 0, size - 1), tf.mul(slopeThere, distance))];
  });
  return tf.add(tf.mul(distance, slope), start);
}

function checkShapes(images: tf.Tensor4D, grid: tf.Tensor4D): void {
  const name = (x: tf.Tensor) => `[${x.shape.join(", ")}] ${x.dtype}`;
  expect(
    images.rank === 4 && images.dtype === "float32" && images.shape.every((size) => size > 0),
    SCOPE,
    () => `images must be [batch, height, width, channels] of float32, none 0; got ${name(images)}.`,
  );
  expect(
    grid.rank === 4 && grid.dtype === "float32" && grid.shape[3] === 2 && grid.shape.every((size) => size > 0),
    SCOPE,
    () => `grid must be [batch, gridHeight, gridWidth, 2] of float32, none 0; got ${name(grid)}.`,
  );
  expect(
    images.shape[0] === grid.shape[0],
    SCOPE,
    () => `images and grid must have the same batch; got ${images.shape[0]} and ${grid.shape[0]}. Tile the smaller one.`,
  );
}
