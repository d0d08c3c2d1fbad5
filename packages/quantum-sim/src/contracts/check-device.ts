import { createRng, expect } from "repro-kit";
import { type Circuit, createCircuit } from "../circuit.ts";
import { CNOT, CRX, RX, RY, X } from "../gates/index.ts";
import type { Device, DeviceTask, Readings } from "../hardware/device.ts";
import { probabilities, simulate } from "../simulate.ts";

export interface CheckDeviceOptions {
  /** Of each circuit; default 1000, undefined for a device that gives probabilities. */
  readonly shots?: number | undefined;
  /** Largest difference of a probability from the exact one that noise of the device may make, beside five standard errors; default 1e-9. */
  readonly tolerance?: number;
}

/**
 * A device reads bits in the order of the wires and tasks in their order, its frequencies add up to 1 and are those of the circuit within
 * five standard errors, its estimate counts what is read, and it refuses circuits that are too wide and shots that are none.
 *
 * @throws UsageError that names the device and what is wrong with it.
 */
export async function checkDevice(device: Device, options: CheckDeviceOptions = {}): Promise<void> {
  const { tolerance = 1e-9 } = options;
  const shots = "shots" in options ? options.shots : 1000;
  const { name } = device;
  const numQubits = Math.min(3, device.numQubits);
  const read = shots === undefined ? {} : { shots };
  const tasks: DeviceTask[] = [
    // One wire alone is 1: the order of the bits.
    ...Array.from({ length: numQubits }, (_, wire) => ({
      circuit: createCircuit({ numQubits, operations: [X.on([wire])] }),
      ...read,
    })),
    {
      circuit: turned(numQubits),
      inputs: [0.7],
      weights: createRng(0).fork(name).fillNormal(new Float64Array(numQubits)),
      ...read,
    },
    { circuit: createCircuit({ numQubits: 1, operations: [RX.on([0], 1)] }), ...read },
  ];
  const estimate = device.estimate(tasks);
  const numShots = tasks.length * (shots ?? 0);
  expect(
    estimate.numCircuits === tasks.length,
    name,
    `estimate must count ${tasks.length} circuits; got ${estimate.numCircuits}.`,
  );
  expect(estimate.numShots === numShots, name, `estimate must count ${numShots} shots; got ${estimate.numShots}.`);
  const readings = await device.read(tasks);
  expect(readings.length === tasks.length, name, `read must give ${tasks.length} readings; got ${readings.length}.`);
  tasks.forEach((task, k) => {
    checkReadings(name, task, readings[k], tolerance, `task ${k}`);
  });
  const wide = { circuit: createCircuit({ numQubits: Math.min(30, device.numQubits + 1), operations: [] }), ...read };
  if (device.numQubits < 30) await expectRefusal(device, wide, `a circuit of ${device.numQubits + 1} qubits`);
  await expectRefusal(device, { ...tasks[0], shots: 0 }, "0 shots");
  await expectRefusal(device, { ...tasks[0], weights: [1] }, "weights that the circuit does not have");
}

const turned = (numQubits: number): Circuit =>
  createCircuit({
    numQubits,
    operations: [
      ...Array.from({ length: numQubits }, (_, wire) => RY.on([wire], { weight: wire })),
      ...Array.from({ length: numQubits - 1 }, (_, wire) => CNOT.on([wire, wire + 1])),
      ...(numQubits > 1 ? [CRX.on([numQubits - 1, 0], { input: 0 })] : [RX.on([0], { input: 0 })]),
    ],
  });

function checkReadings(
  name: string,
  task: DeviceTask,
  { numQubits, states, frequencies, shots }: Readings,
  tolerance: number,
  what: string,
): void {
  const { circuit, inputs = [], weights = [] } = task;
  expect(numQubits === circuit.numQubits, name, `${what} must be read on ${circuit.numQubits} qubits; got ${numQubits}.`);
  expect(states.length === frequencies.length, name, `${what} must have one frequency a state; got ${frequencies.length}.`);
  const found = new Float64Array(2 ** numQubits);
  states.forEach((state, i) => {
    expect(state < found.length, name, `${what} must have states below ${found.length}; got ${state}.`);
    found[state] += frequencies[i];
  });
  const sum = found.reduce((a, b) => a + b, 0);
  expect(Math.abs(sum - 1) < 1e-9, name, `${what} must have frequencies that add up to 1; got ${sum}.`);
  probabilities(simulate(circuit, { inputs, weights })).forEach((p, state) => {
    const margin = tolerance + (shots === undefined ? 0 : 5 * Math.sqrt((p * (1 - p)) / shots) + 5 / shots);
    const isClose = Math.abs(found[state] - p) <= margin;
    expect(
      isClose,
      name,
      `${what} must read state ${state.toString(2).padStart(numQubits, "0")} with probability ${p}; got ${found[state]}.`,
    );
  });
}

async function expectRefusal(device: Device, task: DeviceTask, what: string): Promise<void> {
  const isRefused = await device.read([task]).then(
    () => false,
    () => true,
  );
  expect(isRefused, device.name, `${what} must be refused; it was run.`);
}
