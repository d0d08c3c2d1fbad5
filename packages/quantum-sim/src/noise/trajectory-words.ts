import { type PauliMasks, pauliMasks } from "../observable.ts";
import type { NoisyCircuit } from "./noisy-circuit.ts";
import { readObservable } from "./readout.ts";
import type { TrajectoryMemory } from "./trajectory-memory.ts";

const IDENTITY = { flip: 0, sign: 0 };

/** Expectation values of trajectories, and the adjoint states of their sums; states need not have norm 1. */
export interface TrajectoryWords {
  /** out[offset + j] += factor·Σ over the first lanes of ⟨ψ|O_j|ψ⟩/⟨ψ|ψ⟩, as read with errors. */
  addValues(memory: TrajectoryMemory, numLanes: number, factor: number, out: Float64Array, offset: number): void;
  /** Fixes the weights of the observables. */
  setCotangent(memory: TrajectoryMemory, cotangent: ArrayLike<number>, offset: number): void;
  /** λ ← factor·Σ cotangent_j O_j ψ/⟨ψ|ψ⟩ in the first lanes, 0 in the others. */
  setAdjoint(memory: TrajectoryMemory, numLanes: number, factor: number): void;
}

/** The words of a circuit as its readout sees them. Words of Z take one transform for all of them, O(n·2^n). */
export function createTrajectoryWords({ circuit, readout }: NoisyCircuit): TrajectoryWords {
  const { numQubits, observables } = circuit;
  const words = observables.flatMap((observable, j) =>
    readObservable(observable, readout).map(({ coefficient, word }) => ({ j, coefficient, masks: pauliMasks(word, numQubits) })),
  );
  const diagonal = words.filter(({ masks }) => masks.flip === 0);
  const others = words.filter(({ masks }) => masks.flip !== 0);
  let weights: readonly { readonly masks: PauliMasks; readonly weight: number }[] = [];
  const factors = new Float64Array(4);

  return {
    addValues(memory, numLanes, factor, out, offset) {
      const { lanes, overlaps } = memory;
      memory.expectDiagonals();
      const norms = memory.words.slice(0, lanes);
      for (const { j, coefficient, masks } of diagonal)
        for (let lane = 0; lane < numLanes; lane++)
          out[offset + j] += (factor * coefficient * memory.words[masks.sign * lanes + lane]) / norms[lane];
      for (const { j, coefficient, masks } of others) {
        memory.expectWord(masks);
        // Re(i^numY · sum)
        const first = masks.numY % 2 === 1 ? lanes : 0;
        const signed = masks.numY % 4 === 1 || masks.numY % 4 === 2 ? -coefficient : coefficient;
        for (let lane = 0; lane < numLanes; lane++) out[offset + j] += (factor * signed * overlaps[first + lane]) / norms[lane];
      }
    },
    setCotangent(memory, cotangent, offset) {
      weights = others.map(({ j, coefficient, masks }) => ({ masks, weight: coefficient * cotangent[offset + j] }));
      // Σ_s d_s (−1)^{parity(x & s)}, the transform of the weights of the words of Z.
      const d = new Float64Array(2 ** numQubits);
      for (const { j, coefficient, masks } of diagonal) d[masks.sign] += coefficient * cotangent[offset + j];
      for (let half = 1; half < d.length; half *= 2)
        for (let block = 0; block < d.length; block += 2 * half)
          for (let x = block; x < block + half; x++) {
            const [a, b] = [d[x], d[x + half]];
            d[x] = a + b;
            d[x + half] = a - b;
          }
      memory.diagonal.set(d);
    },
    setAdjoint(memory, numLanes, factor) {
      memory.expectWord(IDENTITY);
      for (let lane = 0; lane < factors.length; lane++) factors[lane] = lane < numLanes ? factor / memory.overlaps[lane] : 0;
      if (diagonal.length > 0) memory.weigh(factors);
      else memory.clearBra();
      for (const { masks, weight } of weights) memory.addWord(masks, weight, factors);
    },
  };
}
