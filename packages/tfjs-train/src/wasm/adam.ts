import * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, defineWasmKernel } from "./heap.ts";
import { heapKernels } from "./heap-kernels.ts";

/** Scalars of one step; see kernels/_elementwise.ts. */
export interface AdamAttributes {
  readonly beta1: number;
  readonly beta2: number;
  /** η / (1 − β₁ᵗ) */
  readonly rate: number;
  /** √(1 − β₂ᵗ) */
  readonly correction2: number;
  readonly epsilon: number;
  /** Weight decay that is added to the gradient. */
  readonly l2: number;
  /** What decoupled weight decay leaves of the weight. */
  readonly keep: number;
}

/** One step of Adam for one tensor in one pass. Outputs the new value, mean and square, all new tensors. */
export const adamStep = defineWasmKernel<AdamAttributes>(
  "AdamStep",
  ({ inputs: { value, grad, mean, square }, backend, attributes }) => {
    const { beta1, beta2, rate, correction2, epsilon, l2, keep } = attributes;
    const outputs = [value, mean, square].map(({ shape }) => allocate(backend, shape));
    const at = (tensor: tf.TensorInfo) => addressOf(backend, tensor);
    heapKernels(backend).adamStep(
      ...([at(value), at(grad), at(mean), at(square)] as const),
      ...([at(outputs[0]), at(outputs[1]), at(outputs[2]), tf.util.sizeFromShape(value.shape)] as const),
      ...([beta1, 1 - beta1, beta2, 1 - beta2, rate, correction2, epsilon, l2, keep] as const),
    );
    return outputs;
  },
);
