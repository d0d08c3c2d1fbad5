import { checkOptions, createRng, expect } from "repro-kit";
import { drawIndices } from "../measurements/samples.ts";
import { probabilities, simulate } from "../simulate.ts";
import { type Device, type DeviceTask, estimateTasks, type Readings } from "./device.ts";

export interface SimulatorDeviceOptions {
  readonly name?: string;
  /** The most qubits that it takes; default 20. */
  readonly numQubits?: number;
  /** Of the shots; default 0. Task i since the device was made depends on the seed and on i alone. */
  readonly seed?: number;
}

const MOST_QUBITS = 26;

/**
 * A device on this machine: probabilities of a task without shots, else readings drawn by its seed. Time and memory are those of
 * `simulate`.
 *
 * @throws UsageError for more than 26 qubits.
 */
export function createSimulatorDevice(options: SimulatorDeviceOptions = {}): Device {
  checkOptions("createSimulatorDevice", options, ["name", "numQubits", "seed"]);
  const { name = "simulator", numQubits = 20, seed = 0 } = options;
  const isSize = Number.isInteger(numQubits) && numQubits >= 1 && numQubits <= MOST_QUBITS;
  expect(isSize, name, `numQubits must be an integer from 1 to ${MOST_QUBITS}; got ${numQubits}.`);
  const rng = createRng(seed);
  let numTasks = 0;
  const read = ({ circuit, inputs = [], weights = [], shots }: DeviceTask): Readings => {
    const all = probabilities(simulate(circuit, { inputs, weights }));
    const task = numTasks++;
    if (shots === undefined) return { numQubits: circuit.numQubits, states: Uint32Array.from(all.keys()), frequencies: all };
    const counts = new Map<number, number>();
    for (const state of drawIndices(all, shots, rng.fork("task", task))) counts.set(state, (counts.get(state) ?? 0) + 1);
    const states = Uint32Array.from(counts.keys()).sort();
    const frequencies = Float64Array.from(states, (state) => (counts.get(state) ?? 0) / shots);
    return { numQubits: circuit.numQubits, states, frequencies, shots };
  };
  return {
    name,
    numQubits,
    estimate: (tasks) => estimateTasks({ name, numQubits }, tasks),
    async read(tasks, { signal } = {}) {
      estimateTasks({ name, numQubits }, tasks);
      return tasks.map((task) => {
        signal?.throwIfAborted();
        return read(task);
      });
    },
  };
}
