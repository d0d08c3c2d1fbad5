import { type Angle, scaled } from "../angle.ts";
import type { Gate, Operation } from "../gate.ts";
import {
  adjoint,
  adjointOperations,
  CCZ,
  CH,
  CNOT,
  CSWAP,
  CY,
  CZ,
  ECR,
  H,
  ISWAP,
  Rot,
  RY,
  RZ,
  S,
  Sdg,
  SWAP,
  SX,
  T,
  Tdg,
  Toffoli,
  U2,
  U3,
  X,
} from "../gates/index.ts";
import { controlledSingle } from "./controlled-single.ts";
import { manyControls } from "./many-controls.ts";
import { diagonalRotations, pauliRotations, rotationOperations } from "./pauli-rotations.ts";
import { synthesiseUnitary } from "./synthesise-unitary.ts";
import { twoQubitUnitary } from "./two-qubit-unitary.ts";

/** Short circuits of gates without angles. Nielsen & Chuang (2010), §4.3 and fig. 4.9. */
const FIXED: ReadonlyMap<Gate, (a: number, b: number, c: number) => Operation[]> = new Map<
  Gate,
  (a: number, b: number, c: number) => Operation[]
>([
  [CZ, (a, b) => [H.on([b]), CNOT.on([a, b]), H.on([b])]],
  [CY, (a, b) => [Sdg.on([b]), CNOT.on([a, b]), S.on([b])]],
  [CH, (a, b) => [RY.on([b], -Math.PI / 4), CZ.on([a, b]), RY.on([b], Math.PI / 4)]],
  [SWAP, (a, b) => [CNOT.on([a, b]), CNOT.on([b, a]), CNOT.on([a, b])]],
  [ISWAP, (a, b) => [S.on([a]), S.on([b]), H.on([a]), CNOT.on([a, b]), CNOT.on([b, a]), H.on([b])]],
  // What an echoed cross resonance is but for single-qubit gates.
  [ECR, (a, b) => [S.on([a]), SX.on([b]), CNOT.on([a, b]), X.on([a])]],
  [
    Toffoli,
    (a, b, c) => [
      ...[H.on([c]), CNOT.on([b, c]), Tdg.on([c]), CNOT.on([a, c]), T.on([c]), CNOT.on([b, c]), Tdg.on([c]), CNOT.on([a, c])],
      ...[T.on([b]), T.on([c]), H.on([c]), CNOT.on([a, b]), T.on([a]), Tdg.on([b]), CNOT.on([a, b])],
    ],
  ],
  [CCZ, (a, b, c) => [H.on([c]), Toffoli.on([a, b, c]), H.on([c])]],
  [CSWAP, (a, b, c) => [CNOT.on([c, b]), Toffoli.on([a, b, c]), CNOT.on([c, b])]],
]);

/**
 * A gate as simpler ones that act alike up to phase: repeated, it ends at CNOT and gates on one wire, those with free angles being RX, RY,
 * RZ, PhaseShift, Rot, U1, U2 and U3. Undefined for a gate that has no such form known: free angles of a gate of several angles that is no
 * controlled Rot, U2 or U3, or a dense matrix on more than 6 wires. For k ≥ 6 controls of a gate on one wire it takes O(k³) gates.
 */
export function decomposeGate(operation: Operation): Operation[] | undefined {
  const { gate, wires, angles } = operation;
  const fixed = FIXED.get(gate);
  if (fixed) return fixed(wires[0], wires[1], wires[2]);
  const terms = gate.phases ? diagonalRotations(gate.phases) : pauliRotations(gate);
  if (terms) return rotationOperations(terms, wires, gate.numAngles === 0 ? 1 : angles[0]);
  if (gate.decomposition)
    return gate.decomposition(angles).map((part) => ({ ...part, wires: part.wires.map((wire) => wires[wire]) }));
  const singles = singleRotations(operation);
  if (singles) return singles;
  const product = gate.productOf && productOfAngles(angles);
  if (gate.productOf && product !== undefined) return [gate.productOf.on(wires, product)];
  const controlled = manyControls(operation) ?? controlledSingle(operation);
  if (controlled) return controlled;
  // The adjoint of what `adjoint` made is the gate itself, whose name is shorter.
  const inverse = gate.name.endsWith("†") ? adjoint(gate) : gate;
  const parts = inverse.name.length < gate.name.length ? decomposeGate({ ...operation, gate: inverse }) : undefined;
  if (parts) return adjointOperations(parts);
  const isBound = angles.every((angle) => typeof angle === "number");
  if (!isBound || wires.length === 1) return undefined;
  return wires.length === 2 ? twoQubitUnitary(gate.matrix(angles), wires) : synthesiseUnitary(gate.matrix(angles), wires);
}

/** Gates of several angles on one wire. */
function singleRotations({ gate, wires, angles: [a, b, c] }: Operation): Operation[] | undefined {
  const turns = (lambda: Angle, theta: Angle, phi: Angle) => [RZ.on(wires, lambda), RY.on(wires, theta), RZ.on(wires, phi)];
  if (gate === Rot) return turns(a, b, c);
  if (gate === U3) return turns(c, a, b);
  return gate === U2 ? turns(b, Math.PI / 2, a) : undefined;
}

/** a·b as one angle, if one of them is a number. */
function productOfAngles([a, b]: readonly Angle[]): Angle | undefined {
  if (typeof a === "number") return scaled(b, a);
  return typeof b === "number" ? scaled(a, b) : undefined;
}
