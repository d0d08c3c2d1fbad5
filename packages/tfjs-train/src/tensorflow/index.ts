import * as tf from "@tensorflow/tfjs-core";
import { adamStep } from "./adam.ts";
import { stockKernels, type TensorflowBackend, type TensorflowKernel } from "./backend.ts";
import { convolutionKernels } from "./convolution.ts";
import { fusedKernels } from "./fused.ts";

let isRegistered = false;

/** Registers our kernels of the tensorflow backend; a second call changes nothing. */
export function registerTensorflowKernels(): void {
  if (isRegistered) return;
  isRegistered = true;
  for (const { name, run } of [...convolutionKernels, ...fusedKernels, adamStep]) {
    const stock = tf.getKernel(name, "tensorflow");
    if (stock) {
      stockKernels.set(name, stock.kernelFunc);
      tf.unregisterKernel(name, "tensorflow");
    }
    tf.registerKernel({
      kernelName: name,
      backendName: "tensorflow",
      kernelFunc: ({ inputs, backend, attrs }) =>
        run({
          inputs: inputs as Parameters<TensorflowKernel["run"]>[0]["inputs"], // the kernels here have no optional inputs
          backend: backend as TensorflowBackend, // the engine hands a kernel the backend that it is registered for
          attributes: attrs,
        }),
    });
  }
}
