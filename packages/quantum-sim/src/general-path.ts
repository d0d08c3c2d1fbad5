import { type Angle, angleValue, isInput, isWeight } from "./angle.ts";
import type { Circuit } from "./circuit.ts";
import { adjoint, type ComplexMatrix } from "./complex-matrix.ts";
import type { Operation } from "./gate.ts";
import { pauliMasks } from "./observable.ts";
import {
  addPauli,
  applyMatrix,
  createStatevector,
  expectPauli,
  realMatrixElement,
  resetStatevector,
  type Statevector,
} from "./statevector.ts";

/** Angles of one sample of one circuit: views into longer arrays. */
interface SampleAngles {
  readonly weights: ArrayLike<number>;
  readonly weightOffset: number;
  readonly inputs: ArrayLike<number>;
  readonly inputOffset: number;
}

/** Runs one circuit, one sample at a time, in float64: any gates, any Pauli words. See adjoint.md. */
export interface GeneralSimulator {
  /** Matrices that depend on weights only are computed here, once for all samples of a circuit. */
  setWeights(weights: ArrayLike<number>, weightOffset: number): void;
  /** Writes ⟨O_j⟩ into `outputs[outputOffset + j]`. */
  run(angles: SampleAngles, outputs: Float64Array, outputOffset: number): void;
  /** Adds Σ_j cotangent_j ∂⟨O_j⟩/∂angle to the gradients of the weights and inputs of this sample. */
  vjp(angles: SampleAngles, cotangent: ArrayLike<number>, cotangentOffset: number, gradients: SampleGradients): void;
}

interface SampleGradients {
  readonly weights: Float64Array;
  readonly weightOffset: number;
  readonly inputs: Float64Array;
  readonly inputOffset: number;
}

const NONE = new Float64Array(0);

/** Holds three state vectors of the circuit's size. */
export function createGeneralSimulator(circuit: Circuit): GeneralSimulator {
  const { numQubits, operations, observables } = circuit;
  const masks = observables.map((observable) => pauliMasks(observable, numQubits));
  const ket = createStatevector(numQubits);
  const bra = createStatevector(numQubits);
  const fixed: (ComplexMatrix | undefined)[] = operations.map(() => undefined);
  const takesInput = operations.map(({ angles }) => angles.some(isInput));

  const valuesOf = ({ angles }: Operation, at: SampleAngles) =>
    angles.map((angle) => angleValue(angle, at.weights, at.weightOffset, at.inputs, at.inputOffset));
  const matrixOf = (k: number, at: SampleAngles): ComplexMatrix =>
    fixed[k] ?? operations[k].gate.matrix(valuesOf(operations[k], at));

  const prepare = (at: SampleAngles): void => {
    resetStatevector(ket);
    operations.forEach(({ wires }, k) => {
      applyMatrix(matrixOf(k, at), wires, ket);
    });
  };

  return {
    setWeights(weights, weightOffset) {
      const at = { weights, weightOffset, inputs: NONE, inputOffset: 0 };
      operations.forEach((operation, k) => {
        fixed[k] = takesInput[k] ? undefined : operation.gate.matrix(valuesOf(operation, at));
      });
    },
    run(at, outputs, outputOffset) {
      prepare(at);
      masks.forEach((mask, j) => {
        outputs[outputOffset + j] = expectPauli(mask, ket);
      });
    },
    vjp(at, cotangent, cotangentOffset, gradients) {
      prepare(at);
      bra.re.fill(0);
      bra.im.fill(0);
      masks.forEach((mask, j) => {
        addPauli(cotangent[cotangentOffset + j], mask, ket, bra);
      });
      for (let k = operations.length - 1; k >= 0; k--) {
        const operation = operations[k];
        const inverse = adjoint(matrixOf(k, at));
        applyMatrix(inverse, operation.wires, ket);
        addGradients(operation, valuesOf(operation, at), bra, ket, gradients);
        applyMatrix(inverse, operation.wires, bra);
      }
    },
  };
}

/** 2·Re⟨bra| ∂U/∂θ_k |ket⟩, added to whatever θ_k refers to. */
function addGradients(
  { gate, wires, angles }: Operation,
  values: readonly number[],
  bra: Statevector,
  ket: Statevector,
  gradients: SampleGradients,
): void {
  angles.forEach((angle: Angle, k) => {
    if (typeof angle === "number") return;
    const slope = 2 * (angle.scale ?? 1) * realMatrixElement(bra, gate.derivative(values, k), wires, ket);
    if (isWeight(angle)) gradients.weights[gradients.weightOffset + angle.weight] += slope;
    else gradients.inputs[gradients.inputOffset + angle.input] += slope;
  });
}
