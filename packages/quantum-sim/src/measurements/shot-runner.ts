import { checkOptions, type Rng } from "repro-kit";
import { type CircuitRunner, numOutputsOf, outputsOf } from "../circuit-runner.ts";
import type { ComplexMatrix } from "../complex-matrix.ts";
import { multiply } from "../complex-matrix.ts";
import { H, Sdg } from "../gates/index.ts";
import { type Observable, type Pauli, pauliMasks } from "../observable.ts";
import { createStateBatch } from "../program/state-batch.ts";
import { applyMatrix, isOdd, type Statevector } from "../statevector.ts";
import { checkShots, drawIndices, marginalProbabilities } from "./samples.ts";

export interface ShotOptions {
  /** Readings for each group of words that are read together. */
  readonly shots: number;
  /** Setting i of a runner depends on the stream and on i alone. */
  readonly rng: Rng;
}

/** Words that agree on every wire, and are therefore read from the same shots. */
export interface WordGroup {
  /** The basis of each wire; undefined where no word of the group acts. */
  readonly bases: readonly (Pauli | undefined)[];
  /** Which of the words they are. */
  readonly members: readonly number[];
}

/** Words in as few groups as first fit finds; words that commute wire by wire are read together. */
export function groupWords(words: readonly Observable[], numQubits: number): WordGroup[] {
  const groups: { bases: (Pauli | undefined)[]; members: number[] }[] = [];
  words.forEach(({ factors }, index) => {
    const fits = ({ bases }: WordGroup) => factors.every(({ pauli, wire }) => (bases[wire] ?? pauli) === pauli);
    const group = groups.find(fits) ?? { bases: new Array<Pauli | undefined>(numQubits).fill(undefined), members: [] };
    if (group.members.length === 0) groups.push(group);
    for (const { pauli, wire } of factors) group.bases[wire] = pauli;
    group.members.push(index);
  });
  return groups;
}

/** ⟨P⟩ of each word, estimated from `shots` readings of each group: ±1 averaged, standard error √((1 − ⟨P⟩²)/shots). */
function sampleWords(
  state: Statevector,
  words: readonly Observable[],
  groups: readonly WordGroup[],
  { shots, rng }: ShotOptions,
): Float64Array {
  const { numQubits } = state;
  const values = new Float64Array(words.length);
  for (const { bases, members } of groups) {
    const turned = { numQubits, re: state.re.slice(), im: state.im.slice() };
    bases.forEach((pauli, wire) => {
      if (pauli === "X" || pauli === "Y") applyMatrix(pauli === "X" ? TO_X : TO_Y, [wire], turned);
    });
    const indices = drawIndices(marginalProbabilities(turned), shots, rng);
    for (const j of members) {
      // In these bases every factor is a Z.
      const { flip, sign } = pauliMasks(words[j], numQubits);
      let sum = 0;
      for (const index of indices) sum += isOdd(index & (flip | sign)) ? -1 : 1;
      values[j] = sum / shots;
    }
  }
  return values;
}

/** What turns the eigenvectors of X, and of Y, into |0⟩ and |1⟩. */
const TO_X: ComplexMatrix = /* @__PURE__ */ H.matrix([]);
const TO_Y: ComplexMatrix = /* @__PURE__ */ multiply(H.matrix([]), Sdg.matrix([]));

/**
 * Runs circuits as a device would: each output is estimated from `shots` readings. For `parameterShift`, `compileShifted` and the like.
 *
 * @throws UsageError if `shots` is not a whole number ≥ 1.
 */
export function shotRunner(options: ShotOptions): CircuitRunner {
  checkOptions("shotRunner", options, ["shots", "rng"]);
  const { shots, rng } = options;
  checkShots("shotRunner", shots);
  let setting = 0;
  return (circuit) => {
    const { numQubits, numInputs, observables } = circuit;
    const groups = groupWords(observables, numQubits);
    const batch = createStateBatch(numQubits, { precision: "float64" });
    const prepared = batch.prepare(circuit.operations);
    const numOutputs = numOutputsOf(circuit);
    return (inputs, rows) => {
      const outputs = new Float64Array(rows * numOutputs);
      for (let row = 0; row < rows; row++) {
        batch.reset();
        prepared.apply([{ weights: [], weightOffset: 0, inputs, inputOffset: row * numInputs }]);
        const own = { shots, rng: rng.fork("setting", setting++) };
        outputs.set(outputsOf(circuit, sampleWords(batch.read(0), observables, groups, own)), row * numOutputs);
      }
      return outputs;
    };
  };
}
