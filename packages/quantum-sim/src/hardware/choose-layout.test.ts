import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { CNOT, X } from "../gates/index.ts";
import { sampleCalibration } from "../noise/sample-calibration.ts";
import { chooseLayout } from "./choose-layout.ts";
import type { DeviceTarget } from "./device-target.ts";

/** The coupling map of the sample, with errors of our own. */
function heavyHexagon(seed: number): DeviceTarget {
  const rng = createRng(seed);
  const { gates } = sampleCalibration() as unknown as { gates: { gate: string; qubits: [number, number] }[] }; // the format's fields
  return {
    name: "heavy hexagon",
    numQubits: 127,
    entangler: "ecr",
    edges: gates
      .filter(({ qubits }) => qubits.length === 2)
      .map(({ qubits: pair }) => ({ pair, error: 0.002 + 0.03 * rng.uniform() })),
    readoutErrors: Array.from({ length: 127 }, () => 0.005 + 0.05 * rng.uniform()),
  };
}

test.each([1, 2, 3])("a chain of seven is the best of all chains, errors %i", (seed) => {
  const target = heavyHexagon(seed);
  const errorOf = (a: number, b: number) => target.edges.find(({ pair }) => pair.includes(a) && pair.includes(b))?.error;
  const costOf = (chain: readonly number[]) =>
    chain.reduce(
      (sum, qubit, k) => sum + (target.readoutErrors?.[qubit] ?? 0) + (k > 0 ? (errorOf(chain[k - 1], qubit) ?? 1) : 0),
      0,
    );
  const chains = (chain: readonly number[]): number[][] =>
    chain.length === 7
      ? [[...chain]]
      : target.edges.flatMap(({ pair: [a, b] }) => {
          const end = chain[chain.length - 1];
          const next = a === end ? b : b === end ? a : -1;
          return next < 0 || chain.includes(next) ? [] : chains([...chain, next]);
        });
  const best = Math.min(
    ...Array.from({ length: 127 }, (_, qubit) => chains([qubit]))
      .flat()
      .map(costOf),
  );
  const layout = chooseLayout(
    7,
    Array.from({ length: 6 }, (_, k) => CNOT.on([k, k + 1])),
    target,
  );
  expect(costOf(layout)).toBeCloseTo(best, 12);
});

test("a wire alone gets the qubit that reads best", () => {
  const target = heavyHexagon(4);
  const [qubit] = chooseLayout(1, [X.on([0])], target);
  expect(target.readoutErrors?.[qubit]).toBe(Math.min(...(target.readoutErrors ?? [])));
});
