import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { CNOT, H, RY } from "../gates/index.ts";
import { findRepetition, layOutCircuit, placeInColumns } from "./circuit-diagram.ts";

const layer = (k: number) => [RY.on([0], { weight: 2 * k }), RY.on([1], { weight: 2 * k + 1 }), CNOT.on([0, 1])];

test("repetitions are found behind a beginning of another kind", () => {
  expect(findRepetition([H.on([0]), ...layer(0), ...layer(1), ...layer(2)])).toEqual({ start: 1, length: 3, repeats: 3 });
});

test("there are none where inputs, constants or wires differ", () => {
  expect(findRepetition([RY.on([0], { input: 0 }), RY.on([0], { input: 1 })]).repeats).toBe(1);
  expect(findRepetition([RY.on([0], 1), RY.on([0], 1.0001)]).repeats).toBe(1);
  expect(findRepetition([RY.on([0], 1), RY.on([1], 1)]).repeats).toBe(1);
});

test("columns keep the order of the gates on each wire, and what lies between wires is taken", () => {
  const [section] = layOutCircuit(createCircuit({ numQubits: 2, operations: layer(0) }), true);
  expect(section.placed.map(({ column }) => column)).toEqual([0, 0, 1]);
  expect(placeInColumns([[0, 2], [1], [3], [3, 2]], 4).map(({ column }) => column)).toEqual([0, 1, 0, 1]);
});
