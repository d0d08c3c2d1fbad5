import * as tf from "@tensorflow/tfjs-core";
import { defineTensorflowKernel, opAttributes, type TensorflowKernel } from "./backend.ts";

/** The pooled maxima and the flat index of each; tfjs-node itself has no such kernel. */
interface ArgmaxAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid";
  readonly includeBatchInIndex: boolean;
}
const pairOf = (value: number | [number, number]): [number, number] => (typeof value === "number" ? [value, value] : value);

const NORM_TYPES = ["T", "U"];

/** TensorFlow's own fused ops under the names that `src/fused.ts` calls. */
export const fusedKernels: readonly TensorflowKernel[] = [
  defineTensorflowKernel<{ slope: number }>("LeakyReluGradient", ({ inputs: { dy, x }, backend, attributes: { slope } }) =>
    backend.executeSingleOutput("LeakyReluGrad", opAttributes(backend, { alpha: slope }), [dy, x]),
  ),
  defineTensorflowKernel<object>("Relu6Gradient", ({ inputs: { dy, x }, backend }) =>
    backend.executeSingleOutput("Relu6Grad", opAttributes(backend, {}), [dy, x]),
  ),
  defineTensorflowKernel<ArgmaxAttributes>("MaxPoolWithArgmax", ({ inputs: { x }, backend, attributes }) => {
    const { filterSize, strides, pad, includeBatchInIndex } = attributes;
    const settings = {
      ksize: [1, ...pairOf(filterSize), 1],
      strides: [1, ...pairOf(strides), 1],
      padding: pad.toUpperCase(),
      include_batch_in_index: includeBatchInIndex,
    };
    const indexType = { name: "Targmax", type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_INT32 };
    return backend.executeMultipleOutputs("MaxPoolWithArgmax", [...opAttributes(backend, settings), indexType], [x], 2);
  }),
  defineTensorflowKernel<{ epsilon: number; momentum: number }>("BatchNormTraining", ({ inputs, backend, attributes }) => {
    const { epsilon, momentum } = attributes;
    const { x, scale, offset, runningMean, runningVariance } = inputs;
    const settings = { epsilon, exponential_avg_factor: momentum, data_format: "NHWC", is_training: true };
    const operands = [x, scale, offset, runningMean, runningVariance];
    const outputs = backend.executeMultipleOutputs("FusedBatchNormV3", opAttributes(backend, settings, NORM_TYPES), operands, 6);
    // y, the running statistics, what the gradient wants of mean and variance, nothing on a CPU
    const [y, newMean, newVariance, mean, variance, unused] = outputs;
    unused.dispose();
    return [y, mean, variance, newMean, newVariance];
  }),
  defineTensorflowKernel<{ epsilon: number }>(
    "BatchNormTrainingGradient",
    ({ inputs: { dy, x, scale, mean, variance }, backend, attributes: { epsilon } }) => {
      const empty = tf.tensor1d([], "float32");
      const settings = { epsilon, data_format: "NHWC", is_training: true };
      const outputs = backend.executeMultipleOutputs(
        "FusedBatchNormGradV3",
        opAttributes(backend, settings, NORM_TYPES),
        [dy, x, scale, mean, variance, empty],
        5,
      );
      empty.dispose();
      for (const unused of outputs.slice(3)) unused.dispose();
      return outputs.slice(0, 3);
    },
  ),
];
