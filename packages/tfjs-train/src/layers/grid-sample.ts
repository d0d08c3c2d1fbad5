import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, listKnown } from "repro-kit";
import { composedGridSample } from "../gradients/grid-sample.ts";
import { GRID_SAMPLE } from "../ops/grid-sample-kernels.ts";
import type { GridPadding } from "../ops/grid-sample-loops.ts";

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
 * surface; at a pixel's very middle that of the side to the right and below; under "reflection" it is 0 beyond the outermost middles. Call `ready()` first.
 *
 * @param images - [batch, height, width, channels], float32.
 * @param grid - [batch, gridHeight, gridWidth, 2], float32, (x, y) in units of half the image; any finite value.
 * @returns [batch, gridHeight, gridWidth, channels].
 * @throws UsageError if the shapes do not go together or an option is unknown.
 * Cost: four products an entry, twice that backwards, in one pass on cpu and wasm; elsewhere (and for second derivatives by the grid) it is
 * composed of gathers, which takes about ten times as long.
 * @see PyTorch, torch.nn.functional.grid_sample (NCHW there, NHWC here; the grid is the same).
 */
export function gridSample(images: tf.Tensor4D, grid: tf.Tensor4D, options: GridSampleOptions = {}): tf.Tensor4D {
  checkOptions(SCOPE, options, ["padding", "alignCorners"]);
  const { padding = "zeros", alignCorners = false } = options;
  expect(PADDINGS.includes(padding), SCOPE, () => `no padding "${padding}"; ${listKnown(padding, PADDINGS)}`);
  expect(typeof alignCorners === "boolean", SCOPE, `alignCorners must be true or false; got ${alignCorners}.`);
  checkShapes(images, grid);
  const geometry = { padding, alignCorners };
  return tf.tidy(
    () =>
      tf.getKernel(GRID_SAMPLE, tf.getBackend())
        ? tf.engine().runKernel(GRID_SAMPLE, { images, grid }, geometry)
        : (composedGridSample(images, grid, geometry) as tf.Tensor4D), // reshaped to rank 4
  );
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
