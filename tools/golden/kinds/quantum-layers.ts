import {
  angleEmbedding,
  buildCircuit,
  compile,
  type Path,
  type Pauli,
  type Precision,
  type RotationName,
  rotationLayers,
} from "quantum-sim";
import { absolute, flatten } from "../compare.ts";
import type { Deviation } from "../golden-kind.ts";
import { quantumKind } from "./quantum-case.ts";

/** A batch case of a layered ansatz. */
interface LayersCase {
  readonly name: string;
  readonly n: number;
  readonly layers: number;
  readonly batch: number;
  readonly encoding: readonly RotationName[];
  readonly rotations: readonly RotationName[];
  readonly entangler: "CNOT" | "CZ";
  readonly obs: Pauli;
  readonly inputs: readonly (readonly number[])[];
  readonly weights: readonly number[];
  readonly cotangent: readonly (readonly number[])[];
  readonly expval: readonly (readonly number[])[];
  readonly vjp_inputs: readonly (readonly number[])[];
  readonly vjp_weights: readonly number[];
}

/**
 * float64: the stored numbers have 15 digits, and gradients are sums over the batch and up to 2^12 amplitudes.
 * float32: rounding of the angles (4e-7 for angles up to π) and of sums of as many products; gradients are larger and summed
 * over the batch. Both are what the later quantum issue asks for.
 */
const TOLERANCES: Record<Precision, { readonly expval: number; readonly gradient: number }> = {
  float64: { expval: 1e-12, gradient: 1e-11 },
  float32: { expval: 2e-6, gradient: 1e-5 },
};

const RUNS: readonly { readonly precision: Precision; readonly path: Path }[] = [
  { precision: "float64", path: "batched-simd" },
  { precision: "float32", path: "batched-simd" },
  { precision: "float64", path: "program" },
  { precision: "float32", path: "program" },
  { precision: "float64", path: "general" },
];

function check(one: LayersCase): Deviation[] {
  const { n, layers, batch, encoding, rotations, entangler, obs } = one;
  const ansatz = rotationLayers({ rotations, entangler });
  const circuit = buildCircuit(ansatz, { numQubits: n, numLayers: layers, embedding: angleEmbedding(encoding), measure: obs });
  return RUNS.flatMap(({ precision, path }) => {
    const executable = compile(circuit, { precision, path });
    const round = (values: number[]) => (precision === "float32" ? Float32Array.from(values) : values);
    const call = { inputs: round(flatten(one.inputs)), weights: round(flatten(one.weights)), batch };
    const gradients = executable.vjp({ ...call, cotangent: flatten(one.cotangent) });
    const { expval, gradient } = TOLERANCES[precision];
    const label = `${path} ${precision}`;
    return [
      absolute(`${label} expval`, executable.run(call), flatten(one.expval), expval),
      absolute(`${label} vjp_inputs`, gradients.inputs, flatten(one.vjp_inputs), gradient),
      absolute(`${label} vjp_weights`, gradients.weights, flatten(one.vjp_weights), gradient),
    ];
  });
}

/** Batches of MosaiQ, HybridQ and their relatives: expectation values and vector-Jacobian products. */
export const quantumLayers = quantumKind("quantum-layers", ["layers"], (one) => ({
  name: String(one.name),
  check: () => check(one as unknown as LayersCase), // its kind was told by these fields
}));
