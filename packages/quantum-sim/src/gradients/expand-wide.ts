import { type Angle, isInput, scaled, shifted } from "../angle.ts";
import type { Operation } from "../gate.ts";
import { CNOT } from "../gates/controlled.ts";
import { RZ } from "../gates/rotations.ts";

/** Gates on more wires than this are taken apart where they tell how: their matrices have 4^wires entries. */
const MOST_MATRIX_WIRES = 3;

/** An operation as operations on few wires, equal to it up to a global phase; itself where it is on few, or does not tell how. */
export function expandWide(operation: Operation): readonly Operation[] {
  const { gate, wires, angles } = operation;
  if (wires.length <= MOST_MATRIX_WIRES) return [operation];
  if (gate.decomposition) {
    const parts = gate.decomposition(angles.map((_, weight) => ({ weight })));
    return parts.flatMap((part) =>
      expandWide({
        gate: part.gate,
        wires: part.wires.map((wire) => wires[wire]),
        angles: part.angles.map((angle) => substitute(angle, angles)),
      }),
    );
  }
  if (!gate.phases) return [operation];
  return gate.phases.flatMap(({ mask, coefficient }) => {
    const members = wires.filter((_, k) => (mask >> (wires.length - 1 - k)) & 1);
    const last = members.pop();
    if (last === undefined) return [];
    // e^{iacχ} with the parity χ collected on one wire, where RZ(θ) = e^{−iθχ/2}.
    const collect = members.map((wire) => CNOT.on([wire, last]));
    return [...collect, RZ.on([last], scaled(angles[0] ?? 1, -2 * coefficient)), ...[...collect].reverse()];
  });
}

/** An angle of a decomposition, whose "weights" are the gate's own angles. */
function substitute(angle: Angle, own: readonly Angle[]): Angle {
  if (typeof angle === "number" || isInput(angle)) return angle;
  return shifted(scaled(own[angle.weight], angle.scale ?? 1), angle.shift ?? 0);
}
