import { checkOptions, expect } from "repro-kit";
import { type Angle, angleValue } from "../angle.ts";
import { type Circuit, createCircuit } from "../circuit.ts";
import { decomposeGate } from "../decompose/decompose-gate.ts";
import { preparedOperations } from "../decompose/prepared-operations.ts";
import { checkSample } from "../executable.ts";
import type { Operation } from "../gate.ts";
import { CNOT } from "../gates/index.ts";
import { nativeCnot } from "./basis-gates.ts";
import { cancelCnots, swapsAsCnots } from "./cancel-cnots.ts";
import { consolidateBlocks } from "./consolidate-blocks.ts";
import { checkTarget, coupling, type DeviceTarget } from "./device-target.ts";
import { fuseSingles, SYMBOLIC_SINGLES } from "./fuse-singles.ts";
import { placeAndRoute } from "./place-and-route.ts";

export interface TranspileOptions {
  readonly target: DeviceTarget;
  /** Physical qubit of each wire; default: chosen by error. */
  readonly layout?: readonly number[];
  /** With both, angles become numbers and more gates fuse. */
  readonly inputs?: ArrayLike<number>;
  readonly weights?: ArrayLike<number>;
}

/** A circuit in a device's gates, on as many wires as qubits it uses. */
export interface Transpiled {
  /** Wire k stands for physical qubit `physicalQubits[k]`; the observables have moved along. */
  readonly circuit: Circuit;
  readonly physicalQubits: readonly number[];
  /** Wire (of `circuit`) that holds each of the given wires at the start and at the end. */
  readonly initial: readonly number[];
  readonly final: readonly number[];
  readonly numSwaps: number;
}

/**
 * A circuit in RZ, SX, X and the device's two-qubit gate along its coupling map: decomposition, choice of qubits, SWAPs, fusion of
 * single-qubit gates. Equal to the circuit up to phase and the final places of its wires.
 *
 * @throws UsageError for a gate without a decomposition, a layout that is none, or more qubits than the device has.
 */
export function transpile(circuit: Circuit, options: TranspileOptions): Transpiled {
  checkOptions("transpile", options, ["target", "layout", "inputs", "weights"]);
  const { target, inputs, weights } = options;
  checkTarget(target);
  const { name, numQubits, numInputs, weightShape } = circuit;
  expect(numQubits <= target.numQubits, name, `has ${numQubits} qubits; ${target.name} has ${target.numQubits}.`);
  const isBound = inputs !== undefined || weights !== undefined;
  if (isBound) checkSample(circuit, inputs ?? [], weights ?? []);
  const bind = (angle: Angle): Angle => (isBound ? angleValue(angle, weights ?? [], 0, inputs ?? [], 0) : angle);
  const bound = circuit.operations.map(({ gate, wires, angles }) => ({ gate, wires, angles: angles.map(bind) }));
  const simple = preparedOperations(bound).flatMap((operation) => decompose(operation, name));

  const { layout } = options;
  if (layout) {
    const isQubit = (qubit: number) => Number.isInteger(qubit) && qubit >= 0 && qubit < target.numQubits;
    const isLayout = layout.length === numQubits && new Set(layout).size === numQubits && layout.every(isQubit);
    expect(
      isLayout,
      name,
      `layout must name ${numQubits} different qubits below ${target.numQubits}; got [${layout.join(", ")}].`,
    );
  }
  const placed = placeAndRoute(simple, numQubits, { target, given: layout, scope: name });
  const { operations: routed, initial, final, numSwaps } = placed;
  const map = coupling(target);
  const cancelled = cancelCnots(swapsAsCnots(routed, target.numQubits), target.numQubits);
  const native = consolidateBlocks(cancelled, target.numQubits).flatMap((operation) => {
    if (operation.wires.length === 1) return [operation];
    const [a, b] = operation.wires;
    return nativeCnot(target.entangler, a, b, !map.hasNative(a, b));
  });
  const fused = fuseAll(native, target.numQubits);
  const used = new Set([...initial, ...final, ...fused.flatMap(({ wires }) => wires)]);
  const physicalQubits = [...used].sort((p, q) => p - q);
  const wireOf = new Map(physicalQubits.map((qubit, wire) => [qubit, wire]));
  const toWire = (qubit: number): number => wireOf.get(qubit) as number; // every used qubit is in the map
  return {
    circuit: createCircuit({
      name,
      numQubits: physicalQubits.length,
      numInputs: isBound ? 0 : numInputs,
      weightShape: isBound ? [0] : weightShape,
      operations: fused.map(({ gate, wires, angles }) => gate.on(wires.map(toWire), ...angles)),
      observables: circuit.observables.map(({ factors }) => ({
        factors: factors.map(({ pauli, wire }) => ({ pauli, wire: toWire(final[wire]) })),
      })),
      ...(circuit.outputs && { outputs: circuit.outputs }),
    }),
    physicalQubits,
    initial: initial.map(toWire),
    final: final.map(toWire),
    numSwaps,
  };
}

/** CNOTs and single-qubit gates. */
function decompose(operation: Operation, scope: string): Operation[] {
  const { gate, wires, angles } = operation;
  const isBound = angles.every((angle) => typeof angle === "number");
  if (gate === CNOT || (wires.length === 1 && (isBound || SYMBOLIC_SINGLES.includes(gate.name)))) return [operation];
  const parts = decomposeGate(operation);
  expect(
    parts,
    scope,
    () =>
      `no form of ${gate.name} on ${wires.length} wires in CNOT and single-qubit gates is known; ${isBound ? "write it as operations of those" : "give inputs and weights, or write it as operations of those"}.`,
  );
  return parts.flatMap((part) => decompose(part, scope));
}

/** Single-qubit gates of a wire up to its next two-qubit gate become RZ, SX and X. */
function fuseAll(operations: readonly Operation[], numQubits: number): Operation[] {
  const out: Operation[] = [];
  const pending: Operation[][] = Array.from({ length: numQubits }, () => []);
  const flush = (wire: number) => {
    out.push(...fuseSingles(pending[wire], wire));
    pending[wire] = [];
  };
  for (const operation of operations) {
    const { wires } = operation;
    if (wires.length === 1) pending[wires[0]].push(operation);
    else {
      wires.forEach(flush);
      out.push(operation);
    }
  }
  for (let wire = 0; wire < numQubits; wire++) flush(wire);
  return out;
}
