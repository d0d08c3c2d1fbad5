import type { Gate, Operation } from "../gate.ts";
import { CNOT, CZ, H, RX, RY, RZ, S, Sdg, SX, SXdg, X, Y, Z } from "../gates/index.ts";

const QUARTER = Math.PI / 4;
/** Angles below this are zero. */
const NEGLIGIBLE = 1e-13;

/**
 * exp(i(a·XX + b·YY + c·ZZ)), up to phase, in as few CNOTs as it can be: none for multiples of π/2, one where it is a CNOT but for
 * single-qubit gates, two where one of the three is a multiple of π/2, else three.
 *
 * @see Vatan & Williams 2004, arXiv:quant-ph/0308006, fig. 6
 */
export function interactionOperations(angles: readonly [number, number, number], wires: readonly number[]): Operation[] {
  // exp(iπ/2·PP) is P⊗P up to phase.
  const turns = angles.map((angle) => Math.round(angle / (2 * QUARTER)));
  const [a, b, c] = angles.map((angle, k) => angle - turns[k] * 2 * QUARTER);
  const paulis = [X, Y, Z].flatMap((pauli, k) => (turns[k] % 2 === 0 ? [] : wires.map((wire) => pauli.on([wire]))));
  return [...paulis, ...reduced(a, b, c, wires)];
}

/** All angles in [−π/4, π/4]. */
function reduced(a: number, b: number, c: number, wires: readonly number[]): Operation[] {
  const isZero = (angle: number) => Math.abs(angle) < NEGLIGIBLE;
  // The smallest becomes b, and one that is left alone c: gates on both wires that exchange two axes.
  if (Math.abs(a) < Math.abs(b)) return exchanged(S, Sdg, wires, reduced(b, a, c, wires));
  if (Math.abs(c) < Math.abs(b)) return exchanged(SX, SXdg, wires, reduced(a, c, b, wires));
  if (isZero(c) && !isZero(a)) return exchanged(H, H, wires, reduced(c, b, a, wires));
  const [first, second] = wires;
  if (!isZero(b))
    return [
      RZ.on([second], -2 * QUARTER),
      CNOT.on([second, first]),
      RZ.on([first], 2 * (QUARTER - c)),
      RY.on([second], 2 * (a - QUARTER)),
      CNOT.on([first, second]),
      RY.on([second], 2 * (QUARTER - b)),
      CNOT.on([second, first]),
      RZ.on([first], 2 * QUARTER),
    ];
  if (isZero(a) && isZero(c)) return [];
  // exp(±iπ/4·ZZ) = CZ·(RZ(∓π/2) ⊗ RZ(∓π/2)).
  if (isZero(a) && isZero(Math.abs(c) - QUARTER)) {
    const turned = c > 0 ? -2 * QUARTER : 2 * QUARTER;
    return [CZ.on(wires), RZ.on([first], turned), RZ.on([second], turned)];
  }
  return [CNOT.on(wires), RX.on([first], -2 * a), RZ.on([second], -2 * c), CNOT.on(wires)];
}

/** V†·(…)·V with the gate V on both wires. */
const exchanged = (gate: Gate, inverse: Gate, wires: readonly number[], inner: Operation[]): Operation[] => [
  ...wires.map((wire) => gate.on([wire])),
  ...inner,
  ...wires.map((wire) => inverse.on([wire])),
];
