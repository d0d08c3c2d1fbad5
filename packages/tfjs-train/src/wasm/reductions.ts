import * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, defineWasmKernel, release, type WasmKernel } from "./heap.ts";
import { heapKernels } from "./heap-kernels.ts";
import { callStock } from "./stock-kernels.ts";

/**
 * Sum and mean over leading axes (the moments of a batch, the gradient of a bias) by one pass over the rows, in double
 * precision; the stock kernel transposes first. Every other reduction goes to the stock kernel.
 */
export const leadingReductions: readonly WasmKernel[] = ["Sum", "Mean"].map((name) =>
  defineWasmKernel<{ axis: number | number[]; keepDims: boolean }>(name, (call) => {
    const { x } = call.inputs;
    const { backend, attributes } = call;
    const axes = tf.util.parseAxisParam(attributes.axis, x.shape).sort((a, b) => a - b);
    const isLeading = axes.length > 0 && axes.length < x.shape.length && axes.every((axis, i) => axis === i);
    if (x.dtype !== "float32" || !isLeading) return callStock(name, call);
    const rest = x.shape.slice(axes.length);
    const columns = tf.util.sizeFromShape(rest);
    const rows = tf.util.sizeFromShape(x.shape.slice(0, axes.length));
    const out = allocate(backend, attributes.keepDims ? [...axes.map(() => 1), ...rest] : rest);
    const scratch = allocate(backend, [2 * columns]); // 8 bytes a column
    const factor = name === "Mean" ? 1 / rows : 1;
    heapKernels(backend).columnSums(
      addressOf(backend, x),
      rows,
      columns,
      addressOf(backend, out),
      factor,
      addressOf(backend, scratch),
    );
    release(backend, scratch);
    return out;
  }),
);
