import { readFileSync } from "node:fs";
import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { type Circuit, createCircuit } from "../circuit.ts";
import { CNOT, gates, H, RX, RY, RZ } from "../gates/index.ts";
import { hamiltonian } from "../hamiltonian.ts";
import { probabilities, simulate } from "../simulate.ts";
import { mutualInformation, purity, vonNeumannEntropy } from "./entropy.ts";
import { expectation, variance } from "./expectation.ts";
import { postSelect } from "./post-select.ts";
import { reducedDensity } from "./reduced-density.ts";
import { counts, marginalProbabilities, samples } from "./samples.ts";

interface Reference {
  readonly n: number;
  readonly ops: readonly { readonly g: string; readonly w: readonly number[]; readonly p: readonly number[] }[];
  readonly terms: readonly (readonly [number, string])[];
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly select: number;
  readonly kept: readonly number[];
  readonly expectation: number;
  readonly variance: number;
  readonly word_variances: readonly number[];
  readonly marginal: readonly number[];
  readonly reduced: { readonly re: readonly number[]; readonly im: readonly number[] };
  readonly purity: number;
  readonly entropy: number;
  readonly entropy_bits: number;
  readonly mutual: number;
  readonly post_selected: readonly number[];
}

const references: readonly Reference[] = JSON.parse(
  readFileSync(new URL("./__fixtures__/measurements.json", import.meta.url), "utf8"),
);
const circuitOf = ({ n, ops }: Reference): Circuit =>
  createCircuit({ numQubits: n, operations: ops.map(({ g, w, p }) => gates.resolve(g).on(w, ...p)) });
/** Rounding of 30 gates and of sums over 32 basis states. */
const TOLERANCE = 1e-12;
/** PennyLane adds 1e-14 or so to eigenvalues before it takes their logarithms; p·log p is steep at 0. */
const ENTROPY_TOLERANCE = 1e-10;
const expectClose = (ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance = TOLERANCE) => {
  expect(ours.length).toBe(theirs.length);
  const gap = Array.from(ours).reduce((most, x, i) => Math.max(most, Math.abs(x - theirs[i])), 0);
  expect(gap).toBeLessThan(tolerance);
};

test.each(references)("PennyLane measures the same, $n qubits", (one) => {
  const state = simulate(circuitOf(one));
  const rho = reducedDensity(state);
  const H = hamiltonian(one.terms);
  const downwards = [...one.b].reverse();
  for (const measured of [state, rho]) {
    expectClose([expectation(measured, H)], [one.expectation]);
    expectClose([variance(measured, H)], [one.variance]);
    expectClose(
      one.terms.map(([, word]) => variance(measured, word)),
      one.word_variances,
    );
    expectClose(marginalProbabilities(measured, downwards), one.marginal);
    const reduced = reducedDensity(measured, { wires: downwards });
    expectClose(reduced.re, one.reduced.re);
    expectClose(reduced.im, one.reduced.im);
    expectClose([purity(measured, one.b)], [one.purity]);
    expectClose([vonNeumannEntropy(measured, { wires: one.b })], [one.entropy], ENTROPY_TOLERANCE);
    expectClose([vonNeumannEntropy(measured, { wires: one.a, base: 2 })], [one.entropy_bits], ENTROPY_TOLERANCE);
    expectClose([mutualInformation(measured, one.a, one.b)], [one.mutual], ENTROPY_TOLERANCE);
    // PennyLane's wires run downwards, ours upwards.
    const selected = postSelect(measured, { [one.select]: 1 });
    const upwards = Array.from(one.kept, (_, k) => k).reverse();
    expectClose(marginalProbabilities(selected.state, upwards), one.post_selected);
  }
});

const bell = simulate(createCircuit({ numQubits: 2, operations: [H.on([0]), CNOT.on([0, 1])] }));

test("a Bell pair in closed form", () => {
  expectClose([purity(bell), purity(bell, [0]), purity(bell, [])], [1, 0.5, 1]);
  expectClose([vonNeumannEntropy(bell), vonNeumannEntropy(bell, { wires: [1], base: 2 })], [0, 1]);
  expectClose([mutualInformation(bell, [0], [1])], [2 * Math.LN2]);
  expectClose(
    [expectation(bell, "Z0 Z1"), expectation(bell, "X0 X1"), expectation(bell, "Y0 Y1"), expectation(bell, "I")],
    [1, 1, -1, 1],
  );
  expectClose([variance(bell, "Z0"), variance(bell, "Z0 Z1")], [1, 0]);
  const { state, probability } = postSelect(bell, { 0: 1 });
  expectClose([probability, ...probabilities(state)], [0.5, 0, 1]);
});

test("readings follow the probabilities, and the seed", () => {
  const circuit = createCircuit({ numQubits: 3, operations: [RX.on([0], 1), RY.on([1], 2), RZ.on([2], 3), CNOT.on([1, 2])] });
  const state = simulate(circuit);
  const shots = 40_000;
  const found = counts(state, { shots, rng: createRng(4), wires: [2, 0] });
  const wanted = marginalProbabilities(state, [2, 0]);
  // Pearson's χ² with 3 degrees of freedom exceeds 16.3 once in a thousand seeds.
  const chi2 = ["00", "01", "10", "11"].reduce((sum, key, x) => {
    const mean = shots * wanted[x];
    return sum + ((found[key] ?? 0) - mean) ** 2 / mean;
  }, 0);
  expect(chi2).toBeLessThan(16.3);
  const bits = samples(bell, { shots: 50, rng: createRng(7) });
  expect(bits).toHaveLength(100);
  for (let shot = 0; shot < 50; shot++) expect(bits[2 * shot]).toBe(bits[2 * shot + 1]);
  expect(samples(bell, { shots: 50, rng: createRng(7) })).toEqual(bits);
  expect(samples(bell, { shots: 50, rng: createRng(8) })).not.toEqual(bits);
});

test("bad input is refused in one sentence", () => {
  expect(() => postSelect(bell, { 0: 0, 1: 1 })).toThrow("an outcome of all 2 wires leaves no state");
  const zero = simulate(createCircuit({ numQubits: 2, operations: [RX.on([1], 0.3)] }));
  expect(() => postSelect(zero, { 0: 1 })).toThrow(
    "[postSelect] the outcome wire 0 = 1 has probability zero (0.0e+0); select one that",
  );
  expect(() => postSelect(reducedDensity(zero), { 0: 1 })).toThrow("has probability zero");
  expect(() => postSelect(bell, { 5: 1 })).toThrow("[postSelect] wires must be different whole numbers from 0 to 1; got [5].");
  expect(() => reducedDensity(bell, { wires: [0, 0] })).toThrow("got [0, 0]");
  const wide = { numQubits: 14, re: new Float64Array(2 ** 14), im: new Float64Array(2 ** 14) };
  expect(() => reducedDensity(wide)).toThrow("a density matrix of 14 qubits needs 4294967296 bytes; the limit is 2147483648.");
  expect(() => expectation(bell, "Z2")).toThrow("[expectation] Z2 needs a wire below numQubits = 2.");
  expect(() => expectation({ ...bell, numQubits: 3 }, "Z2")).toThrow(
    "a state of 3 qubits must have 8 amplitudes or [8, 8] entries; got 4.",
  );
  expect(() => samples(bell, { shots: 0.5, rng: createRng(0) })).toThrow("[samples] shots must be an integer ≥ 1; got 0.5.");
  expect(() => mutualInformation(bell, [0], [0, 1])).toThrow("must not overlap; got [0] and [0, 1]");
  expect(() => vonNeumannEntropy(bell, { base: 1 })).toThrow("base must be a number above 1; got 1.");
});
