import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import type { Executable, FloatArray } from "./executable.ts";

/**
 * A circuit, or a group of circuits, as a differentiable function of tensors, with first-order gradients for both arguments.
 * It computes on the CPU and reads its arguments at once, so it suits backends whose data lies in memory (tensorflow, wasm, cpu).
 *
 * @returns (inputs [batch, numInputs], weights [count, …weightShape], or with neighbouring axes merged, as
 * [numWeights]) → expectation values [batch, numOutputs], float32.
 * @throws UsageError if a tensor has another shape.
 * @example const layer = quantumLayer(compileGroup(circuit, { count: 10 }));
 */
export function quantumLayer(circuits: Executable): (inputs: tf.Tensor2D, weights: tf.Tensor) => tf.Tensor2D {
  const { circuit, count, numInputs, numOutputs } = circuits;
  const weightShape = [count, ...circuit.weightShape];
  return (inputs, weights) => {
    const isInputs = inputs.rank === 2 && inputs.shape[1] === numInputs;
    expect(isInputs, "quantumLayer", `inputs must be [batch, ${numInputs}]; got [${inputs.shape.join(", ")}].`);
    expect(holdsShape(weights.shape, weightShape), "quantumLayer", () => weightsMessage(circuits, weights.shape));
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

/** Whether a tensor of this shape holds one of `wanted` with axes merged or axes of length 1 added: its borders are among the other's. */
function holdsShape(shape: readonly number[], wanted: readonly number[]): boolean {
  const borders = (lengths: readonly number[]): number[] => {
    let product = 1;
    return lengths.map((length) => (product *= length)).filter((border) => border !== 1);
  };
  const known = borders(wanted);
  const own = borders(shape);
  return own.every((border) => known.includes(border)) && (own.at(-1) ?? 1) === (known.at(-1) ?? 1);
}

function weightsMessage({ circuit, count, numWeights }: Executable, shape: readonly number[]): string {
  const wanted = [...(count > 1 ? [count] : []), ...circuit.weightShape].join(", ");
  const inNames = circuit.weightFormula ? ` = ${count > 1 ? "count × " : ""}${circuit.weightFormula}` : "";
  return `weights must be [${wanted}]${inNames}, or [${numWeights}] in that order; got [${shape.join(", ")}].`;
}

const toTensor = (values: FloatArray, shape: number[]): tf.Tensor =>
  tf.tensor(values instanceof Float32Array ? values : Float32Array.from(values), shape, "float32");

/** Whether a tape is being recorded. */
const isTracing = (): boolean => tf.engine().state.gradientDepth > 0;
