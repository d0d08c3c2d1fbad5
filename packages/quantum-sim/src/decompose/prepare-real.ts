import type { Operation } from "../gate.ts";
import { CNOT, RY } from "../gates/index.ts";
import { isOdd } from "../statevector.ts";

/** Turns below this are left out. */
const NEGLIGIBLE = 1e-15;

/**
 * Real amplitudes from |0…0⟩, up to sign, by 2^n − 1 RY under controls: at most 2^n CNOTs.
 *
 * @param amplitudes - [2^n], normalised; the first wire is the most significant bit.
 * @see Möttönen et al. 2005, arXiv:quant-ph/0407010, §3
 */
export function prepareReal(amplitudes: ArrayLike<number>, wires: readonly number[]): Operation[] {
  // Norms of the blocks of amplitudes that share their leading bits, from all bits to none; with signs at the last wire.
  let norms = Float64Array.from(amplitudes);
  const turns: Float64Array[] = [];
  while (norms.length > 1) {
    const above = new Float64Array(norms.length / 2);
    turns.unshift(above.map((_, x) => 2 * Math.atan2(norms[2 * x + 1], norms[2 * x])));
    norms = above.map((_, x) => Math.hypot(norms[2 * x], norms[2 * x + 1]));
  }
  return turns.flatMap((angles, k) => multiplexedTurn(angles, wires.slice(0, k), wires[k]));
}

/** RY(angles[x]) on the target where the controls read x: turns between CNOTs whose controls follow a Gray code. */
function multiplexedTurn(angles: Float64Array, controls: readonly number[], target: number): Operation[] {
  const { length } = angles;
  if (angles.every((angle) => Math.abs(angle) < NEGLIGIBLE)) return [];
  return Array.from({ length }, (_, k): Operation[] => {
    const gray = k ^ (k >> 1);
    const next = (k + 1) % length;
    const changed = Math.log2(gray ^ next ^ (next >> 1)); // the bit of the Gray code that changes, from the lowest
    let sum = 0;
    for (let x = 0; x < length; x++) sum += isOdd(x & gray) ? -angles[x] : angles[x];
    const turn = RY.on([target], sum / length);
    return length === 1 ? [turn] : [turn, CNOT.on([controls[controls.length - 1 - changed], target])];
  }).flat();
}
