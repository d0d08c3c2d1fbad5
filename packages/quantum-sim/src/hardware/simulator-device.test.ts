import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { CNOT, H, RY } from "../gates/index.ts";
import type { Device } from "./device.ts";
import { createSimulatorDevice } from "./simulator-device.ts";

const bell = createCircuit({ name: "bell", numQubits: 2, operations: [H.on([0]), CNOT.on([0, 1])] });

test("without shots it gives the probabilities", async () => {
  const [{ states, frequencies, shots }] = await createSimulatorDevice().read([{ circuit: bell }]);
  expect([...states]).toEqual([0, 1, 2, 3]);
  [0.5, 0, 0, 0.5].forEach((wanted, state) => {
    expect(frequencies[state]).toBeCloseTo(wanted, 14);
  });
  expect(shots).toBeUndefined();
});

test("with shots it draws them by its seed, task by task", async () => {
  const circuit = createCircuit({ numQubits: 3, operations: [0, 1, 2].map((wire) => RY.on([wire], { weight: wire })) });
  const task = { circuit, weights: [1, 2, 0.5], shots: 4000 };
  const read = (device: Device) => device.read([task, task]);
  const [first, second] = await read(createSimulatorDevice({ seed: 3 }));
  expect(await read(createSimulatorDevice({ seed: 3 }))).toEqual([first, second]);
  expect(second).not.toEqual(first);
  expect(first.frequencies.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  // P(wire 0 = 1) = sin²(1/2), five standard errors.
  const ones = first.states.reduce((sum, state, i) => sum + (state >= 4 ? first.frequencies[i] : 0), 0);
  expect(Math.abs(ones - Math.sin(0.5) ** 2)).toBeLessThan(5 * Math.sqrt(0.25 / 4000));
});

test("shots and qubits are told beforehand, and what does not fit is refused", async () => {
  const device = createSimulatorDevice({ numQubits: 2 });
  expect(device.estimate([{ circuit: bell, shots: 100 }, { circuit: bell }])).toEqual({
    device: "simulator",
    numJobs: 1,
    numCircuits: 2,
    numShots: 100,
    cost: 0,
    unit: "",
    sentence: "2 circuits with 100 shots in 1 job on simulator.",
  });
  const wide = createCircuit({ name: "wide", numQubits: 3, operations: [] });
  await expect(device.read([{ circuit: wide }])).rejects.toThrow("[simulator] has 2 qubits; wide needs 3.");
  await expect(device.read([{ circuit: bell, shots: 0.5 }])).rejects.toThrow(
    "[simulator] shots must be an integer ≥ 1; got 0.5.",
  );
  await expect(device.read([{ circuit: bell, weights: [1] }])).rejects.toThrow("[bell] weights must be [0], 0 values; got 1.");
  await expect(device.read([{ circuit: bell }], { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  expect(() => createSimulatorDevice({ numQubits: 60 })).toThrow(
    "[simulator] numQubits must be an integer from 1 to 26; got 60.",
  );
});
