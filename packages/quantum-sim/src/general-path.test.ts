import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { scaled, shifted } from "./angle.ts";
import { createCircuit } from "./circuit.ts";
import { compile } from "./compile.ts";
import { gates } from "./gates/index.ts";
import { checkCircuitGradients } from "./testing.ts";

test.each(Array.from({ length: 10 }, (_, seed) => seed))(
  "any gates, shared weights and Pauli words: gradients agree with central differences, seed %i",
  (seed) => {
    const rng = createRng(seed);
    const everyGate = [...gates];
    const angle = () =>
      [
        () => ({ weight: rng.integer(5) }),
        () => ({ input: rng.integer(3) }),
        () => 0.4,
        () => shifted(scaled({ weight: rng.integer(5) }, 1.5), 0.2),
        () => scaled({ input: rng.integer(3) }, -0.5),
      ][rng.integer(5)]();
    const operations = Array.from({ length: 25 }, () => {
      const gate = everyGate[rng.integer(everyGate.length)];
      return gate.on(rng.shuffle([0, 1, 2, 3]).slice(0, gate.numWires), ...Array.from({ length: gate.numAngles }, angle));
    });
    const circuit = createCircuit({
      name: `random ${seed}`,
      numQubits: 4,
      operations,
      observables: ["X0", "Y1 Z2", "Z0 X1 Y3", "Y0 Y1 Y2", "Z3"],
      numInputs: 3,
      weightShape: [5],
    });
    expect(compile(circuit).path).toBe("program");
    checkCircuitGradients(circuit);
  },
);
