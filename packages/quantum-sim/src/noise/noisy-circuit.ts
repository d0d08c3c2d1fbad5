import { checkOptions, expect } from "repro-kit";
import { type Circuit, createCircuit } from "../circuit.ts";
import type { Operation } from "../gate.ts";
import type { Measurable, OutputSum } from "../hamiltonian.ts";
import type { ChannelOperation } from "./channel.ts";
import { type ReadoutError, readoutError } from "./readout.ts";

/** A gate or a channel. */
export type NoisyOperation = Operation | ChannelOperation;

/** Tells a channel from a gate. */
export const isChannel = (step: NoisyOperation): step is ChannelOperation => "channel" in step;

/** A circuit with channels between its gates and errors of its readout. */
export interface NoisyCircuit {
  /** The gates alone: shapes of inputs and weights, observables. */
  readonly circuit: Circuit;
  readonly steps: readonly NoisyOperation[];
  /** One for each wire; undefined reads without error. */
  readonly readout: readonly (ReadoutError | undefined)[];
}

/** As those of `createCircuit`, with channels and errors of the readout. */
export interface CreateNoisyCircuitOptions {
  readonly name?: string;
  readonly numQubits: number;
  /** Gates and channels in the order they act. */
  readonly operations: Iterable<NoisyOperation>;
  /** Pauli words ("X0 Z2") or Hamiltonians, one output each; default Z on every wire. */
  readonly observables?: readonly Measurable[];
  /** Sums of the observables, taken over from another circuit. */
  readonly outputs?: readonly OutputSum[];
  readonly numInputs?: number;
  readonly weightShape?: readonly number[];
  readonly readout?: readonly (ReadoutError | undefined)[];
}

const KNOWN = ["name", "numQubits", "operations", "observables", "outputs", "numInputs", "weightShape", "readout"];

/**
 * As `createCircuit`, with channels among the operations.
 *
 * @throws UsageError as there, for a channel on a missing wire, and for errors of the readout outside [0, 1].
 */
export function createNoisyCircuit(options: CreateNoisyCircuitOptions): NoisyCircuit {
  checkOptions("createNoisyCircuit", options, KNOWN);
  const { readout = [], operations, ...rest } = options;
  const steps = [...operations];
  const circuit = createCircuit({ ...rest, operations: steps.filter((step) => !isChannel(step)) as Operation[] }); // what is no channel is a gate
  for (const step of steps)
    if (isChannel(step))
      expect(
        step.wires.every((wire) => wire < circuit.numQubits),
        circuit.name,
        `${step.channel.name} on [${step.wires.join(", ")}] needs wires below numQubits = ${circuit.numQubits}.`,
      );
  expect(
    readout.length <= circuit.numQubits,
    circuit.name,
    `readout must have an entry a wire; got ${readout.length} for ${circuit.numQubits}.`,
  );
  const checked = readout.map((error) => error && readoutError(error.p1given0, error.p0given1));
  return { circuit, steps, readout: Array.from({ length: circuit.numQubits }, (_, wire) => checked[wire]) };
}

/** What a device does to gates and readout. */
export interface NoiseModel {
  readonly name: string;
  /** Channels after a gate, in the order they act. */
  after(operation: Operation): Iterable<ChannelOperation>;
  /** Error of reading a wire. */
  readonly readout?: (wire: number) => ReadoutError | undefined;
}

/** The circuit with a model's channels after each gate. */
export function applyNoise(circuit: Circuit, model: NoiseModel): NoisyCircuit {
  const { name, numQubits, numInputs, weightShape, observables, outputs } = circuit;
  return createNoisyCircuit({
    name,
    numQubits,
    numInputs,
    weightShape,
    observables,
    ...(outputs && { outputs }),
    operations: circuit.operations.flatMap((operation): NoisyOperation[] => [operation, ...model.after(operation)]),
    readout: Array.from({ length: numQubits }, (_, wire) => model.readout?.(wire)),
  });
}
