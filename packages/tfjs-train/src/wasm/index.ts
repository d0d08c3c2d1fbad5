import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { adamStep } from "./adam.ts";
import { batchNormTraining, batchNormTrainingGradient } from "./batch-norm.ts";
import { borrowedKernels } from "./borrowed.ts";
import { conv2DBackpropFilter } from "./conv2d-backprop-filter.ts";
import { conv2DBackpropInput } from "./conv2d-backprop-input.ts";
import type { WasmKernel, WasmKernelCall } from "./heap.ts";
import { leakyRelu, leakyReluGradient } from "./leaky-relu.ts";
import { leadingReductions } from "./reductions.ts";
import { samePaddingKernels } from "./same-padding.ts";
import { stockKernels } from "./stock-kernels.ts";
import { tile } from "./tile.ts";
import { unsortedSegmentSum } from "./unsorted-segment-sum.ts";

const kernels: readonly WasmKernel[] = [
  ...samePaddingKernels,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  ...leadingReductions,
  tile,
  leakyRelu,
  leakyReluGradient,
  unsortedSegmentSum,
  adamStep,
  batchNormTraining,
  batchNormTrainingGradient,
  ...borrowedKernels,
];

let isRegistered = false;

/**
 * Registers the training kernels of the wasm backend; a second call changes nothing.
 *
 * No kernel ever changes a filter tensor in place: the backend keeps packed copies of filters and would go on using the old ones.
 */
export function registerWasmKernels(): void {
  if (isRegistered) return;
  isRegistered = true;
  for (const { name, run } of kernels) {
    const stock = tf.getKernel(name, "wasm");
    if (stock) {
      stockKernels.set(name, stock.kernelFunc);
      tf.unregisterKernel(name, "wasm");
    }
    tf.registerKernel({
      kernelName: name,
      backendName: "wasm",
      setupFunc: stock?.setupFunc, // run again should the backend be made anew
      kernelFunc: ({ inputs, backend, attrs }) =>
        // The engine hands a kernel the backend that it is registered for.
        run({ inputs: inputs as WasmKernelCall["inputs"], backend: backend as BackendWasm, attributes: attrs }),
    });
  }
}
