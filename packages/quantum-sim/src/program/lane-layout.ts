import type { FloatArray } from "../executable.ts";
import { type KernelMemory, VECTOR_BYTES } from "./kernel-memory.ts";

/**
 * How amplitudes lie in vectors. "samples": a vector holds one amplitude of each of `lanes` samples. "amplitudes" (float32): it holds
 * the two amplitudes of one sample that differ in bit 0, so that a state is the plain array of its amplitudes.
 */
export interface LaneLayout {
  readonly memory: KernelMemory;
  readonly numQubits: number;
  /** Whether bit 0 lies in the lanes. */
  readonly byLane: boolean;
  /** Samples that share a vector. */
  readonly lanes: 1 | 2;
  /** Index bits of a state of vectors. */
  readonly bits: number;
  readonly stateBytes: number;
}

export function createLaneLayout(memory: KernelMemory, numQubits: number, byLane: boolean): LaneLayout {
  const bits = byLane ? numQubits - 1 : numQubits;
  const lanes = byLane || memory.precision === "float64" ? 1 : 2;
  return { memory, numQubits, byLane, lanes, bits, stateBytes: VECTOR_BYTES * 2 ** bits };
}

/** Index of a vector in the array of reals. */
export const realIndex = ({ memory }: LaneLayout, address: number): number => address / memory.realBytes;

/** Writes a value into all reals of one sample of a vector; in the layout of amplitudes, of all. */
export function setLane(layout: LaneLayout, reals: FloatArray, at: number, lane: number, value: number): void {
  setComplex(layout, reals, at, lane, value, value);
}

/** Writes (even, odd) into the reals of one sample of a vector; in the layout of amplitudes, into both pairs. */
export function setComplex(layout: LaneLayout, reals: FloatArray, at: number, lane: number, even: number, odd: number): void {
  if (layout.byLane) {
    reals[at] = reals[at + 2] = even;
    reals[at + 1] = reals[at + 3] = odd;
    return;
  }
  reals[at + 2 * lane] = even;
  reals[at + 2 * lane + 1] = odd;
}

/** Writes a factor e = re + i·im for one sample at `at`: the vectors (re, re) and (−im, im). */
export function setFactor(layout: LaneLayout, reals: FloatArray, at: number, lane: number, re: number, im: number): void {
  const second = at + VECTOR_BYTES / layout.memory.realBytes;
  setComplex(layout, reals, at, lane, re, re);
  setComplex(layout, reals, second, lane, -im, im);
}

/** The sum of a sample's reals in a vector, im lanes with the sign `imSign`; in the layout of amplitudes over both, bit 0 with `bitSign`. */
export function sumLane(
  { byLane }: LaneLayout,
  reals: FloatArray,
  at: number,
  lane: number,
  imSign: 1 | -1,
  bitSign: 1 | -1 = 1,
): number {
  if (byLane) return reals[at] + imSign * reals[at + 1] + bitSign * (reals[at + 2] + imSign * reals[at + 3]);
  return reals[at + 2 * lane] + imSign * reals[at + 2 * lane + 1];
}
