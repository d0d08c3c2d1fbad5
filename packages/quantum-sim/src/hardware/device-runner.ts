import { checkOptions, expect } from "repro-kit";
import { type Circuit, createCircuit } from "../circuit.ts";
import { type AsyncCircuitRunner, numOutputsOf, outputsOf } from "../circuit-runner.ts";
import type { Operation } from "../gate.ts";
import { H, Sdg } from "../gates/index.ts";
import { groupWords, type WordGroup } from "../measurements/shot-runner.ts";
import { parityMean } from "../qasm/counts.ts";
import type { Device, DeviceTask, Estimate, ReadOptions } from "./device.ts";

export interface MeasureOptions extends ReadOptions {
  /** [batch, numInputs], row-major, in radians; default none. */
  readonly inputs?: ArrayLike<number>;
  /** [numWeights], in radians; default none. */
  readonly weights?: ArrayLike<number>;
  /** Readings for each group of words that are read together; without it exact, where the device can. */
  readonly shots?: number;
  /** Refuses to begin where the estimate says more. */
  readonly limits?: SpendingLimits;
}

/** The most that one call may take. */
export interface SpendingLimits {
  readonly shots?: number;
  /** In the device's unit. */
  readonly cost?: number;
}

const KNOWN = ["inputs", "weights", "shots", "limits", "signal"];

/**
 * The outputs of a circuit as a device reads them, [batch, numOutputs]: words that agree on every wire are read together, in the bases
 * of their Paulis.
 *
 * @throws UsageError as the device, and for a call beyond the limits, before anything is sent.
 */
export async function measureOnDevice(device: Device, circuit: Circuit, options: MeasureOptions = {}): Promise<Float64Array> {
  checkOptions("measureOnDevice", options, KNOWN);
  const { groups, tasks, batch } = tasksOf(circuit, options);
  checkLimits(device, tasks, options.limits);
  const readings = tasks.length > 0 ? await device.read(tasks, options.signal ? { signal: options.signal } : {}) : [];
  const numOutputs = numOutputsOf(circuit);
  const outputs = new Float64Array(batch * numOutputs);
  for (let row = 0; row < batch; row++) {
    const words = new Float64Array(circuit.observables.length).fill(1);
    groups.forEach(({ members }, g) => {
      for (const j of members) words[j] = parityMean(circuit.observables[j], readings[row * groups.length + g]);
    });
    outputs.set(outputsOf(circuit, words), row * numOutputs);
  }
  return outputs;
}

/**
 * What `measureOnDevice` with these options takes, told beforehand; of a gradient with its plan:
 * `estimateOnDevice(device, plan.circuit, { inputs: plan.settings(0, plan.numSettings), shots })` for a `parameterShiftPlan`.
 *
 * @throws UsageError for tasks that the device refuses.
 */
export function estimateOnDevice(device: Device, circuit: Circuit, options: MeasureOptions = {}): Estimate {
  checkOptions("estimateOnDevice", options, KNOWN);
  return device.estimate(tasksOf(circuit, options).tasks);
}

/**
 * A device as what gradients and others run circuits on: `parameterShiftAsync(circuit, { runner: deviceRunner(device, { shots }) })`.
 *
 * @throws UsageError as `measureOnDevice`, when it runs.
 */
export function deviceRunner(
  device: Device,
  options: Pick<MeasureOptions, "shots" | "limits" | "signal"> = {},
): AsyncCircuitRunner {
  checkOptions("deviceRunner", options, ["shots", "limits", "signal"]);
  return (circuit) => (inputs, batch) => {
    const isSize = inputs.length === batch * circuit.numInputs;
    expect(isSize, circuit.name, `inputs must be [${batch}, ${circuit.numInputs}]; got ${inputs.length} values.`);
    // Without inputs the batch is a repetition of one setting.
    if (circuit.numInputs > 0) return measureOnDevice(device, circuit, { ...options, inputs });
    return Promise.all(Array.from({ length: batch }, () => measureOnDevice(device, circuit, options))).then((rows) =>
      Float64Array.from(rows.flatMap((row) => [...row])),
    );
  };
}

function tasksOf(circuit: Circuit, options: MeasureOptions): { groups: WordGroup[]; tasks: DeviceTask[]; batch: number } {
  const { inputs = [], weights = [], shots } = options;
  const { name, numInputs, numQubits, observables } = circuit;
  const batch = numInputs === 0 ? 1 : inputs.length / numInputs;
  const isSize = Number.isInteger(batch) && batch >= 1 && inputs.length === batch * numInputs;
  expect(isSize, name, `inputs must be [batch, ${numInputs}] with batch ≥ 1; got ${inputs.length} values.`);
  // Identities are known to be 1, without a reading.
  const groups = groupWords(observables, numQubits).filter(({ bases }) => bases.some((pauli) => pauli !== undefined));
  const turned = groups.map((group) => inBases(circuit, group));
  const rows = Array.from({ length: batch }, (_, row) =>
    Array.from({ length: numInputs }, (__, k) => inputs[row * numInputs + k]),
  );
  const read = shots === undefined ? {} : { shots };
  return { groups, tasks: rows.flatMap((row) => turned.map((one) => ({ circuit: one, inputs: row, weights, ...read }))), batch };
}

/** The circuit with what turns the eigenvectors of a group's Paulis into |0⟩ and |1⟩ behind it. */
function inBases({ name, numQubits, operations, numInputs, weightShape }: Circuit, { bases }: WordGroup): Circuit {
  const turns = bases.flatMap((pauli, wire): Operation[] =>
    pauli === "X" ? [H.on([wire])] : pauli === "Y" ? [Sdg.on([wire]), H.on([wire])] : [],
  );
  return createCircuit({ name, numQubits, numInputs, weightShape, operations: [...operations, ...turns], observables: [] });
}

function checkLimits(device: Device, tasks: readonly DeviceTask[], limits: SpendingLimits = {}): void {
  checkOptions("limits", limits, ["shots", "cost"]);
  const { numShots, cost, unit, sentence } = device.estimate(tasks);
  const { shots = Number.POSITIVE_INFINITY, cost: most = Number.POSITIVE_INFINITY } = limits;
  expect(numShots <= shots, device.name, `the limit is ${shots} shots, and nothing was sent; this takes ${sentence}`);
  expect(cost <= most, device.name, `the limit is ${most} ${unit}, and nothing was sent; this takes ${sentence}`);
}
