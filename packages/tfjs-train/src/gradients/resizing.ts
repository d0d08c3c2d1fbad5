import * as tf from "@tensorflow/tfjs-core";
import { defineGradient, type GradientRule } from "./gradient-rule.ts";
import { type ResizeKind, resizeMatrix } from "./resize-matrix.ts";

function resizeGradient(kernel: string, kind: ResizeKind): GradientRule {
  return defineGradient<{ alignCorners: boolean; halfPixelCenters: boolean }>(kernel, ["images"], (dy, [images], options) => ({
    images: () => {
      const [batch, height, width, channels] = images.shape;
      const [, newHeight, newWidth] = dy.shape;
      // A resize is linear and separable: rows times columns. Its adjoint is the product with both matrices transposed.
      const rows = tf.tensor2d(resizeMatrix(kind, height, newHeight, options), [newHeight, height]);
      const columns = tf.tensor2d(resizeMatrix(kind, width, newWidth, options), [newWidth, width]);
      const byRow = tf.matMul(rows, tf.reshape(dy, [batch, newHeight, newWidth * channels]), true); // [batch, height, newWidth·channels]
      const byColumn = tf.matMul(columns, tf.reshape(byRow, [batch * height, newWidth, channels]), true);
      return tf.reshape(byColumn, [batch, height, width, channels]);
    },
  }));
}

export const resizeGradients: readonly GradientRule[] = [
  resizeGradient("ResizeBilinear", "bilinear"),
  resizeGradient("ResizeNearestNeighbor", "nearest"),
];
