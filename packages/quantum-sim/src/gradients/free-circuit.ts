import { angleValue, type InputRef, isWeight, type WeightRef } from "../angle.ts";
import type { Circuit } from "../circuit.ts";
import type { Operation } from "../gate.ts";

/** A trainable angle of one gate. */
interface FreeAngle {
  readonly reference: WeightRef | InputRef;
  /** The gate with all its trainable angles free. */
  readonly operation: Operation;
  /** Which of the gate's angles. */
  readonly slot: number;
}

/** Gradients by weights and inputs of one sample, for each output. */
export interface SampleJacobian {
  /** [numOutputs, numWeights] */
  readonly weights: Float64Array;
  /** [numOutputs, numInputs] */
  readonly inputs: Float64Array;
}

/** A circuit in which every trainable angle is an input of its own, and the way back to what it refers to. */
export interface FreeCircuit {
  /** Without weights; input a is `angles[a]`. */
  readonly circuit: Circuit;
  readonly angles: readonly FreeAngle[];
  /** Values of the angles, [angles]. */
  values(weights: ArrayLike<number>, inputs: ArrayLike<number>, inputOffset?: number): Float64Array;
  /** Adds `scale`·∂output/∂angle to the weight or input that angle a refers to. */
  addSlope(a: number, output: number, slope: number, jacobian: SampleJacobian): void;
}

/**
 * Takes apart weights and inputs that serve several gates, so that each angle can be moved alone: the product rule adds up what the angles
 * give, and an angle a·w + b passes on a times its slope.
 */
export function freeCircuit(original: Circuit): FreeCircuit {
  const angles: FreeAngle[] = [];
  let next = 0;
  const operations = original.operations.map((given): Operation => {
    const own = given.angles.map((angle) => (typeof angle === "number" ? angle : { input: next++ }));
    const operation = { ...given, angles: own };
    given.angles.forEach((reference, slot) => {
      if (typeof reference !== "number") angles.push({ reference, operation, slot });
    });
    return operation;
  });
  const { weightFormula: _formula, ...shape } = original;
  const { numWeights, numInputs } = original;
  return {
    circuit: { ...shape, operations, numInputs: angles.length, numWeights: 0, weightShape: [0] },
    angles,
    values: (weights, inputs, inputOffset = 0) =>
      Float64Array.from(angles, ({ reference }) => angleValue(reference, weights, 0, inputs, inputOffset)),
    addSlope(a, output, slope, jacobian) {
      const { reference } = angles[a];
      const value = (reference.scale ?? 1) * slope;
      if (isWeight(reference)) jacobian.weights[output * numWeights + reference.weight] += value;
      else jacobian.inputs[output * numInputs + reference.input] += value;
    },
  };
}
