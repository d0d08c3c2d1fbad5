import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { H, statePreparation } from "../gates/index.ts";
import { simulatePlainly } from "../simulate.ts";
import { phaseDistance } from "./phase-distance.ts";
import { prepareReal } from "./prepare-real.ts";
import { preparedOperations } from "./prepared-operations.ts";

test.each([1, 2, 3, 5, 8])("random real amplitudes on %i wires", (numQubits) => {
  const rng = createRng(numQubits);
  for (const sparse of [false, true]) {
    const values = Array.from({ length: 2 ** numQubits }, () => (sparse && rng.uniform() < 0.6 ? 0 : rng.normal()));
    values[1] = 1;
    const norm = Math.hypot(...values);
    const wires = rng.shuffle(Array.from({ length: numQubits }, (_, wire) => wire));
    const operations = prepareReal(
      values.map((value) => value / norm),
      wires,
    );
    expect(operations.filter(({ gate }) => gate.name === "CNOT").length).toBeLessThanOrEqual(2 ** numQubits);
    const wanted = simulatePlainly(createCircuit({ numQubits, operations: [statePreparation(numQubits).on(wires, ...values)] }));
    expect(phaseDistance(wanted, simulatePlainly(createCircuit({ numQubits, operations })))).toBeLessThan(1e-13);
  }
});

test("only a preparation that comes first is taken apart", () => {
  const prepare = statePreparation(1).on([0], 3, 4);
  const free = statePreparation(1).on([1], { input: 0 }, { input: 1 });
  const names = preparedOperations([prepare, free, H.on([0]), prepare]).map(({ gate }) => gate.name);
  expect(names).toEqual(["RY", "StatePreparation(1)", "H", "StatePreparation(1)"]);
});
