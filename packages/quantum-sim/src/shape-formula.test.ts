import { expect, test } from "vitest";
import type { Ansatz, AnsatzSize } from "./ansatz.ts";
import { shapeFormula } from "./shape-formula.ts";

const formula = (weightShape: (size: AnsatzSize) => readonly number[], size = { numQubits: 4, numLayers: 2 }): string => {
  const ansatz: Ansatz = { name: "one", source: "this test", weightShape, operations: () => [] };
  return shapeFormula(ansatz, size);
};

test("axes are told by name", () => {
  expect(formula(({ numQubits, numLayers }) => [numLayers, numQubits, 3])).toBe("numLayers × numQubits × 3");
  expect(formula(({ numQubits, numLayers }) => [numLayers + 1, 2 * numQubits])).toBe("(numLayers + 1) × 2·numQubits");
  expect(formula(({ numQubits, numLayers }) => [numQubits + 2 * numLayers * (numQubits - 1)])).toBe(
    "(2·numLayers·numQubits − 2·numLayers + numQubits)",
  );
  expect(formula(() => [])).toBe("");
});

test("equal numbers are told apart, others stand as numbers", () => {
  expect(formula(({ numLayers }) => [numLayers, 3], { numQubits: 3, numLayers: 3 })).toBe("numLayers × 3");
  const powersOnly = ({ numQubits, numLayers }: AnsatzSize) => {
    if (!Number.isInteger(Math.log2(numQubits))) throw new Error("powers of two only");
    return [numLayers, numQubits];
  };
  expect(formula(powersOnly)).toBe("2 × 4");
  expect(formula(({ numQubits }) => [Math.floor(numQubits / 2), numQubits ** 2])).toBe("2 × 16");
});
