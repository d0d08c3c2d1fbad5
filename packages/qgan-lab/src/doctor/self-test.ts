import * as tf from "@tensorflow/tfjs-core";
import { buildCircuit, compile } from "quantum-sim";
import { conv2d } from "tfjs-train";

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

// dL/dw of L = Σ y²/2 for a valid 3×3 convolution of small integers, by explicit sums in Python: exact in float32.
const FILTER_GRADIENT = [
  -11, 13, -11, 13, -2, -9, -2, -9, -18, 19, -18, 19, 15, -20, 15, -20, -11, 13, -11, 13, -2, -9, -2, -9, 16, -3, 16, -3, 15, -20,
  15, -20, -11, 13, -11, 13,
];

/** Whether the backend in force computes the gradient of a convolution by its filter exactly, on integers. Call `ready()` first. */
export async function testConvolutionGradient(): Promise<boolean> {
  const image = Float32Array.from({ length: 50 }, (_, at) => {
    const [i, j, c] = [Math.floor(at / 10), Math.floor(at / 2) % 5, at % 2];
    return ((i * 7 + j * 3 + c * 5) % 5) - 2;
  });
  const filter = Float32Array.from({ length: 36 }, (_, at) => {
    const [a, b, c, o] = [Math.floor(at / 12), Math.floor(at / 4) % 3, Math.floor(at / 2) % 2, at % 2];
    return ((a * 2 + b * 3 + c + o * 4) % 3) - 1;
  });
  const gradient = tf.tidy(() => {
    const x = tf.tensor4d(image, [1, 5, 5, 2]);
    const loss = (weight: tf.Tensor) => tf.div(tf.sum(tf.square(conv2d(x, { weight }, { stride: 1, padding: "valid" }))), 2);
    return tf.grad(loss)(tf.tensor4d(filter, [3, 3, 2, 2]));
  });
  const values = await gradient.data();
  gradient.dispose();
  return FILTER_GRADIENT.every((expected, i) => Math.abs(values[i] - expected) < 1e-3); // integers up to 20: any error is larger
}
