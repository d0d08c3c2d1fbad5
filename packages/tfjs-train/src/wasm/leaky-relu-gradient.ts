import * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, defineWasmKernel } from "./heap.ts";
import { heapKernels } from "./heap-kernels.ts";

/** dy where x > 0, else slope·dy, in one pass; slope 0 is the gradient of relu. Inputs dy and x of one shape. */
export const leakyReluGradient = defineWasmKernel<{ slope: number }>(
  "LeakyReluGradient",
  ({ inputs: { dy, x }, backend, attributes }) => {
    const out = allocate(backend, x.shape);
    const count = tf.util.sizeFromShape(x.shape);
    heapKernels(backend).leakyReluGradient(
      addressOf(backend, dy),
      addressOf(backend, x),
      addressOf(backend, out),
      count,
      attributes.slope,
    );
    return out;
  },
);
