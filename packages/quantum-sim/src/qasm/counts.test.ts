import { expect, test } from "vitest";
import { pauliWord } from "../observable.ts";
import { expectationsFromCounts, probabilitiesFromCounts } from "./counts.ts";

test("Qiskit's counts are little-endian", () => {
  // Qubit 0 is the last character: "01" is wire 0 = 1.
  expect([...probabilitiesFromCounts({ "01": 3, "0x2": 1 }, 2)]).toEqual([0, 0.25, 0.75, 0]);
  const words = [pauliWord("Z0"), pauliWord("Z1"), pauliWord("Z0 Z1"), { factors: [] }];
  expect([...expectationsFromCounts({ "0 1": 3, "1 0": 1 }, words, 2)]).toEqual([-0.5, 0.5, -1, 1]);
});

test("what are no counts is refused", () => {
  expect(() => probabilitiesFromCounts({ "012": 1 }, 3)).toThrow('[counts] keys must be 3 bits or "0x…"; got "012".');
  expect(() => probabilitiesFromCounts({ "0x8": 1 }, 3)).toThrow('[counts] keys must be 3 bits or "0x…"; got "0x8".');
  expect(() => probabilitiesFromCounts({ "000": 0.5 }, 3)).toThrow(
    '[counts] a count must be a whole number ≥ 0; got 0.5 for "000".',
  );
  expect(() => probabilitiesFromCounts({}, 3)).toThrow("[counts] there are no shots; the counts are empty.");
});
