import type { Circuit } from "./circuit.ts";
import type { Engine } from "./executable.ts";
import { createGeneralSimulator } from "./general-path.ts";

/** Bytes of the two state vectors that the general path holds. */
export const generalBytes = (numQubits: number): number => 2 * 16 * 2 ** numQubits;

/** Runs `count` circuits of one shape after each other, sample by sample. */
export function createGeneralEngine(circuit: Circuit, count: number, sharedInputs: boolean): Engine {
  const simulator = createGeneralSimulator(circuit);
  const { numInputs, numWeights } = circuit;
  const numOutputs = circuit.observables.length;
  const inputStride = sharedInputs ? numInputs : count * numInputs;
  const inputStart = (sample: number, c: number) => sample * inputStride + (sharedInputs ? 0 : c * numInputs);
  const outputStart = (sample: number, c: number) => (sample * count + c) * numOutputs;

  return {
    forward({ inputs, weights, batch }, outputs) {
      const exact = new Float64Array(outputs.length);
      for (let c = 0; c < count; c++) {
        const weightOffset = c * numWeights;
        simulator.setWeights(weights, weightOffset);
        for (let sample = 0; sample < batch; sample++)
          simulator.run({ weights, weightOffset, inputs, inputOffset: inputStart(sample, c) }, exact, outputStart(sample, c));
      }
      outputs.set(exact);
      return undefined;
    },
    backward({ inputs, weights, batch }, cotangent, gradients) {
      const exact = { weights: new Float64Array(gradients.weights.length), inputs: new Float64Array(gradients.inputs.length) };
      for (let c = 0; c < count; c++) {
        const weightOffset = c * numWeights;
        simulator.setWeights(weights, weightOffset);
        for (let sample = 0; sample < batch; sample++) {
          const at = { weights, weightOffset, inputs, inputOffset: inputStart(sample, c) };
          simulator.vjp(at, cotangent, outputStart(sample, c), { ...at, ...exact });
        }
      }
      gradients.weights.set(exact.weights);
      gradients.inputs.set(exact.inputs);
    },
  };
}
