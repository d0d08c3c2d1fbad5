import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { CNOT, CRX, IsingXX, RX, RY, RZ, SWAP } from "../gates/index.ts";
import { schedule } from "./schedule.ts";

test("gates stand as far forward as the gates before them on their wires allow", () => {
  const operations = [RX.on([0], 1), CNOT.on([0, 1]), RY.on([2], 1), RX.on([0], 2), RZ.on([2], 3), RX.on([3], 1)];
  const { stages } = schedule(createCircuit({ numQubits: 4, operations }));
  expect(stages.map(({ kind }) => kind)).toEqual(["turns", "free", "turns"]);
  const [first, , last] = stages;
  if (first.kind !== "turns" || last.kind !== "turns") throw new Error("bug: compared above.");
  expect([...first.rows].map(([bit, steps]) => [bit, steps.length])).toEqual([
    [3, 1],
    [1, 2],
    [0, 1],
  ]);
  expect([...last.rows.keys()]).toEqual([3]);
});

test("gates that are neither turns nor free share a stage", () => {
  const operations = [CRX.on([0, 1], 1), CRX.on([1, 2], 1), IsingXX.on([2, 0], 1)];
  const { stages } = schedule(createCircuit({ numQubits: 3, operations }));
  expect(stages.map((stage) => (stage.kind === "blocks" ? stage.items.length : stage.kind))).toEqual([3]);
});

test("SWAP is another numbering, unless the wires must stay", () => {
  const circuit = createCircuit({ numQubits: 2, operations: [SWAP.on([0, 1]), RX.on([0], 1)] });
  const { stages, bitOf, numRelabelled } = schedule(circuit);
  expect([stages.length, bitOf, numRelabelled]).toEqual([1, [0, 1], 1]);
  expect(schedule(circuit, { keepWires: true }).stages.map(({ kind }) => kind)).toEqual(["free", "turns"]);
});

test("blocks are kept off the bit in the lanes", () => {
  const operations = [CRX.on([0, 2], 1), CRX.on([2, 1], 1)];
  const { stages } = schedule(createCircuit({ numQubits: 3, operations }), { keepLaneFree: true });
  for (const stage of stages) if (stage.kind === "blocks") for (const item of stage.items) expect(item.bits).not.toContain(0);
  expect(stages.some(({ kind }) => kind === "free")).toBe(true);
});
