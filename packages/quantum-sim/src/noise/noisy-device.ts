import { checkOptions, createRng, expect } from "repro-kit";
import { angleValue } from "../angle.ts";
import { type Circuit, createCircuit } from "../circuit.ts";
import { type Device, type DeviceTask, estimateTasks, type Readings } from "../hardware/device.ts";
import type { Transpiled } from "../hardware/transpile.ts";
import { densityProbabilities, simulateDensity } from "./density-matrix.ts";
import type { NoisyCircuit } from "./noisy-circuit.ts";
import { confuseProbabilities } from "./readout.ts";
import { createTrajectoryEngine } from "./trajectory-engine.ts";

/** A noisy circuit; where it was transpiled, what tells the places of the given wires. */
export type DeviceNoise = (circuit: Circuit) => NoisyCircuit & { readonly transpiled?: Pick<Transpiled, "final"> };

export interface NoisyDeviceOptions {
  readonly name?: string;
  /** `(circuit) => applyNoise(circuit, model)`, or a calibrated device's `apply`. */
  readonly noise: DeviceNoise;
  /** The most qubits that it takes; default 12. */
  readonly numQubits?: number;
  /** Of the shots; default 0. Task i since the device was made depends on the seed and on i alone. */
  readonly seed?: number;
}

const MOST_QUBITS = 20;
const GIB = 2 ** 30;

/**
 * A device on this machine that errs as a real one does: each shot is a trajectory, read with the readout's errors; a task without shots
 * gives the exact probabilities of what is read, from the density matrix.
 *
 * @throws UsageError for more than 20 qubits.
 */
export function createNoisyDevice(options: NoisyDeviceOptions): Device {
  checkOptions("createNoisyDevice", options, ["name", "noise", "numQubits", "seed"]);
  const { name = "noisy simulator", noise, numQubits = 12, seed = 0 } = options;
  const isSize = Number.isInteger(numQubits) && numQubits >= 1 && numQubits <= MOST_QUBITS;
  expect(isSize, name, `numQubits must be an integer from 1 to ${MOST_QUBITS}; got ${numQubits}.`);
  const rng = createRng(seed);
  let numTasks = 0;
  const read = ({ circuit, inputs = [], weights = [], shots }: DeviceTask): Readings => {
    const noisy = noise(withNumbers(circuit, inputs, weights));
    const width = noisy.circuit.numQubits;
    const final = noisy.transpiled?.final ?? Array.from({ length: circuit.numQubits }, (_, wire) => wire);
    const task = numTasks++;
    /** The basis state of the given wires within one of all wires. */
    const own = (state: number) => final.reduce((bits, wire) => 2 * bits + ((state >> (width - 1 - wire)) & 1), 0);
    const shares = new Map<number, number>();
    const add = (state: number, share: number) => shares.set(own(state), (shares.get(own(state)) ?? 0) + share);
    if (shots === undefined)
      confuseProbabilities(densityProbabilities(simulateDensity(noisy)), noisy.readout).forEach((p, state) => {
        add(state, p);
      });
    else {
      const taskSeed = rng.fork("task", task).seed();
      const drawn = { precision: "float32", trajectories: 1, seed: () => taskSeed, memoryLimitBytes: GIB } as const;
      for (const state of createTrajectoryEngine(noisy, drawn).sample({ inputs: [], weights: [], shots })) add(state, 1 / shots);
    }
    const states = Uint32Array.from(shares.keys()).sort();
    const frequencies = Float64Array.from(states, (state) => shares.get(state) ?? 0);
    return { numQubits: circuit.numQubits, states, frequencies, ...(shots !== undefined && { shots }) };
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

/** The circuit with numbers for its angles, so that transpilers fuse them. */
function withNumbers(circuit: Circuit, inputs: ArrayLike<number>, weights: ArrayLike<number>): Circuit {
  const operations = circuit.operations.map(({ gate, wires, angles }) =>
    gate.on(wires, ...angles.map((angle) => angleValue(angle, weights, 0, inputs, 0))),
  );
  return createCircuit({ name: circuit.name, numQubits: circuit.numQubits, operations, numInputs: 0, weightShape: [0] });
}
