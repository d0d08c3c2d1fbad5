import * as tf from "@tensorflow/tfjs-core";
import type { AdamAttributes } from "../optimizers/adam-attributes.ts";
import { addressOf, allocate, defineWasmKernel } from "./heap.ts";
import { heapKernels } from "./heap-kernels.ts";

/**
 * One step of Adam for any number of parameters, each in one pass. Inputs value, grad, mean and square, with the parameter's number
 * at the end of the name; outputs the new value, mean and square of each in turn, all new tensors.
 */
export const adamStep = defineWasmKernel<AdamAttributes>("AdamStep", ({ inputs, backend, attributes }) => {
  const { beta1, beta2, rate, correction2, epsilon, l2, keep } = attributes;
  const kernels = heapKernels(backend);
  const at = (tensor: tf.TensorInfo) => addressOf(backend, tensor);
  const count = Object.keys(inputs).length / 4;
  return Array.from({ length: count }, (_, i) => {
    const [value, grad, mean, square] = ["value", "grad", "mean", "square"].map((name) => inputs[`${name}${i}`]);
    const outputs = [value, mean, square].map(({ shape }) => allocate(backend, shape));
    kernels.adamStep(
      ...([at(value), at(grad), at(mean), at(square)] as const),
      ...([at(outputs[0]), at(outputs[1]), at(outputs[2]), tf.util.sizeFromShape(value.shape)] as const),
      ...([beta1, 1 - beta1, beta2, 1 - beta2, rate, correction2, epsilon, l2, keep] as const),
    );
    return outputs;
  }).flat();
});
