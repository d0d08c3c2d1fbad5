import type { Operation } from "../gate.ts";
import { type AngleGradients, type AngleValues, createAngleTable, dependsOnInput, isTrainable } from "./angle-values.ts";
import { VECTOR_BYTES } from "./kernel-memory.ts";
import { type LaneLayout, realIndex } from "./lane-layout.ts";

/** A prepared state in place of |0…0⟩: its amplitudes for each lane, and the slopes of what made them. */
export interface PreparationRunner {
  /** Whether samples differ. */
  readonly isSampled: boolean;
  readonly isTrainable: boolean;
  /** Reads the angles of the sample in a lane (of all lanes, if samples do not differ). */
  prepare(lane: number, at: AngleValues): void;
  /** Writes the state. */
  write(state: number): void;
  /** Slopes of one sample (or of all, if samples do not differ); λ is `bra` times `factor`. */
  addSlopes(lane: number, bra: number, factor: number, at: AngleValues, gradients: AngleGradients): void;
}

/**
 * The first operation that makes a state of |0…0⟩, if no other acts on its wires before it; it can then be written at once.
 */
export function findPreparation(operations: readonly Operation[]): Operation | undefined {
  const touched = new Set<number>();
  for (const operation of operations) {
    if (operation.gate.preparation) return operation.wires.some((wire) => touched.has(wire)) ? undefined : operation;
    for (const wire of operation.wires) touched.add(wire);
  }
  return undefined;
}

/** @throws UsageError if the operation's gate makes no state. */
export function createPreparationRunner(layout: LaneLayout, { gate, wires, angles }: Operation): PreparationRunner {
  const { memory, byLane, lanes, numQubits, stateBytes } = layout;
  const { preparation } = gate;
  if (!preparation) throw new Error("bug: a gate that makes no state was taken for one that does.");
  const bits = wires.map((wire) => numQubits - 1 - wire);
  const size = 2 ** wires.length;
  const stride = byLane ? 2 : VECTOR_BYTES / memory.realBytes;
  /** [local state]: where its amplitude of lane 0 lies, in reals. */
  const offsets = Int32Array.from(
    { length: size },
    (_, state) => stride * bits.reduce((index, bit, i) => ((state >> (bits.length - 1 - i)) & 1 ? index | (1 << bit) : index), 0),
  );
  const isSampled = !byLane && angles.some(dependsOnInput);
  const amplitudes = Array.from({ length: isSampled ? lanes : 1 }, () => new Float64Array(size));
  const table = createAngleTable(angles);
  const values = new Float64Array(angles.length);
  const readValues = (at: AngleValues): Float64Array => {
    for (let k = 0; k < values.length; k++) values[k] = table.value(k, at);
    return values;
  };

  return {
    isSampled,
    isTrainable: angles.some(isTrainable),
    prepare(lane, at) {
      amplitudes[lane].set(preparation.amplitudes(readValues(at)));
    },
    write(state) {
      const reals = memory.reals();
      const first = realIndex(layout, state);
      reals.fill(0, first, first + stateBytes / memory.realBytes);
      for (let lane = 0; lane < lanes; lane++) {
        const own = amplitudes[isSampled ? lane : 0];
        for (let x = 0; x < size; x++) reals[first + offsets[x] + 2 * lane] = own[x];
      }
    },
    addSlopes(lane, bra, factor, at, gradients) {
      const reals = memory.reals();
      const first = realIndex(layout, bra);
      const cotangent = new Float64Array(size);
      // dL = 2·Re⟨λ|dψ⟩, and the amplitudes are real.
      for (const l of isSampled || lanes === 1 ? [lane] : [0, 1])
        for (let x = 0; x < size; x++) cotangent[x] += 2 * factor * reals[first + offsets[x] + 2 * l];
      const slopes = preparation.vjp(readValues(at), cotangent);
      for (let k = 0; k < slopes.length; k++) table.addSlope(k, slopes[k], at, gradients);
    },
  };
}
