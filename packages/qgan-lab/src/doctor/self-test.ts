import { buildCircuit, compile } from "quantum-sim";

/** Largest difference from the stored values; float32 rounding of values of order 1 through some thirty gates. */
const QUANTUM_TOLERANCE = 1e-5;

// ⟨Z⟩ of each qubit and the gradient of ⟨Z₀⟩ − 2⟨Z₁⟩ + ⟨Z₂⟩/2 by the features, of three qubits: RY of the features, two layers of
// RX RY RZ and CNOTs. By a statevector of twenty lines in Python and the parameter-shift rule, float64, without this package.
const INPUTS = [0.3, -1.1, 2.2];
const WEIGHTS = Array.from({ length: 18 }, (_, k) => 0.1 * (k + 1) * (k % 2 === 0 ? 1 : -1));
const COTANGENT = [1, -2, 0.5];
const EXPECTATIONS = [0.2760033358944444, -0.030147572013210944, 0.1504496240517213];
const INPUT_GRADIENT = [1.282426555121237, -0.2942065276309056, -0.12310924656269426];
const FIRST_WEIGHT_GRADIENTS = [-0.20537216740830475, 1.2696774412879313, 0.14662746730320944];

/** Compares the quantum kernel and its gradient with stored values. Returns the largest difference and the kernel's path. */
export function testQuantumKernel(): { readonly largestError: number; readonly isRight: boolean; readonly path: string } {
  const executable = compile(buildCircuit("hybridq", { numQubits: 3, numLayers: 2 }));
  const options = { inputs: INPUTS, weights: WEIGHTS, batch: 1 };
  const outputs = executable.run(options);
  const gradients = executable.vjp({ ...options, cotangent: COTANGENT });
  const pairs: readonly (readonly [number, number])[] = [
    ...EXPECTATIONS.map((value, i) => [value, outputs[i]] as const),
    ...INPUT_GRADIENT.map((value, i) => [value, gradients.inputs[i]] as const),
    ...FIRST_WEIGHT_GRADIENTS.map((value, i) => [value, gradients.weights[i]] as const),
  ];
  const largestError = Math.max(...pairs.map(([expected, got]) => Math.abs(expected - got)));
  return { largestError, isRight: largestError <= QUANTUM_TOLERANCE, path: executable.path };
}
