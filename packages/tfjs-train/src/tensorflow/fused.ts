import * as tf from "@tensorflow/tfjs-core";
import { defineTensorflowKernel, opAttributes, type TensorflowKernel } from "./backend.ts";

const NORM_TYPES = ["T", "U"];

/** TensorFlow's own fused ops under the names that `src/fused.ts` calls. */
export const fusedKernels: readonly TensorflowKernel[] = [
  defineTensorflowKernel<{ slope: number }>("LeakyReluGradient", ({ inputs: { dy, x }, backend, attributes: { slope } }) =>
    backend.executeSingleOutput("LeakyReluGrad", opAttributes(backend, { alpha: slope }), [dy, x]),
  ),
  defineTensorflowKernel<{ epsilon: number }>(
    "BatchNormTraining",
    ({ inputs: { x, scale, offset }, backend, attributes: { epsilon } }) => {
      const empty = tf.tensor1d([], "float32");
      const settings = { epsilon, exponential_avg_factor: 1, data_format: "NHWC", is_training: true };
      const outputs = backend.executeMultipleOutputs(
        "FusedBatchNormV3",
        opAttributes(backend, settings, NORM_TYPES),
        [x, scale, offset, empty, empty],
        6,
      );
      empty.dispose();
      // y, batch mean, unbiased variance, mean kept for the gradient, biased variance kept for it, nothing on a CPU
      const [y, mean, , , variance] = outputs;
      for (const unused of [outputs[2], outputs[3], outputs[5]]) (unused as tf.Tensor).dispose();
      return [y, mean, variance];
    },
  ),
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
      for (const unused of outputs.slice(3)) (unused as tf.Tensor).dispose();
      return outputs.slice(0, 3);
    },
  ),
];
