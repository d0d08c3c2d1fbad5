import { describe, expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { checkAnsatz } from "../contracts/check-ansatz.ts";
import { entangledPairs } from "./entangling-pattern.ts";
import { type HardwareEfficientOptions, hardwareEfficientWith } from "./hardware-efficient.ts";

test("pairs of the patterns", () => {
  expect(entangledPairs("chain", 4).join(" ")).toBe("0,1 1,2 2,3");
  expect(entangledPairs("ring", 4).join(" ")).toBe("0,1 1,2 2,3 3,0");
  expect(entangledPairs("ring", 2).join(" ")).toBe("0,1");
  expect(entangledPairs("all", 3).join(" ")).toBe("0,1 0,2 1,2");
  expect(entangledPairs("chain", 1)).toEqual([]);
});

describe("variants keep the ansatz contract", () => {
  test.each<HardwareEfficientOptions>([
    { rotations: ["RZ", "RX", "RZ"], entangler: "CZ" },
    { rotations: ["RY"], pattern: "ring" },
    { pattern: "all" },
  ])("%o", (options) => {
    checkAnsatz(hardwareEfficientWith("variant", options));
  });
});

test("rotations once more after the last layer", () => {
  const { operations, weightShape } = buildCircuit("hardware-efficient", { numQubits: 3, numLayers: 2 });
  expect(weightShape).toEqual([3, 3, 2]);
  expect(operations.map(({ gate }) => gate.name).slice(-6)).toEqual(["RY", "RZ", "RY", "RZ", "RY", "RZ"]);
});

test("refuses names that are none", () => {
  // @ts-expect-error a name that the type refuses too
  expect(() => hardwareEfficientWith("v", { pattern: "star" })).toThrow('[v] no pattern "star"');
  // @ts-expect-error a name that the type refuses too
  expect(() => hardwareEfficientWith("v", { entangler: "CY" })).toThrow('[v] no entangler "CY"');
  // @ts-expect-error a name that the type refuses too
  expect(() => hardwareEfficientWith("v", { rotations: ["RQ"] })).toThrow('[v] no rotation "RQ"');
  expect(() => hardwareEfficientWith("v", { rotations: [] })).toThrow("expected at least one rotation");
});
