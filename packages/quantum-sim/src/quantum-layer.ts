import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import type { Executable, FloatArray } from "./executable.ts";

/**
 * A circuit, or a group of circuits, as a differentiable function of tensors, with first-order gradients for both arguments.
 * It computes on the CPU and reads its arguments at once, so it suits backends whose data lies in memory (tensorflow, wasm, cpu).
 *
 * @returns (inputs [batch, numInputs], weights of numWeights values in any shape) → expectation values [batch, numOutputs], float32.
 * @throws UsageError if a tensor has another shape.
 * @example const layer = quantumLayer(compileGroup(circuit, { count: 10 }));
 */
export function quantumLayer(circuits: Executable): (inputs: tf.Tensor2D, weights: tf.Tensor) => tf.Tensor2D {
  const { numInputs, numWeights, numOutputs } = circuits;
  return (inputs, weights) => {
    const isInputs = inputs.rank === 2 && inputs.shape[1] === numInputs;
    expect(isInputs, "quantumLayer", `inputs must be [batch, ${numInputs}]; got [${inputs.shape.join(", ")}].`);
    expect(
      weights.size === numWeights,
      "quantumLayer",
      `weights must have ${numWeights} values in all; got [${weights.shape.join(", ")}].`,
    );
    const [batch] = inputs.shape;
    const forward = tf.customGrad((x, w) => {
      const [xTensor, wTensor] = [x as tf.Tensor2D, w as tf.Tensor]; // called below with these two
      const call = { inputs: xTensor.dataSync(), weights: wTensor.dataSync(), batch };
      // Outside of tf.grad nobody will ask for a gradient: no states need to be kept.
      const recording = isTracing() ? circuits.record(call) : { outputs: circuits.run(call), vjp: undefined };
      const gradFunc = (dy: tf.Tensor): tf.Tensor[] => {
        const cotangent = dy.dataSync();
        const gradients = recording.vjp ? recording.vjp(cotangent) : circuits.vjp({ ...call, cotangent });
        return [toTensor(gradients.inputs, xTensor.shape), toTensor(gradients.weights, wTensor.shape)];
      };
      return { value: toTensor(recording.outputs, [batch, numOutputs]), gradFunc };
    });
    return forward(inputs, weights) as tf.Tensor2D; // customGrad types its result as Tensor of any rank
  };
}

const toTensor = (values: FloatArray, shape: number[]): tf.Tensor =>
  tf.tensor(values instanceof Float32Array ? values : Float32Array.from(values), shape, "float32");

/** Whether a tape is being recorded. */
const isTracing = (): boolean => tf.engine().state.gradientDepth > 0;
