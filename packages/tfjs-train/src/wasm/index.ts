import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { adamStep } from "./adam.ts";
import { batchMatMul } from "./batch-mat-mul.ts";
import { batchNormTraining, batchNormTrainingGradient } from "./batch-norm.ts";
import { biasActDerivativeKernel, biasActKernel } from "./bias-act.ts";
import { conv2D, fusedConv2D } from "./conv2d.ts";
import { conv2DBackpropFilter } from "./conv2d-backprop-filter.ts";
import { conv2DBackpropInput } from "./conv2d-backprop-input.ts";
import { depthwiseBackpropFilter, depthwiseBackpropInput } from "./depthwise-backprop.ts";
import { einsum } from "./einsum.ts";
import { gridSampleKernels } from "./grid-sample.ts";
import type { WasmKernel, WasmKernelCall } from "./heap.ts";
import { identity } from "./identity.ts";
import { leakyRelu, leakyReluGradient } from "./leaky-relu.ts";
import { momentsKernel } from "./moments.ts";
import { reductionKernels } from "./reductions.ts";
import { samePaddingKernels } from "./same-padding.ts";
import { sliceKernels } from "./slice.ts";
import { stockKernels } from "./stock-kernels.ts";
import { tile } from "./tile.ts";
import { unsortedSegmentSum } from "./unsorted-segment-sum.ts";
import { upfirdn2dKernel } from "./upfirdn2d.ts";

const kernels: readonly WasmKernel[] = [
  ...samePaddingKernels,
  batchMatMul,
  conv2D,
  fusedConv2D,
  identity,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  ...reductionKernels,
  ...sliceKernels,
  tile,
  leakyRelu,
  leakyReluGradient,
  unsortedSegmentSum,
  adamStep,
  batchNormTraining,
  batchNormTrainingGradient,
  momentsKernel,
  upfirdn2dKernel,
  biasActKernel,
  biasActDerivativeKernel,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  einsum,
  ...gridSampleKernels,
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
