import { expect } from "repro-kit";
import type { Engine } from "../executable.ts";
import { pauliMasks } from "../observable.ts";
import { createStatevector, realMatrixElement, resetStatevector, type Statevector } from "../statevector.ts";
import { addSlope } from "./add-slope.ts";
import { kronecker } from "./channel.ts";
import { conjugate, createDensitySteps, rowsAndColumns } from "./density-steps.ts";
import { isChannel, type NoisyCircuit } from "./noisy-circuit.ts";
import { readObservable } from "./readout.ts";
import { simulableSteps } from "./simulable-steps.ts";
import { takeStart } from "./start-state.ts";
import { type AngleSources, anglesOf } from "./trajectory-sample.ts";

/** The entries of ρ are those of a state of twice as many qubits, whose index must fit 31 bits. */
const MAX_QUBITS = 13;

/** Bytes of a density matrix in float64. */
export const densityBytes = (numQubits: number): number => 16 * 4 ** numQubits;

/** @throws UsageError if `count` density matrices are too large. */
export function expectDensityFits(name: string, numQubits: number, count: number, memoryLimitBytes: number): void {
  const bytes = count * densityBytes(numQubits);
  expect(
    numQubits <= MAX_QUBITS && bytes <= memoryLimitBytes,
    name,
    `needs ${bytes} bytes for ${count} density matri${count === 1 ? "x" : "ces"} of ${numQubits} qubits; the limit is ${memoryLimitBytes} and ${MAX_QUBITS} qubits. Take method: "trajectories", or raise memoryLimitBytes.`,
  );
}

/** ρ ← vvᵀ for real amplitudes v, [2^n], or |0…0⟩⟨0…0|. */
export function resetDensity(rho: Statevector, amplitudes: Float64Array | undefined): void {
  resetStatevector(rho);
  amplitudes?.forEach((a, x) => {
    amplitudes.forEach((b, y) => {
      rho.re[x * amplitudes.length + y] = a * b;
    });
  });
}

/**
 * Runs circuits on density matrices, sample by sample, in float64; the gradient is the adjoint in the Heisenberg picture with √L
 * checkpoints of L steps.
 *
 * @throws UsageError if a density matrix exceeds the limit.
 */
export function createDensityEngine(noisy: NoisyCircuit, memoryLimitBytes: number): Engine {
  const { circuit, readout } = noisy;
  const { name, numQubits: n, numInputs, observables } = circuit;
  expectDensityFits(name, n, 1, memoryLimitBytes);
  const { start, rest } = takeStart(n, noisy.steps);
  const steps = simulableSteps(rest);
  const { apply, applyAdjoint } = createDensitySteps(n, steps);
  const size = 2 ** n;
  const words = observables.flatMap((observable, j) =>
    readObservable(observable, readout).map(({ coefficient, word }) => ({ j, coefficient, masks: pauliMasks(word, n) })),
  );
  const stride = Math.max(1, Math.ceil(Math.sqrt(steps.length)));
  const numCheckpoints = Math.ceil(steps.length / stride);
  /** Made when first used, then used again. */
  const states: Statevector[] = [];
  const state = (k: number): Statevector => (states[k] ??= createStatevector(2 * n));
  const copy = (from: Statevector, to: Statevector): void => {
    to.re.set(from.re);
    to.im.set(from.im);
  };
  /** Calls back with the entry of ρ or of O, and the factor i^numY·(−1)^{parity(y & sign)} as (re, im). */
  const eachEntry = (
    { flip, sign, numY }: { flip: number; sign: number; numY: number },
    visit: (row: number, column: number, re: number, im: number) => void,
  ): void => {
    const [turnRe, turnIm] = [[1, 0, -1, 0][numY % 4], [0, 1, 0, -1][numY % 4]];
    for (let y = 0; y < size; y++) {
      let parity = 0;
      for (let bits = y & sign; bits; bits &= bits - 1) parity ^= 1;
      const s = parity ? -1 : 1;
      visit(y ^ flip, y, s * turnRe, s * turnIm);
    }
  };
  const sourcesOf = (inputs: ArrayLike<number>, weights: ArrayLike<number>, sample: number): AngleSources => ({
    ...{ weights, weightOffset: 0 },
    ...{ inputs, inputOffset: sample * numInputs },
  });

  return {
    forward({ inputs, weights, batch }, outputs) {
      const exact = new Float64Array(outputs.length);
      const rho = state(0);
      for (let sample = 0; sample < batch; sample++) {
        const at = sourcesOf(inputs, weights, sample);
        resetDensity(rho, start.amplitudes(at));
        for (const step of steps) apply(step, at, rho);
        // tr(Pρ) = Σ P_xy ρ_yx
        for (const { j, coefficient, masks } of words)
          eachEntry(masks, (x, y, re, im) => {
            exact[sample * observables.length + j] += coefficient * (re * rho.re[y * size + x] - im * rho.im[y * size + x]);
          });
      }
      outputs.set(exact);
      return undefined;
    },
    backward({ inputs, weights, batch }, cotangent, gradients) {
      expectDensityFits(name, n, 2 + numCheckpoints + stride, memoryLimitBytes);
      const exact = { inputs: new Float64Array(gradients.inputs.length), weights: new Float64Array(gradients.weights.length) };
      const [rho, bra] = [state(0), state(1)];
      const checkpoint = (k: number) => state(2 + k);
      /** ρ before step `first + k` of a segment. */
      const before = (k: number) => state(2 + numCheckpoints + k);
      for (let sample = 0; sample < batch; sample++) {
        const at = sourcesOf(inputs, weights, sample);
        const amplitudes = start.amplitudes(at);
        resetDensity(rho, amplitudes);
        steps.forEach((step, k) => {
          if (k % stride === 0) copy(rho, checkpoint(k / stride));
          apply(step, at, rho);
        });
        bra.re.fill(0);
        bra.im.fill(0);
        for (const { j, coefficient, masks } of words) {
          const factor = coefficient * cotangent[sample * observables.length + j];
          eachEntry(masks, (x, y, re, im) => {
            bra.re[x * size + y] += factor * re;
            bra.im[x * size + y] += factor * im;
          });
        }
        for (let segment = numCheckpoints - 1; segment >= 0; segment--) {
          const first = segment * stride;
          const last = Math.min(steps.length, first + stride);
          copy(checkpoint(segment), before(0));
          for (let k = first; k < last - 1; k++) {
            copy(before(k - first), before(k - first + 1));
            apply(steps[k], at, before(k - first + 1));
          }
          for (let k = last - 1; k >= first; k--) {
            const step = steps[k];
            if (!isChannel(step) && step.angles.some((angle) => typeof angle !== "number")) {
              const angles = anglesOf(step, at);
              const U = conjugate(step.gate.matrix(angles));
              const wires = rowsAndColumns(step.wires, n);
              // ∂(UρU†) = ∂U ρ U† + its adjoint, and λ is Hermitian: twice the real part of the first.
              step.angles.forEach((angle, a) => {
                if (typeof angle === "number") return;
                const slope = realMatrixElement(bra, kronecker(step.gate.derivative(angles, a), U), wires, before(k - first));
                addSlope(step, a, 2 * slope, at.inputOffset, exact);
              });
            }
            applyAdjoint(step, at, bra);
          }
        }
        // ∂ tr(Λ vvᵀ)/∂v = 2·Re Λv
        const slopeOf = (_: unknown, x: number) =>
          2 * (amplitudes ?? []).reduce((sum, v, y) => sum + bra.re[x * size + y] * v, 0);
        if (amplitudes) start.addSlopes(at, amplitudes.map(slopeOf), exact);
      }
      gradients.inputs.set(exact.inputs);
      gradients.weights.set(exact.weights);
    },
  };
}
