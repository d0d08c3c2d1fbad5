import { expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { checkAnsatz } from "../contracts/check-ansatz.ts";
import { CZ, Toffoli } from "../gates/index.ts";
import { type RandomLayersOptions, randomLayers } from "./random-layers.ts";

const layout = (options: RandomLayersOptions, numQubits = 4, numLayers = 3) =>
  buildCircuit(randomLayers(options), { numQubits, numLayers }).operations.map(({ gate, wires }) => `${gate.name} ${wires}`);

test("a seed gives one layout, another gives another, and a layer does not depend on those after it", () => {
  expect(layout({ seed: 5 })).toEqual(layout({ seed: 5 }));
  expect(layout({ seed: 5 })).not.toEqual(layout({ seed: 6 }));
  expect(layout({ seed: 5 }, 4, 5).slice(0, layout({ seed: 5 }).length)).toEqual(layout({ seed: 5 }));
});

test("keeps the ansatz contract with other gates and numbers", () => {
  const ansatz = randomLayers({ seed: 1, numRotations: 7, entanglerFraction: 0.6, entangler: CZ, rotations: ["RY"] });
  checkAnsatz(ansatz, { numQubits: 3, numLayers: 2 });
  expect(ansatz.weightShape({ numQubits: 3, numLayers: 2 })).toEqual([2, 7]);
  expect(layout({ entangler: Toffoli, numRotations: 20 }, 3).some((name) => name.startsWith("Toffoli"))).toBe(true);
});

test("entanglers come as often as asked: 0.3 of the draws, within four standard errors", () => {
  const names = layout({ numRotations: 1000 }, 5, 1);
  const entanglers = names.filter((name) => name.startsWith("CNOT")).length;
  expect(Math.abs(entanglers / names.length - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / 1400));
  expect(layout({ entanglerFraction: 0 }).some((name) => name.startsWith("CNOT"))).toBe(false);
});

test("refuses what it cannot be", () => {
  expect(() => randomLayers({ numRotations: 0 })).toThrow("[randomLayers] numRotations must be an integer ≥ 1; got 0.");
  expect(() => randomLayers({ entanglerFraction: 1 })).toThrow("entanglerFraction must be in [0, 1); got 1.");
  expect(() => randomLayers({ rotations: [] })).toThrow("expected at least one rotation; got none.");
  // @ts-expect-error a key that the type refuses too
  expect(() => randomLayers({ ratio: 0.3 })).toThrow('unknown option "ratio"');
});
