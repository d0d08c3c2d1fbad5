import { expect } from "repro-kit";
import type { Circuit } from "../circuit.ts";
import { checkSample } from "../executable.ts";
import type { DeviceTarget } from "./device-target.ts";

/** One circuit to run and read, all qubits in the Z basis. */
export interface DeviceTask {
  readonly circuit: Circuit;
  /** [numInputs] and [numWeights], in radians; default none. */
  readonly inputs?: ArrayLike<number>;
  readonly weights?: ArrayLike<number>;
  /** Number of readings; without it the probabilities themselves, where a device knows them. */
  readonly shots?: number;
}

/** What was read of a circuit: basis states (wire 0 the most significant bit) and how often, as shares of 1. */
export interface Readings {
  readonly numQubits: number;
  readonly states: Uint32Array;
  readonly frequencies: Float64Array;
  /** Undefined where they are probabilities. */
  readonly shots?: number;
}

/** Price of a device; what is left out is free. */
export interface Pricing {
  /** Of the numbers below, as "USD" or "credits". */
  readonly unit: string;
  readonly perJob?: number;
  readonly perCircuit?: number;
  readonly perShot?: number;
}

/** What a device takes at once; what is left out is not limited. */
export interface DeviceLimits {
  readonly circuitsPerJob?: number;
  readonly shotsPerCircuit?: number;
}

/** What tasks take, before anything is sent. */
export interface Estimate {
  readonly device: string;
  readonly numJobs: number;
  readonly numCircuits: number;
  /** Of all circuits together; 0 where probabilities are computed. */
  readonly numShots: number;
  readonly cost: number;
  readonly unit: string;
  /** The same in words. */
  readonly sentence: string;
}

export interface ReadOptions {
  /** Stops waiting; a job that was submitted goes on and can be taken up again. */
  readonly signal?: AbortSignal;
}

/** What runs circuits and reads them: a simulator, hardware behind a queue. */
export interface Device {
  readonly name: string;
  readonly numQubits: number;
  /** Gates and coupling map that circuits are brought to; without it they go as they are. */
  readonly target?: DeviceTarget;
  /** Numbers of jobs, circuits and shots and the cost of these tasks. @throws UsageError for tasks that the device refuses. */
  estimate(tasks: readonly DeviceTask[]): Estimate;
  /** Runs the tasks, in one submission where the device takes them at once; readings in the order of the tasks. @throws UsageError */
  read(tasks: readonly DeviceTask[], options?: ReadOptions): Promise<readonly Readings[]>;
}

/** Refuses what no device could run. */
function checkTask(device: Pick<Device, "name" | "numQubits">, task: DeviceTask, limits: DeviceLimits = {}): void {
  const { circuit, inputs = [], weights = [], shots } = task;
  const { name, numQubits } = circuit;
  expect(numQubits <= device.numQubits, device.name, `has ${device.numQubits} qubits; ${name} needs ${numQubits}.`);
  checkSample(circuit, inputs, weights);
  if (shots === undefined) return;
  const { shotsPerCircuit = Number.POSITIVE_INFINITY } = limits;
  expect(Number.isInteger(shots) && shots >= 1, device.name, `shots must be an integer ≥ 1; got ${shots}.`);
  expect(shots <= shotsPerCircuit, device.name, `takes at most ${shotsPerCircuit} shots a circuit; got ${shots}.`);
}

/** The estimate of tasks by a price list. @throws UsageError for tasks that the device refuses. */
export function estimateTasks(
  device: Pick<Device, "name" | "numQubits">,
  tasks: readonly DeviceTask[],
  { pricing, limits = {} }: { readonly pricing?: Pricing; readonly limits?: DeviceLimits } = {},
): Estimate {
  for (const task of tasks) checkTask(device, task, limits);
  const numCircuits = tasks.length;
  const numShots = tasks.reduce((sum, { shots = 0 }) => sum + shots, 0);
  const numJobs = Math.ceil(numCircuits / (limits.circuitsPerJob ?? Math.max(1, numCircuits)));
  const { unit = "", perJob = 0, perCircuit = 0, perShot = 0 } = pricing ?? {};
  const cost = numJobs * perJob + numCircuits * perCircuit + numShots * perShot;
  const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const shots = numShots === 0 ? "without shots" : `with ${counted(numShots, "shot")}`;
  const price = pricing ? `: ${Number(cost.toPrecision(6))} ${unit}` : "";
  const sentence = `${counted(numCircuits, "circuit")} ${shots} in ${counted(numJobs, "job")} on ${device.name}${price}.`;
  return { device: device.name, numJobs, numCircuits, numShots, cost, unit, sentence };
}
