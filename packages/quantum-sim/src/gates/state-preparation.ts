/** The state Σ_x v_x|x⟩/|v| of a real vector v, made of |0…0⟩. As a matrix it is a reflection; the compiler writes the amplitudes. */
import { expect } from "repro-kit";
import type { ComplexMatrix } from "../complex-matrix.ts";
import { defineGate, type Gate, type StatePreparation } from "../gate.ts";
import { checkMatrixWires } from "./multi-rz.ts";

const MOST_WIRES = 30;

function preparation(name: string): StatePreparation {
  const norm = (v: ArrayLike<number>): number => {
    let largest = 0;
    for (let x = 0; x < v.length; x++) largest = Math.max(largest, Math.abs(v[x]));
    expect(
      largest > 0 && Number.isFinite(largest),
      name,
      `amplitudes must be finite and not all zero; got ${largest === 0 ? "zeros only, which no state has" : "one that is not"}.`,
    );
    let sum = 0;
    for (let x = 0; x < v.length; x++) sum += (v[x] / largest) ** 2;
    return largest * Math.sqrt(sum);
  };
  return {
    amplitudes(v) {
      const length = norm(v);
      const unit = new Float64Array(v.length);
      for (let x = 0; x < v.length; x++) unit[x] = v[x] / length;
      return unit;
    },
    vjp(v, cotangent) {
      const length = norm(v);
      let along = 0;
      for (let x = 0; x < v.length; x++) along += (v[x] / length) * cotangent[x];
      const slopes = new Float64Array(v.length);
      for (let x = 0; x < v.length; x++) slopes[x] = (cotangent[x] - along * (v[x] / length)) / length;
      return slopes;
    },
  };
}

const known = /* @__PURE__ */ new Map<number, Gate>();

/**
 * A gate of 2^numWires angles, the entries of v in any scale; the first wire is the highest bit of an index. As the first operation on
 * its wires it costs O(2^numQubits), with gradients. Elsewhere it is the reflection that takes |0…0⟩ to the state, as a dense matrix.
 *
 * @throws UsageError if numWires is not an integer from 1 to 30; when run, if v is zero or not finite.
 */
export function statePreparation(numWires: number): Gate {
  const isCount = Number.isInteger(numWires) && numWires >= 1 && numWires <= MOST_WIRES;
  expect(isCount, "statePreparation", `numWires must be an integer from 1 to ${MOST_WIRES}; got ${numWires}.`);
  const found = known.get(numWires);
  if (found) return found;
  const name = `StatePreparation(${numWires})`;
  const dim = 2 ** numWires;
  const prepare = preparation(name);

  /** w = v̂ + s·e₀ with s = sign v₀: U = −s·(1 − 2wwᵀ/wᵀw) has v̂ as its first column. */
  const reflector = (angles: readonly number[]) => {
    checkMatrixWires(name, numWires);
    const unit = prepare.amplitudes(angles);
    const sign = unit[0] < 0 ? -1 : 1;
    const w = unit.slice();
    w[0] += sign;
    return { unit, sign, w, square: 2 * (1 + Math.abs(unit[0])) };
  };
  const fill = (entry: (r: number, c: number) => number): ComplexMatrix => ({
    dim,
    re: Float64Array.from({ length: dim * dim }, (_, i) => entry(Math.floor(i / dim), i % dim)),
    im: new Float64Array(dim * dim),
  });
  const gate = defineGate({
    name,
    numWires,
    numAngles: dim,
    preparation: prepare,
    matrix(angles) {
      const { sign, w, square } = reflector(angles);
      return fill((r, c) => -sign * ((r === c ? 1 : 0) - (2 * w[r] * w[c]) / square));
    },
    derivative(angles, k) {
      const { unit, sign, w, square } = reflector(angles);
      const length = Math.hypot(...angles);
      const dw = unit.map((value, x) => ((x === k ? 1 : 0) - value * unit[k]) / length);
      const dSquare = 2 * sign * dw[0];
      return fill((r, c) => 2 * sign * ((dw[r] * w[c] + w[r] * dw[c]) / square - (w[r] * w[c] * dSquare) / square ** 2));
    },
  });
  known.set(numWires, gate);
  return gate;
}
