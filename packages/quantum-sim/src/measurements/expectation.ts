import { expect } from "repro-kit";
import { type Hamiltonian, type Measurable, toHamiltonian } from "../hamiltonian.ts";
import { type PauliMasks, pauliMasks } from "../observable.ts";
import { addPauli, createStatevector, expectPauli, isOdd } from "../statevector.ts";
import { isDensity, type QuantumState } from "./quantum-state.ts";

/**
 * ⟨ψ|H|ψ⟩ or Tr(Hρ).
 *
 * @param observable - A Pauli word ("X0 Z2") or a Hamiltonian.
 * @throws UsageError if the state's size is wrong or a word needs another wire.
 */
export function expectation(state: QuantumState, observable: Measurable): number {
  const scope = "expectation";
  const mixed = isDensity(scope, state);
  let sum = 0;
  for (const { coefficient, masks } of termsOf(scope, toHamiltonian(observable), state.numQubits))
    sum += coefficient * (mixed ? traceWith(masks, state) : expectPauli(masks, state));
  return sum;
}

/**
 * ⟨H²⟩ − ⟨H⟩², as ‖(H − ⟨H⟩)ψ‖² or Tr((H − ⟨H⟩)²ρ), so that no digits cancel.
 *
 * @throws UsageError as `expectation`.
 */
export function variance(state: QuantumState, observable: Measurable): number {
  const scope = "variance";
  const { numQubits } = state;
  const mean = expectation(state, observable);
  const centred = [...termsOf(scope, toHamiltonian(observable), numQubits), { coefficient: -mean, masks: IDENTITY }];
  if (!isDensity(scope, state)) {
    const moved = createStatevector(numQubits);
    for (const { coefficient, masks } of centred) addPauli(coefficient, masks, state, moved);
    return moved.re.reduce((sum, x, i) => sum + x * x + moved.im[i] ** 2, 0);
  }
  // The rows of ρ are the upper n bits of the index of a "state" of 2n wires.
  const rows = { ...state, numQubits: 2 * numQubits };
  const moved = createStatevector(2 * numQubits);
  for (const { coefficient, masks } of centred)
    addPauli(coefficient, { flip: masks.flip << numQubits, sign: masks.sign << numQubits, numY: masks.numY }, rows, moved);
  return centred.reduce((sum, { coefficient, masks }) => sum + coefficient * traceWith(masks, { ...moved, numQubits }), 0);
}

const IDENTITY: PauliMasks = { flip: 0, sign: 0, numY: 0 };

function termsOf(
  scope: string,
  { terms }: Hamiltonian,
  numQubits: number,
): { readonly coefficient: number; readonly masks: PauliMasks }[] {
  return terms.map(({ coefficient, word }) => {
    for (const { pauli, wire } of word.factors)
      expect(wire < numQubits, scope, `${pauli}${wire} needs a wire below numQubits = ${numQubits}.`);
    return { coefficient, masks: pauliMasks(word, numQubits) };
  });
}

/** Re Tr(P·A) = Re Σ_y ⟨y ⊕ flip|P|y⟩·A_(y, y ⊕ flip). */
function traceWith({ flip, sign, numY }: PauliMasks, { numQubits, re, im }: QuantumState): number {
  const size = 2 ** numQubits;
  let sumRe = 0;
  let sumIm = 0;
  for (let y = 0; y < size; y++) {
    const at = y * size + (y ^ flip);
    const factor = isOdd(y & sign) ? -1 : 1;
    sumRe += factor * re[at];
    sumIm += factor * im[at];
  }
  // Re(i^numY·sum)
  const turn = numY % 4;
  return turn === 0 ? sumRe : turn === 1 ? -sumIm : turn === 2 ? -sumRe : sumIm;
}
