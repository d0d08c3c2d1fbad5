import type { ComplexMatrix } from "../complex-matrix.ts";
import { defineControlled, defineGate, type Operation } from "../gate.ts";
import { X } from "../gates/index.ts";
import { parityTerms } from "../program/gate-structure.ts";
import { diagonalRotations, rotationOperations } from "./pauli-rotations.ts";

/** Wires up to which a matrix is taken apart: 4^6 entries give 2016 turns. */
const MOST_WIRES = 6;
/** An entry below this needs no turn. */
const NEGLIGIBLE = 1e-15;

/**
 * Any unitary, up to phase: turns between two basis states that differ in one bit (Givens rotations along a Gray code) bring it to a
 * diagonal, so it is that diagonal followed by their inverses, each a controlled gate. Undefined for more than 6 wires.
 *
 * @see Nielsen & Chuang (2010), §4.5.1–4.5.2; Vartiainen, Möttönen & Salomaa 2004, arXiv:quant-ph/0312218
 */
export function synthesiseUnitary(
  { dim, re: givenRe, im: givenIm }: ComplexMatrix,
  wires: readonly number[],
): Operation[] | undefined {
  const numWires = wires.length;
  if (numWires > MOST_WIRES) return undefined;
  const re = Float64Array.from(givenRe);
  const im = Float64Array.from(givenIm);
  const gray = Array.from({ length: dim }, (_, k) => k ^ (k >> 1));
  const inverses: Operation[][] = [];
  for (let column = 0; column + 1 < dim; column++)
    for (let k = dim - 1; k > column; k--) {
      const [upper, lower] = [gray[k - 1], gray[k]];
      const turn = eliminate(re, im, dim, upper, lower, gray[column]);
      if (turn) inverses.push(placeTurn(turn, upper, lower, wires));
    }
  const phases = Array.from({ length: dim }, (_, x) => Math.atan2(im[x * (dim + 1)], re[x * (dim + 1)]));
  return [...rotationOperations(diagonalRotations(parityTerms(phases)), wires, 1), ...inverses.reverse().flat()];
}

/** [[a, b], [−b*, a*]] on rows (upper, lower) that makes the lower entry of the column 0; applied in place. */
function eliminate(
  re: Float64Array,
  im: Float64Array,
  dim: number,
  upper: number,
  lower: number,
  column: number,
): Turn | undefined {
  const [u, v] = [upper * dim + column, lower * dim + column];
  const norm = Math.hypot(re[u], im[u], re[v], im[v]);
  if (Math.hypot(re[v], im[v]) < NEGLIGIBLE) return undefined;
  const turn = { aRe: re[u] / norm, aIm: -im[u] / norm, bRe: re[v] / norm, bIm: -im[v] / norm };
  const { aRe, aIm, bRe, bIm } = turn;
  for (let k = 0; k < dim; k++) {
    const [i, j] = [upper * dim + k, lower * dim + k];
    const [x, y, z, w] = [re[i], im[i], re[j], im[j]];
    re[i] = aRe * x - aIm * y + bRe * z - bIm * w;
    im[i] = aRe * y + aIm * x + bRe * w + bIm * z;
    re[j] = -bRe * x - bIm * y + aRe * z + aIm * w;
    im[j] = -bRe * y + bIm * x + aRe * w - aIm * z;
  }
  return turn;
}
interface Turn {
  readonly aRe: number;
  readonly aIm: number;
  readonly bRe: number;
  readonly bIm: number;
}

/** The inverse of a turn between two states that differ in one bit, under the other wires. */
function placeTurn({ aRe, aIm, bRe, bIm }: Turn, upper: number, lower: number, wires: readonly number[]): Operation[] {
  const bitOf = (state: number, k: number): number => (state >> (wires.length - 1 - k)) & 1;
  const target = wires.findIndex((_, k) => bitOf(upper, k) !== bitOf(lower, k));
  // [[a*, −b], [b*, a]] in the order (upper, lower); the target's 0 comes first in the gate.
  const [re, im] =
    bitOf(upper, target) === 0
      ? [
          [aRe, -bRe, bRe, aRe],
          [-aIm, -bIm, -bIm, aIm],
        ]
      : [
          [aRe, bRe, -bRe, aRe],
          [aIm, -bIm, -bIm, -aIm],
        ];
  const unitary = { dim: 2, re: Float64Array.from(re), im: Float64Array.from(im) };
  const zero = { dim: 2, re: new Float64Array(4), im: new Float64Array(4) };
  const gate = defineGate({ name: "turn", numWires: 1, numAngles: 0, matrix: () => unitary, derivative: () => zero });
  const controls = wires.filter((_, k) => k !== target);
  if (controls.length === 0) return [gate.on(wires)];
  const flips = wires.filter((_, k) => k !== target && bitOf(upper, k) === 0).map((wire) => X.on([wire]));
  return [...flips, defineControlled("controlled turn", gate, controls.length).on([...controls, wires[target]]), ...flips];
}
