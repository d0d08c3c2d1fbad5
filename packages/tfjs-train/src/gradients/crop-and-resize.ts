import * as tf from "@tensorflow/tfjs-core";
import { asFloat, defineGradient, type GradientRule, zeroGradient } from "./gradient-rule.ts";

interface CropAttributes {
  readonly cropSize: [number, number];
  readonly method: "bilinear" | "nearest";
}

/** One axis of a crop: where it samples, with which weights, and how these change. */
interface AxisSampling {
  /** [boxes, crop, size]: the weight of each pixel in each sample; a row of zeros where the sample lies outside. */
  readonly weights: tf.Tensor3D;
  /** The same shape: derivative of the weights by the sample's position. */
  readonly slopes: tf.Tensor3D;
  /** [crop]: how much of (low, high) of the box is in each sample's position, times size − 1. */
  readonly shares: readonly [tf.Tensor1D, tf.Tensor1D];
}

/** Samples at low·(1−t) + high·t for t from 0 to 1, in units of size − 1 pixels; a single sample lies in the middle. */
function sampleAxis(low: tf.Tensor1D, high: tf.Tensor1D, crop: number, size: number, method: string): AxisSampling {
  const fractions = Array.from({ length: crop }, (_, i) => (crop > 1 ? i / (crop - 1) : 0.5));
  const shareOfHigh = tf.tensor1d(fractions.map((t) => t * (size - 1)));
  const shareOfLow = tf.tensor1d(fractions.map((t) => (1 - t) * (size - 1)));
  const positions = tf.add(
    tf.mul(tf.expandDims(low, 1), tf.expandDims(shareOfLow, 0)),
    tf.mul(tf.expandDims(high, 1), tf.expandDims(shareOfHigh, 0)),
  ); // [boxes, crop]
  const inside = asFloat(tf.logicalAnd(tf.greaterEqual(positions, 0), tf.lessEqual(positions, size - 1)));
  const pixels = tf.range(0, size, 1, "float32");
  const masked = (weights: tf.Tensor) => tf.mul(weights, tf.expandDims(inside, 2)) as tf.Tensor3D; // [boxes, crop, size]
  if (method === "nearest") {
    const nearest = tf.expandDims(tf.floor(tf.add(positions, 0.5)), 2);
    const weights = masked(asFloat(tf.equal(nearest, pixels)));
    return { weights, slopes: tf.zerosLike(weights), shares: [shareOfLow, shareOfHigh] };
  }
  const distance = tf.sub(tf.expandDims(positions, 2), pixels);
  const weights = tf.relu(tf.sub(1, tf.abs(distance)));
  const slopes = tf.neg(tf.mul(tf.sign(distance), tf.step(weights)));
  return { weights: masked(weights), slopes: masked(slopes), shares: [shareOfLow, shareOfHigh] };
}

/** A crop is rows · image · columnsᵀ, box by box; this is one of the two products. [boxes, m, n] with [boxes, n, …] → [boxes, m, …]. */
function applyRows(matrix: tf.Tensor3D, images: tf.Tensor, transpose = false): tf.Tensor {
  const [boxes, first, second, channels] = images.shape;
  const rows = matrix.shape[transpose ? 2 : 1];
  const product = tf.matMul<tf.Tensor>(matrix, tf.reshape(images, [boxes, first, second * channels]), transpose);
  return tf.reshape(product, [boxes, rows, second, channels]);
}

const swapped = (images: tf.Tensor) => tf.transpose(images, [0, 2, 1, 3]); // rows for columns

/** Σ over all but the first two axes: [boxes, m, …] and [boxes, n, …] → [boxes, m, n]. */
function pairwise(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const flat = (x: tf.Tensor) => {
    const [boxes, first] = x.shape;
    return tf.reshape(x, [boxes, first, -1]);
  };
  return tf.matMul(flat(a), flat(b), false, true);
}

const columnOf = (boxes: tf.Tensor, index: number) =>
  tf.reshape(tf.slice(boxes, [0, index], [boxes.shape[0], 1]), [boxes.shape[0]]) as tf.Tensor1D; // reshaped to rank 1

export const cropGradients: readonly GradientRule[] = [
  defineGradient<CropAttributes>("CropAndResize", ["image", "boxes", "boxInd"], (dy, [image, boxes, boxInd], attributes) => {
    const { cropSize, method } = attributes;
    const [batch, height, width] = image.shape;
    // A box is (y1, x1, y2, x2) in fractions of the image.
    const rowSampling = () => sampleAxis(columnOf(boxes, 0), columnOf(boxes, 2), cropSize[0], height, method);
    const columnSampling = () => sampleAxis(columnOf(boxes, 1), columnOf(boxes, 3), cropSize[1], width, method);
    return {
      image: () => {
        const byRow = applyRows(rowSampling().weights, dy, true); // [boxes, height, cropWidth, channels]
        const byColumn = swapped(applyRows(columnSampling().weights, swapped(byRow), true)); // [boxes, height, width, channels]
        return tf.unsortedSegmentSum(byColumn, boxInd as tf.Tensor1D, batch); // of rank 1, the kernel sees to it
      },
      boxes: () => {
        const rows = rowSampling();
        const columns = columnSampling();
        const picked = tf.gather(image, boxInd as tf.Tensor1D); // as above; [boxes, height, width, channels]
        const acrossColumns = swapped(applyRows(columns.weights, swapped(picked))); // [boxes, height, cropWidth, channels]
        const acrossRows = applyRows(rows.weights, picked); // [boxes, cropHeight, width, channels]
        const byPosition = (sampling: AxisSampling, weightGradient: tf.Tensor) =>
          tf.sum(tf.mul(weightGradient, sampling.slopes), 2); // [boxes, crop]
        const dRows = byPosition(rows, pairwise(dy, acrossColumns));
        const dColumns = byPosition(columns, pairwise(swapped(dy), swapped(acrossRows)));
        const share = (gradient: tf.Tensor, { shares }: AxisSampling, end: 0 | 1) => tf.sum(tf.mul(gradient, shares[end]), 1);
        return tf.stack(
          [share(dRows, rows, 0), share(dColumns, columns, 0), share(dRows, rows, 1), share(dColumns, columns, 1)],
          1,
        );
      },
      boxInd: zeroGradient(boxInd),
    };
  }),
];
