/** PauliRot(θ) = exp(−iθ P/2) for a Pauli word P: a basis change, MultiRZ on the wires with a Pauli, and back. */
import { expect } from "repro-kit";
import type { Angle } from "../angle.ts";
import type { ComplexMatrix } from "../complex-matrix.ts";
import { defineGate, type Gate, type Operation } from "../gate.ts";
import { H } from "./fixed.ts";
import { checkMatrixWires, MultiRZ } from "./multi-rz.ts";
import { RX, RZ } from "./rotations.ts";

const known = /* @__PURE__ */ new Map<string, Gate>();

/** P as masks: P|x⟩ = i^numY · (−1)^{parity(x & sign)} |x ⊕ flip⟩; the first letter is the highest bit. */
function masksOf(word: string): { readonly flip: number; readonly sign: number; readonly numY: number } {
  const maskOf = (letters: string) => [...word].reduce((mask, letter) => 2 * mask + (letters.includes(letter) ? 1 : 0), 0);
  return { flip: maskOf("XY"), sign: maskOf("YZ"), numY: [...word].filter((letter) => letter === "Y").length };
}

function pauliMatrix(word: string): ComplexMatrix {
  const { flip, sign, numY } = masksOf(word);
  const dim = 2 ** word.length;
  const re = new Float64Array(dim * dim);
  const im = new Float64Array(dim * dim);
  for (let x = 0; x < dim; x++) {
    let value = numY % 4 < 2 ? 1 : -1; // i^numY without its i
    for (let left = x & sign; left; left &= left - 1) value = -value;
    (numY % 2 === 0 ? re : im)[(x ^ flip) * dim + x] = value;
  }
  return { dim, re, im };
}

/** Turns each Pauli's eigenvectors to those of Z: H for X, RX(π/2) for Y. */
const toZ = (word: string, quarter: 1 | -1): Operation[] =>
  [...word].flatMap((letter, wire) =>
    letter === "X" ? [H.on([wire])] : letter === "Y" ? [RX.on([wire], (quarter * Math.PI) / 2)] : [],
  );

/**
 * The gate of a word of I, X, Y, Z, one letter a wire.
 *
 * @throws UsageError if the word is another, or all of it is I.
 * @example PauliRot("XIZ").on([0, 1, 2], { weight: 0 });
 */
export function PauliRot(word: string): Gate {
  expect(/^[IXYZ]{1,30}$/.test(word), "PauliRot", `expected a word of I, X, Y and Z, at most 30 letters; got "${word}".`);
  expect(
    /[XYZ]/.test(word),
    "PauliRot",
    `expected a letter other than I, for a phase of the whole state is no turn; got "${word}".`,
  );
  const found = known.get(word);
  if (found) return found;
  const name = `PauliRot(${word})`;
  const wires = [...word].flatMap((letter, wire) => (letter === "I" ? [] : [wire]));
  let pauli: ComplexMatrix | undefined;
  const rotation = (a: number, b: number): ComplexMatrix => {
    checkMatrixWires(name, word.length);
    const { dim, re, im } = (pauli ??= pauliMatrix(word));
    const flip = masksOf(word).flip;
    const [outRe, outIm] = [new Float64Array(dim * dim), new Float64Array(dim * dim)];
    // a·I − i·b·P, where P has one entry in each column.
    for (let x = 0; x < dim; x++) {
      const at = (x ^ flip) * dim + x;
      outRe[x * (dim + 1)] = a;
      outRe[at] += b * im[at];
      outIm[at] -= b * re[at];
    }
    return { dim, re: outRe, im: outIm };
  };
  const inZ = (angle: Angle): Operation => ({ gate: wires.length === 1 ? RZ : MultiRZ(wires.length), wires, angles: [angle] });
  const gate = defineGate({
    name,
    numWires: word.length,
    numAngles: 1,
    spectra: [[-1, 1]],
    ...(/^[IZ]+$/.test(word) && { phases: [{ mask: masksOf(word).sign, coefficient: -0.5 }] }),
    decomposition: ([angle]) => [...toZ(word, 1), inZ(angle), ...toZ(word, -1)],
    matrix: ([theta]) => rotation(Math.cos(theta / 2), Math.sin(theta / 2)),
    derivative: ([theta]) => rotation(-Math.sin(theta / 2) / 2, Math.cos(theta / 2) / 2),
    generator: () => pauliMatrix(word),
  });
  known.set(word, gate);
  return gate;
}
