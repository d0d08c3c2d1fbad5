import { checkOptions, expect } from "repro-kit";
import { checkSample } from "../executable.ts";
import type { SimulateOptions } from "../simulate.ts";
import { createStatevector, resetStatevector, type Statevector } from "../statevector.ts";
import { expectDensityFits } from "./density-engine.ts";
import { createDensitySteps } from "./density-steps.ts";
import type { NoisyCircuit } from "./noisy-circuit.ts";
import { simulableSteps } from "./simulable-steps.ts";
import { takeStart } from "./start-state.ts";

/** ρ of n qubits, row-major; wire 0 is the most significant bit of the row and of the column. */
export interface DensityMatrix {
  readonly numQubits: number;
  /** [2^n, 2^n] */
  readonly re: Float64Array;
  readonly im: Float64Array;
}

const LIMIT_BYTES = 2 ** 30;
/** A complex number, in float64. */
const BYTES_PER_ENTRY = 16;

/**
 * ρ that a noisy circuit prepares from |0…0⟩, one sample in float64; errors of the readout are not part of it. 16·4^n bytes.
 *
 * @throws UsageError if the inputs or weights have another length or are not finite, or ρ takes more than 1 GiB (13 qubits).
 */
export function simulateDensity(noisy: NoisyCircuit, options: SimulateOptions = {}): DensityMatrix {
  checkOptions("simulateDensity", options, ["inputs", "weights"]);
  const { inputs = [], weights = [] } = options;
  const { name, numQubits } = noisy.circuit;
  checkSample(noisy.circuit, inputs, weights);
  expectDensityFits(name, numQubits, 1, LIMIT_BYTES, BYTES_PER_ENTRY);
  const { start, rest } = takeStart(numQubits, noisy.steps);
  const steps = simulableSteps(rest);
  const { apply } = createDensitySteps(numQubits, steps);
  const at = { weights, weightOffset: 0, inputs, inputOffset: 0 };
  const rho = createStatevector(2 * numQubits);
  resetDensity(rho, start.amplitudes(at));
  for (const step of steps) apply(step, at, rho);
  return { numQubits, re: rho.re, im: rho.im };
}

/** ρ ← vvᵀ for real amplitudes v, [2^n], or |0…0⟩⟨0…0|. */
function resetDensity(rho: Statevector, amplitudes: Float64Array | undefined): void {
  resetStatevector(rho);
  amplitudes?.forEach((a, x) => {
    amplitudes.forEach((b, y) => {
      rho.re[x * amplitudes.length + y] = a * b;
    });
  });
}

/** The diagonal of ρ: the probability of each basis state, [2^n]. */
export const densityProbabilities = ({ numQubits, re }: DensityMatrix): Float64Array =>
  Float64Array.from({ length: 2 ** numQubits }, (_, x) => Math.max(0, re[x * 2 ** numQubits + x]));

/**
 * The state after some wires were found in given values, on the other wires in their order: ⟨b|ρ|b⟩ / probability.
 *
 * @param bits - Wire → 0 or 1.
 * @throws UsageError if that outcome has probability zero, or a wire is missing.
 */
export function postSelectDensity(
  { numQubits: n, re, im }: DensityMatrix,
  bits: Readonly<Record<number, 0 | 1>>,
): DensityMatrix & { readonly probability: number } {
  const scope = "postSelectDensity";
  const selected = Object.entries(bits).map(([wire, bit]) => ({ wire: Number(wire), bit }));
  for (const { wire, bit } of selected) {
    expect(Number.isInteger(wire) && wire >= 0 && wire < n, scope, `needs wires below ${n}; got ${wire}.`);
    expect(bit === 0 || bit === 1, scope, `needs 0 or 1 on wire ${wire}; got ${bit}.`);
  }
  const kept = Array.from({ length: n }, (_, wire) => wire).filter((wire) => !(wire in bits));
  expect(kept.length > 0, scope, `must leave a wire; all ${n} are selected. Take the probability of the basis state.`);
  const fixed = selected.reduce((index, { wire, bit }) => index + bit * 2 ** (n - 1 - wire), 0);
  const size = 2 ** kept.length;
  const full = Array.from({ length: size }, (_, x) =>
    kept.reduce((index, wire, k) => index + ((x >> (kept.length - 1 - k)) & 1) * 2 ** (n - 1 - wire), fixed),
  );
  const probability = full.reduce((sum, x) => sum + re[x * 2 ** n + x], 0);
  const outcome = selected.map(({ wire, bit }) => `wire ${wire} = ${bit}`).join(", ");
  expect(probability > 1e-14, scope, `the outcome ${outcome} has probability zero; select one that can happen.`);
  const entries = (values: Float64Array) =>
    Float64Array.from(
      { length: size * size },
      (_, e) => values[full[Math.floor(e / size)] * 2 ** n + full[e % size]] / probability,
    );
  return { numQubits: kept.length, re: entries(re), im: entries(im), probability };
}
