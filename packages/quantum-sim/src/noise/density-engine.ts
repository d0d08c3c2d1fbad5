import { expect } from "repro-kit";
import type { Engine } from "../executable.ts";
import type { Observable } from "../observable.ts";
import { addSlope } from "./add-slope.ts";
import { createDensityMaps, planDensity } from "./density-plan.ts";
import type { NoisyCircuit } from "./noisy-circuit.ts";
import { applyPauliMap, type PauliVector, pauliOverlaps, realAction, resetPauliVector, setPureState } from "./pauli-vector.ts";
import { readObservable } from "./readout.ts";
import { simulableSteps } from "./simulable-steps.ts";
import { takeStart } from "./start-state.ts";
import type { AngleSources } from "./trajectory-sample.ts";

/** Indices of the entries of ρ must fit 31 bits. */
const MAX_QUBITS = 13;
/** A real number for each Pauli word, in float64. */
const BYTES_PER_ENTRY = 8;

/** @throws UsageError if `count` density matrices are too large. */
export function expectDensityFits(
  name: string,
  numQubits: number,
  count: number,
  memoryLimitBytes: number,
  bytesPerEntry: number,
): void {
  const bytes = count * bytesPerEntry * 4 ** numQubits;
  expect(
    numQubits <= MAX_QUBITS && bytes <= memoryLimitBytes,
    name,
    `needs ${bytes} bytes for ${count} density matri${count === 1 ? "x" : "ces"} of ${numQubits} qubits; the limit is ${memoryLimitBytes} and ${MAX_QUBITS} qubits. Take method: "trajectories", or raise memoryLimitBytes.`,
  );
}

/** Place of a Pauli word among the base-4 digits of a `PauliVector`. */
const wordIndex = ({ factors }: Observable, numQubits: number): number =>
  factors.reduce((sum, { pauli, wire }) => sum + "IXYZ".indexOf(pauli) * 4 ** (numQubits - 1 - wire), 0);

/**
 * Runs circuits on density matrices, sample by sample, in float64: ρ as its expectation values of all Pauli words, on which maps are real.
 * The gradient is the adjoint (the Heisenberg picture) with √L checkpoints of L maps.
 *
 * @throws UsageError if a density matrix exceeds the limit.
 */
export function createDensityEngine(noisy: NoisyCircuit, memoryLimitBytes: number): Engine {
  const { circuit, readout } = noisy;
  const { name, numQubits: n, numInputs, observables } = circuit;
  expectDensityFits(name, n, 1, memoryLimitBytes, BYTES_PER_ENTRY);
  const { start, rest } = takeStart(n, noisy.steps);
  const steps = simulableSteps(rest);
  const runs = planDensity(n, steps);
  const mapsOf = createDensityMaps(steps, runs);
  const words = observables.flatMap((observable, j) =>
    readObservable(observable, readout).map(({ coefficient, word }) => ({ j, coefficient, index: wordIndex(word, n) })),
  );
  const stride = Math.max(1, Math.ceil(Math.sqrt(runs.length)));
  const numCheckpoints = Math.ceil(runs.length / stride);
  /** Made when first used, then used again. */
  const vectors: PauliVector[] = [];
  const vector = (k: number): PauliVector => (vectors[k] ??= { numQubits: n, values: new Float64Array(4 ** n) });
  const reset = (rho: PauliVector, amplitudes: Float64Array | undefined): void => {
    if (amplitudes) setPureState(rho, amplitudes);
    else resetPauliVector(rho);
  };
  const sourcesOf = (inputs: ArrayLike<number>, weights: ArrayLike<number>, sample: number): AngleSources => ({
    ...{ weights, weightOffset: 0 },
    ...{ inputs, inputOffset: sample * numInputs },
  });

  return {
    forward({ inputs, weights, batch }, outputs) {
      const exact = new Float64Array(outputs.length);
      const rho = vector(0);
      for (let sample = 0; sample < batch; sample++) {
        const at = sourcesOf(inputs, weights, sample);
        const { forth } = mapsOf(at);
        reset(rho, start.amplitudes(at));
        runs.forEach(({ wires }, r) => {
          applyPauliMap(forth[r], wires, rho);
        });
        for (const { j, coefficient, index } of words) exact[sample * observables.length + j] += coefficient * rho.values[index];
      }
      outputs.set(exact);
      return undefined;
    },
    backward({ inputs, weights, batch }, cotangent, gradients) {
      expectDensityFits(name, n, 2 + numCheckpoints + stride, memoryLimitBytes, BYTES_PER_ENTRY);
      const exact = { inputs: new Float64Array(gradients.inputs.length), weights: new Float64Array(gradients.weights.length) };
      const [rho, bra] = [vector(0), vector(1)];
      const checkpoint = (k: number) => vector(2 + k);
      /** ρ before run `first + k` of a segment. */
      const before = (k: number) => vector(2 + numCheckpoints + k);
      for (let sample = 0; sample < batch; sample++) {
        const at = sourcesOf(inputs, weights, sample);
        const maps = mapsOf(at);
        const amplitudes = start.amplitudes(at);
        reset(rho, amplitudes);
        runs.forEach(({ wires }, r) => {
          if (r % stride === 0) checkpoint(r / stride).values.set(rho.values);
          applyPauliMap(maps.forth[r], wires, rho);
        });
        bra.values.fill(0);
        for (const { j, coefficient, index } of words)
          bra.values[index] += coefficient * cotangent[sample * observables.length + j];
        for (let segment = numCheckpoints - 1; segment >= 0; segment--) {
          const first = segment * stride;
          const last = Math.min(runs.length, first + stride);
          before(0).values.set(checkpoint(segment).values);
          for (let r = first; r < last - 1; r++) {
            before(r - first + 1).values.set(before(r - first).values);
            applyPauliMap(maps.forth[r], runs[r].wires, before(r - first + 1));
          }
          for (let r = last - 1; r >= first; r--) {
            const { wires } = runs[r];
            const slopes = maps.slopes(r);
            const overlaps = slopes.length > 0 ? pauliOverlaps(bra, before(r - first), wires) : undefined;
            for (const { step, angle, matrix } of slopes) {
              const slope = matrix.reduce((sum, x, e) => sum + x * (overlaps?.[e] ?? 0), 0);
              addSlope(steps[step], angle, slope, at.inputOffset, exact);
            }
            applyPauliMap(maps.back(r), wires, bra);
          }
        }
        // ∂ tr(Λ vvᵀ)/∂v = 2·Re Λv
        if (amplitudes)
          start.addSlopes(
            at,
            realAction(bra, amplitudes).map((x) => 2 * x),
            exact,
          );
      }
      gradients.inputs.set(exact.inputs);
      gradients.weights.set(exact.weights);
    },
  };
}
