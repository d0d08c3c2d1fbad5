import * as tf from "@tensorflow/tfjs-core";
import { hasFused, offTape } from "../fused.ts";
import { GRID_SAMPLE, GRID_SAMPLE_GRID, GRID_SAMPLE_IMAGES, type GridSampleAttributes } from "../ops/grid-sample-kernels.ts";
import type { GridGeometry } from "../ops/grid-sample-loops.ts";
import { defineGradient, type GradientRule, runKernel } from "./gradient-rule.ts";

/** One of the two pixels of an axis between which each point lies, [batch, points]; indices and slopes are not on the tape. */
interface AxisSample {
  readonly index: tf.Tensor;
  readonly weight: tf.Tensor;
  /** Of the weight, by the coordinate. */
  readonly slope: tf.Tensor;
}

function axisSamples(coordinates: tf.Tensor, size: number, geometry: GridGeometry): AxisSample[] {
  const { position, rate } = positions(coordinates, size, geometry);
  const below = offTape(() => tf.floor(position));
  const fraction = tf.sub(position, below);
  return [0, 1].map((offset) => {
    const [place, isInside, slope] = offTape(() => {
      const at = tf.add(below, offset);
      const nearest = tf.clipByValue(at, 0, size - 1);
      const inside = tf.cast(tf.equal(nearest, at), "float32");
      const index = tf.where(tf.isNaN(nearest), tf.zerosLike(nearest), nearest); // the weight is none then
      return [tf.cast(index, "int32"), inside, tf.mul(tf.mul(inside, rate), offset === 1 ? 1 : -1)];
    });
    // Pixels outside count nothing. (Under reflection the only one is beyond the last, with weight 0.)
    return { index: place, weight: tf.mul(offset === 1 ? fraction : tf.sub(1, fraction), isInside), slope };
  });
}

/** Coordinates in pixels, and pixels per unit of the coordinate (off the tape). */
function positions(coordinates: tf.Tensor, size: number, { padding, alignCorners }: GridGeometry) {
  const unit = alignCorners ? (size - 1) / 2 : size / 2;
  const low = alignCorners ? 0 : -0.5;
  const raw = tf.mul(tf.add(coordinates, 1), unit); // from `low`
  if (padding === "zeros") return { position: tf.add(raw, low), rate: offTape(() => tf.fill(raw.shape, unit)) };
  const span = 2 * unit;
  if (span === 0) return { position: tf.zerosLike(raw), rate: offTape(() => tf.zerosLike(raw)) };
  // In pieces of one span there and back: slope 1 in the even ones, −1 in the odd ones, and 0 from the outermost middles on.
  const [slope, start] = offTape(() => {
    const distance = tf.abs(raw);
    const flips = tf.floor(tf.div(distance, span));
    const isOdd = tf.sub(flips, tf.mul(tf.floor(tf.div(flips, 2)), 2));
    const direction = tf.sub(1, tf.mul(isOdd, 2));
    const folded = tf.add(tf.add(tf.mul(tf.sub(distance, tf.mul(flips, span)), direction), tf.mul(isOdd, span)), low);
    const isBetween = tf.cast(tf.logicalAnd(tf.greater(folded, 0), tf.less(folded, size - 1)), "float32");
    const slopeThere = tf.mul(tf.mul(direction, isBetween), tf.sub(1, tf.mul(tf.cast(tf.less(raw, 0), "float32"), 2)));
    return [slopeThere, tf.sub(tf.clipByValue(folded, 0, size - 1), tf.mul(slopeThere, raw))];
  });
  return { position: tf.add(tf.mul(raw, slope), start), rate: offTape(() => tf.mul(slope, unit)) };
}

/** A pixel around each point: its channels, [batch · points, channels], and the samples of both axes that name it. */
interface Corner {
  readonly pixels: tf.Tensor;
  readonly row: AxisSample;
  readonly column: AxisSample;
}

function cornersOf(images: tf.Tensor, grid: tf.Tensor, geometry: GridGeometry): Corner[] {
  const [batch, height, width, channels] = images.shape;
  const points = tf.reshape(grid, [batch, -1, 2]);
  const [x, y] = tf.split(points, 2, 2).map((half) => tf.squeeze(half, [2]));
  const columns = axisSamples(x, width, geometry);
  const rows = axisSamples(y, height, geometry);
  const flat = tf.reshape(images, [batch * height * width, channels]);
  return rows.flatMap((row) =>
    columns.map((column) => {
      const places = offTape(() => {
        const firsts = tf.mul(tf.range(0, batch, 1, "int32"), tf.scalar(height * width, "int32"));
        const within = tf.add(tf.mul(row.index, tf.scalar(width, "int32")), column.index); // [batch, points]
        return tf.reshape(tf.add(within, tf.reshape(firsts, [batch, 1])), [-1]) as tf.Tensor1D; // reshaped to rank 1
      });
      return { pixels: tf.gather(flat, places), row, column };
    }),
  );
}

const channelsOf = (images: tf.Tensor): number => images.shape[images.rank - 1];

/** gridSample of plain ops, each of which can be differentiated again and again. */
export function composedGridSample(images: tf.Tensor, grid: tf.Tensor, geometry: GridGeometry): tf.Tensor {
  const parts = cornersOf(images, grid, geometry).map(({ pixels, row, column }) =>
    tf.mul(pixels, tf.reshape(tf.mul(row.weight, column.weight), [-1, 1])),
  );
  return tf.reshape(tf.addN(parts), [...grid.shape.slice(0, 3), channelsOf(images)]);
}

/** What the grid's coordinates change in Σ samples·dy, [batch, gridHeight, gridWidth, 2]; by the kernel where nothing differentiates it again. */
function gridGradient(dy: tf.Tensor, images: tf.Tensor, grid: tf.Tensor, geometry: GridGeometry): tf.Tensor {
  if (hasFused(GRID_SAMPLE_GRID, 0)) return runKernel(GRID_SAMPLE_GRID, { dy, images, grid }, { ...geometry });
  const flat = tf.reshape(dy, [-1, channelsOf(images)]);
  const parts = cornersOf(images, grid, geometry).map(({ pixels, row, column }) => {
    const products = tf.reshape(tf.sum(tf.mul(flat, pixels), 1), row.weight.shape); // [batch, points]
    return tf.stack(
      [tf.mul(row.weight, column.slope), tf.mul(row.slope, column.weight)].map((by) => tf.mul(products, by)),
      2,
    );
  });
  return tf.reshape(tf.addN(parts), grid.shape);
}

const geometryOf = ({ padding, alignCorners }: GridSampleAttributes): GridGeometry => ({ padding, alignCorners });

/** A sample is linear in the images: the two kernels are each other's derivatives, and share the one by the grid. */
export const gridSampleGradients: readonly GradientRule[] = [
  defineGradient<GridSampleAttributes>(GRID_SAMPLE, ["images", "grid"], (dy, [images, grid], attributes) => {
    const geometry = geometryOf(attributes);
    return {
      images: () => runKernel(GRID_SAMPLE_IMAGES, { dy, grid }, { ...geometry, imageShape: images.shape }),
      grid: () => gridGradient(dy, images, grid, geometry),
    };
  }),
  defineGradient<GridSampleAttributes>(GRID_SAMPLE_IMAGES, ["dy", "grid"], (ddx, [dy, grid], attributes) => {
    const geometry = geometryOf(attributes);
    return {
      dy: () => runKernel(GRID_SAMPLE, { images: ddx, grid }, { ...geometry }),
      grid: () => gridGradient(dy, ddx, grid, geometry),
    };
  }),
];
