import { adjoint as adjointMatrix, scale } from "../complex-matrix.ts";
import { defineControlled, defineGate, type Gate, type Operation } from "../gate.ts";
import { CCZ, CH, CNOT, CSWAP, CY, CZ, Toffoli } from "./controlled.ts";
import { H, S, Sdg, SX, SXdg, T, Tdg } from "./fixed.ts";
import { I, X, Y, Z } from "./paulis.ts";
import { ECR, SWAP } from "./swaps.ts";

const SELF_INVERSE: readonly Gate[] = [I, X, Y, Z, H, CNOT, CY, CZ, CH, SWAP, ECR, Toffoli, CCZ, CSWAP];
const INVERSES: readonly (readonly [Gate, Gate])[] = [
  [S, Sdg],
  [T, Tdg],
  [SX, SXdg],
];

const known = /* @__PURE__ */ new WeakMap<Gate, Gate>();

/** U(θ)†, with the same angles: the inverse of a gate. `adjoint(S)` is Sdg, `adjoint(adjoint(gate))` is the gate. */
export function adjoint(gate: Gate): Gate {
  if (SELF_INVERSE.includes(gate)) return gate;
  for (const [one, other] of INVERSES) {
    if (gate === one) return other;
    if (gate === other) return one;
  }
  const found = known.get(gate);
  if (found) return found;
  const inverse = inverseOf(gate);
  known.set(gate, inverse);
  known.set(inverse, gate);
  return inverse;
}

/** The operations of an inverse circuit, in the order they act. */
export const adjointOperations = (operations: Iterable<Operation>): Operation[] =>
  [...operations].reverse().map(({ gate, wires, angles }) => ({ gate: adjoint(gate), wires, angles }));

function inverseOf(gate: Gate): Gate {
  const { name, numWires, numAngles, controlled, spectra, phases, decomposition, productOf } = gate;
  if (controlled) return defineControlled(`${name}†`, adjoint(controlled.gate), controlled.numControls);
  return defineGate({
    name: `${name}†`,
    numWires,
    numAngles,
    ...(spectra && { spectra: spectra.map((values) => values.map((value) => 0 - value).reverse()) }),
    ...(phases && { phases: phases.map(({ mask, coefficient }) => ({ mask, coefficient: -coefficient })) }),
    ...(decomposition && { decomposition: (angles) => adjointOperations(decomposition(angles)) }),
    ...(productOf && { productOf: adjoint(productOf) }),
    matrix: (angles) => adjointMatrix(gate.matrix(angles)),
    derivative: (angles, k) => (numAngles === 0 ? scale(0, gate.matrix(angles)) : adjointMatrix(gate.derivative(angles, k))),
  });
}
