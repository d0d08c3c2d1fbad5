import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

interface ArgmaxAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid" | number;
  readonly includeBatchInIndex: boolean;
}

/**
 * Maxima of windows and where they are, [batch, height, width, channels] → two of the pooled shape; of several the first, as on the
 * other backends and in PyTorch (the stock kernel of wasm takes the last).
 */
export const maxPoolWithArgmax: tf.KernelFunc = (call) => {
  const { filterSize, strides, pad, includeBatchInIndex } = call.attrs as unknown as ArgmaxAttributes; // as tf.maxPoolWithArgmax passes them
  const { x } = call.inputs as Record<string, tf.TensorInfo>; // never absent
  const backend = call.backend as BackendWasm; // registered there only
  const info = tf.backend_util.computePool2DInfo(x.shape as [number, number, number, number], filterSize, strides, 1, pad);
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
  const outputs = [backend.makeOutput(info.outShape, "float32"), backend.makeOutput(info.outShape, "int32")];
  const pixels = backend.typedArrayFromHeap(x);
  const maxima = backend.typedArrayFromHeap(outputs[0]);
  const indices = backend.typedArrayFromHeap(outputs[1]);
  maxima.fill(Number.NEGATIVE_INFINITY);
  indices.fill(-1);
  let out = 0;
  for (let image = 0; image < batchSize; image++) {
    const first = image * inHeight * inWidth * channels;
    const origin = includeBatchInIndex ? 0 : first;
    for (let y = 0; y < outHeight; y++) {
      const top = y * strideHeight - padInfo.top;
      for (let x = 0; x < outWidth; x++, out += channels) {
        const left = x * strideWidth - padInfo.left;
        const right = Math.min(left + info.filterWidth, inWidth);
        for (let row = Math.max(0, top); row < Math.min(top + info.filterHeight, inHeight); row++)
          for (let column = Math.max(0, left); column < right; column++) {
            const pixel = first + (row * inWidth + column) * channels;
            for (let channel = 0; channel < channels; channel++) {
              if (!(pixels[pixel + channel] > maxima[out + channel])) continue;
              maxima[out + channel] = pixels[pixel + channel];
              indices[out + channel] = pixel + channel - origin;
            }
          }
      }
    }
  }
  return outputs;
};
