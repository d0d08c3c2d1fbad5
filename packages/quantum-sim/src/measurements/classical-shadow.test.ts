import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { hamiltonian } from "../hamiltonian.ts";
import { simulate } from "../simulate.ts";
import { type ClassicalShadow, classicalShadow, shadowExpectation, shadowSize } from "./classical-shadow.ts";
import { expectation } from "./expectation.ts";
import { reducedDensity } from "./reduced-density.ts";

const circuit = buildCircuit("hybridq", { numQubits: 4, numLayers: 2 });
const weights = Float64Array.from({ length: circuit.numWeights }, (_, i) => Math.sin(3 * i + 1));
const state = simulate(circuit, { inputs: [0.3, 0.7, 1.1, -0.4], weights });

test("estimates lie within the standard error of the true values", () => {
  const snapshots = 30_000;
  const shadow = classicalShadow(state, { snapshots, rng: createRng(5) });
  for (const word of ["X0", "Y1", "Z2", "X0 Y1", "Z2 Z3", "Y0 X3", "Y0 Z1 X2"]) {
    const locality = word.split(" ").length;
    // Var(3^k·[bases agree]·±1) ≤ 3^k, and 4 standard errors.
    const bound = 4 * Math.sqrt(3 ** locality / snapshots);
    expect(Math.abs(shadowExpectation(shadow, word) - expectation(state, word))).toBeLessThan(bound);
    // The median of 15 means has a variance about π/2 times that of the mean.
    expect(Math.abs(shadowExpectation(shadow, word, { groups: 15 }) - expectation(state, word))).toBeLessThan(1.25 * bound);
  }
  const H = hamiltonian([
    [0.5, "X0"],
    [2, "I"],
    [-1, "Z2 Z3"],
  ]);
  expect(shadowExpectation(shadow, H)).toBeCloseTo(
    0.5 * shadowExpectation(shadow, "X0") + 2 - shadowExpectation(shadow, "Z2 Z3"),
    12,
  );
});

test("the median is that of the means of equal groups", () => {
  // One qubit, always read in Z; means of the groups: 3·(1, −1, 1/3 …).
  const outcomes = Uint8Array.from([0, 0, 0, 1, 1, 1, 0, 0, 1]);
  const shadow: ClassicalShadow = { numQubits: 1, snapshots: 9, bases: new Uint8Array(9).fill(2), outcomes };
  expect(shadowExpectation(shadow, "Z0", { groups: 3 })).toBeCloseTo(1, 14);
  expect(shadowExpectation(shadow, "Z0")).toBeCloseTo(1 / 3, 14);
  expect(shadowExpectation(shadow, "X0")).toBe(0);
});

test("a snapshot depends on the seed and its index alone", () => {
  const short = classicalShadow(state, { snapshots: 10, rng: createRng(2) });
  const long = classicalShadow(state, { snapshots: 20, rng: createRng(2) });
  expect(long.outcomes.subarray(0, 40)).toEqual(short.outcomes);
  expect(long.bases.subarray(0, 40)).toEqual(short.bases);
});

test("sizes by the bound of Huang et al.", () => {
  // K = 2·log(2·2/0.01) = 11.98 and 34·9/0.01 = 30600.
  expect(shadowSize(["X0", "Z0 Z1"], { error: 0.1 })).toEqual({ snapshots: 12 * 30_600, groups: 12 });
});

test("bad input is refused", () => {
  const shadow = classicalShadow(state, { snapshots: 4, rng: createRng(0) });
  expect(() => shadowExpectation(shadow, "X0", { groups: 5 })).toThrow(
    "groups must be an integer from 1 to the 4 snapshots; got 5.",
  );
  expect(() => shadowExpectation(shadow, "X9")).toThrow("X9 needs a wire below numQubits = 4");
  expect(() => classicalShadow(state, { snapshots: 0, rng: createRng(0) })).toThrow(
    "[classicalShadow] snapshots must be an integer ≥ 1; got 0.",
  );
  expect(() => classicalShadow(reducedDensity(state), { snapshots: 1, rng: createRng(0) })).toThrow("takes pure states");
  expect(() => shadowSize(["X0"], { error: 0 })).toThrow("error must be above 0");
});
