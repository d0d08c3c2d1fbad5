import * as tf from "@tensorflow/tfjs-core";
import { opAttributes, type TensorflowBackend } from "./backend.ts";

/**
 * Convolution of few windows as products of matrices. To bring a filter into oneDNN's order takes as long as 200 windows or so, and
 * TensorFlow does it in every call: the last stages of a ResNet-50 at 64 px, 64 windows, take four times as long with oneDNN.
 *
 * y = windows·W, dW = windowsᵀ·dy, dx = places·(dy·Wᵀ), with the windows written out as rows [batch·outHeight·outWidth, taps·in] and
 * `places` adding up what every tap of every window gives to a pixel.
 */
type Info = tf.backend_util.Conv2DInfo;

/** Whether the filter covers the images, so that a convolution is a product of matrices, a row an image. */
export function isOneWindow(info: Info): boolean {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, dataFormat } = info;
  const covers = outHeight === 1 && outWidth === 1 && inHeight === filterHeight && inWidth === filterWidth;
  return covers && dataFormat === "channelsLast";
}

/** Whether there are fewer windows than channels of the result. */
export function hasFewWindows({ batchSize, outHeight, outWidth, outChannels, dataFormat }: Info): boolean {
  return dataFormat === "channelsLast" && batchSize * outHeight * outWidth <= outChannels;
}

/** Whether the sum over windows is little beside the product with the filter. */
export function hasFewPixels({ inHeight, inWidth, outChannels }: Info): boolean {
  return 4 * inHeight * inWidth <= outChannels;
}

/** Whether every pixel is in one window, at one tap, in their order: the images are their windows. */
function isPartition(info: Info): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  const isBare = [padInfo.top, padInfo.bottom, padInfo.left, padInfo.right].every((side) => side === 0);
  return isBare && (isOneWindow(info) || (filterHeight * filterWidth === 1 && strideHeight * strideWidth === 1));
}

/** A tensor as rows. */
const rowsOf = (x: tf.TensorInfo, columns: number): tf.Tensor2D => tf.reshape(x as tf.Tensor, [-1, columns]); // the engine's own tensors

/** [batch·outHeight·outWidth, taps·in]; `images` have their zeros, or get TensorFlow's own with "SAME". */
function windowsOf(backend: TensorflowBackend, info: Info, padding: "SAME" | "VALID", images: tf.TensorInfo): tf.Tensor2D {
  const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels } = info;
  const columns = filterHeight * filterWidth * inChannels;
  if (isPartition(info)) return rowsOf(images, columns);
  const settings = opAttributes(backend, {
    ksizes: [1, filterHeight, filterWidth, 1],
    strides: [1, strideHeight, strideWidth, 1],
    rates: [1, 1, 1, 1],
    padding,
  });
  return rowsOf(backend.executeSingleOutput("ExtractImagePatches", settings, [images]), columns);
}

/** y = windows·W. */
export function productOfFew(
  backend: TensorflowBackend,
  info: Info,
  padding: "SAME" | "VALID",
  images: tf.TensorInfo,
  filter: tf.TensorInfo,
): tf.Tensor {
  return tf.tidy(() => {
    const windows = windowsOf(backend, info, padding, images);
    return tf.reshape(tf.matMul(windows, rowsOf(filter, info.outChannels)), info.outShape);
  });
}

/** dW = windowsᵀ·dy. */
export function filterGradientOfFew(
  backend: TensorflowBackend,
  info: Info,
  padding: "SAME" | "VALID",
  images: tf.TensorInfo,
  dy: tf.TensorInfo,
): tf.Tensor {
  return tf.tidy(() => {
    const windows = windowsOf(backend, info, padding, images);
    return tf.reshape(tf.matMul(windows, rowsOf(dy, info.outChannels), true), info.filterShape);
  });
}

/** dx = places·(dy·Wᵀ). */
export function inputGradientOfFew(info: Info, dy: tf.TensorInfo, filter: tf.TensorInfo): tf.Tensor {
  const { batchSize, inChannels, outChannels, inShape } = info;
  return tf.tidy(() => {
    const gifts = tf.matMul(rowsOf(dy, outChannels), rowsOf(filter, outChannels), false, true); // [batch·outHeight·outWidth, taps·in]
    if (isPartition(info)) return tf.reshape(gifts, inShape);
    const perImage = tf.reshape(gifts, [batchSize, -1, inChannels]) as tf.Tensor3D; // [batch, outHeight·outWidth·taps, in]
    return tf.reshape(tf.matMul(placesOf(info), perImage), inShape);
  });
}

/** 1 where a tap of a window (in columns) falls on a pixel (in rows): [1, inHeight·inWidth, outHeight·outWidth·taps]. */
function placesOf(info: Info): tf.Tensor3D {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  const columns = outHeight * outWidth * filterHeight * filterWidth;
  const places = new Float32Array(inHeight * inWidth * columns);
  let column = 0;
  for (let row = 0; row < outHeight; row++)
    for (let place = 0; place < outWidth; place++)
      for (let tapRow = 0; tapRow < filterHeight; tapRow++)
        for (let tap = 0; tap < filterWidth; tap++, column++) {
          const y = row * strideHeight + tapRow - padInfo.top;
          const x = place * strideWidth + tap - padInfo.left;
          if (y >= 0 && y < inHeight && x >= 0 && x < inWidth) places[(y * inWidth + x) * columns + column] = 1;
        }
  return tf.tensor3d(places, [1, inHeight * inWidth, columns]);
}
