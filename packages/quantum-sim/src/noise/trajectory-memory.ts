import { instantiateKernels, reserveMemory } from "array-kernels";
import { expect } from "repro-kit";
import type { ComplexMatrix } from "../complex-matrix.ts";
import type { FloatArray, Precision } from "../executable.ts";
import { trajectoriesWasm } from "../generated/trajectories.ts";
import type { PauliMasks } from "../observable.ts";
import { MAX_GATE_WIRES } from "./simulable-steps.ts";

type Kernel = (...args: number[]) => void;
interface Exports extends Record<string, unknown> {
  heapBase(): number;
}

const AMPLITUDE_BYTES = 32;
const VECTOR_BYTES = 16;
const MAX_DIM = 2 ** MAX_GATE_WIRES;
/** The state of the trajectories, the adjoint, where trajectories start, and the kept state k. */
export const KET = 0;
export const BRA = 1;
const START = 2;
const FIRST_KEPT = 3;
export const keptSlot = (k: number): number => FIRST_KEPT + k;
/** Place of the matrix that is written lane by lane. */
export const OWN_MATRIX = 0;

/** Sizes of a memory. */
export interface TrajectoryMemoryOptions {
  readonly numQubits: number;
  readonly precision: Precision;
  /** Dimensions of the matrices that are the same in all lanes, places 1, 2, … */
  readonly matrixDims: readonly number[];
  /** States kept for the way back. */
  readonly numKept: number;
  readonly memoryLimitBytes: number;
}

/** States, matrices and results in the memory of kernels/trajectories.ts; a state is [2^n][re, im][lanes]. */
export interface TrajectoryMemory extends ReturnType<typeof createTrajectoryMemory> {}

/** @throws UsageError if the states exceed the limit. */
export function createTrajectoryMemory({ numQubits, precision, matrixDims, numKept, memoryLimitBytes }: TrajectoryMemoryOptions) {
  const size = 2 ** numQubits;
  const bytes = AMPLITUDE_BYTES * size;
  const kernels = instantiateKernels<Exports>(trajectoriesWasm);
  const suffix = precision === "float32" ? "_32" : "_64";
  const kernel = (name: string): Kernel => kernels[name] as Kernel; // exported by kernels/trajectories.ts
  const [realBytes, lanes] = precision === "float32" ? [4, 4] : [8, 2];
  const dims = [MAX_DIM, ...matrixDims];

  let free = kernels.heapBase();
  const take = (length: number): number => {
    const at = free;
    free = Math.ceil((at + length) / 64) * 64;
    return at;
  };
  const matricesAt = dims.map((dim) => take(AMPLITUDE_BYTES * dim ** 2));
  const overlapsAt = take(AMPLITUDE_BYTES * MAX_DIM ** 2);
  const scratchAt = take(AMPLITUDE_BYTES * MAX_DIM);
  const offsetsAt = take(4 * MAX_DIM);
  const wordsAt = take(VECTOR_BYTES * size);
  const diagonalAt = take(realBytes * size);
  const statesAt = take(bytes * (FIRST_KEPT + numKept));
  expect(
    free <= memoryLimitBytes && free < 2 ** 32,
    "trajectories",
    `${numQubits} qubits need ${free} bytes for the states of their trajectories; the limit is ${Math.min(memoryLimitBytes, 2 ** 32)}. Take fewer qubits or gates, or raise memoryLimitBytes.`,
  );
  reserveMemory(kernels.memory, free);
  const { buffer } = kernels.memory;
  const view = (at: number, length: number): FloatArray =>
    precision === "float32" ? new Float32Array(buffer, at, length) : new Float64Array(buffer, at, length);
  const matrices = matricesAt.map((at, k) => view(at, 2 * lanes * dims[k] ** 2));
  const overlaps = view(overlapsAt, 2 * lanes * MAX_DIM ** 2);
  const offsets = new Uint32Array(buffer, offsetsAt, MAX_DIM);
  const memoryBytes = new Uint8Array(buffer);
  const slot = (index: number) => statesAt + bytes * index;
  const half = (wire: number) => AMPLITUDE_BYTES * 2 ** (numQubits - 1 - wire);
  const [apply2, applyDiagonal, applyMany] = ["apply2", "applyDiagonal", "applyMany"].map((name) => kernel(name + suffix));
  const [overlaps2, overlapsMany, density2] = ["overlaps2", "overlapsMany", "density2"].map((name) => kernel(name + suffix));
  const [expectWord, expectDiagonals] = ["expectWord", "expectDiagonals"].map((name) => kernel(name + suffix));
  const [addWord, weigh] = ["addWord", "weigh"].map((name) => kernel(name + suffix));
  const [controlledNot, controlledZ] = ["controlledNot", "controlledZ"].map(kernel);
  const setWires = (wires: readonly number[]): number => {
    for (let state = 0; state < 2 ** wires.length; state++)
      offsets[state] = wires.reduce((sum, wire, k) => sum + ((state >> (wires.length - 1 - k)) & 1) * half(wire), 0);
    return wires.reduce((sum, wire) => sum + half(wire), 0);
  };
  const ket = view(slot(KET), 2 * lanes * size);
  const bra = view(slot(BRA), 2 * lanes * size);
  const start = view(slot(START), 2 * lanes * size);

  return {
    lanes,
    /** Room for matrices, and for kept states. */
    numKept,
    /** ψ. */
    ket,
    /** What `overlap`, `density` and `expectWord` give: value v of lane l at [v·lanes + l]. */
    overlaps,
    /** What `expectDiagonals` gives: the word of Z with mask s in lane l at [s·lanes + l]. */
    words: view(wordsAt, lanes * size),
    /** d(x) of `weigh`, [2^n]. */
    diagonal: view(diagonalAt, size),
    /** Where trajectories start: real amplitudes, [2^n], or |0…0⟩. */
    setStart(amplitudes: Float64Array | undefined): void {
      start.fill(0);
      if (amplitudes) for (let x = 0; x < size; x++) start.fill(amplitudes[x], 2 * x * lanes, (2 * x + 1) * lanes);
      else start.fill(1, 0, lanes);
    },
    /** ψ ← the start. */
    reset: (): void => void memoryBytes.copyWithin(slot(KET), slot(START), slot(START) + bytes),
    /** sum[x] += factor·Σ over lanes of Re λ(x). */
    addBra(factor: number, sum: Float64Array): void {
      for (let x = 0; x < size; x++) for (let lane = 0; lane < lanes; lane++) sum[x] += factor * bra[2 * x * lanes + lane];
    },
    clearBra: (): void => void memoryBytes.fill(0, slot(BRA), slot(BRA) + bytes),
    /** Kept state k ← ψ. */
    keep: (k: number): void => void memoryBytes.copyWithin(slot(keptSlot(k)), slot(KET), slot(KET) + bytes),
    /** Writes a matrix to a place: the same in every lane. */
    setMatrix(place: number, U: ComplexMatrix): void {
      const matrix = matrices[place];
      for (let e = 0; e < U.re.length; e++) {
        matrix.fill(U.re[e], 2 * e * lanes, (2 * e + 1) * lanes);
        matrix.fill(U.im[e], (2 * e + 1) * lanes, (2 * e + 2) * lanes);
      }
    },
    /** Writes one lane of the matrix in `OWN_MATRIX`. */
    setLaneMatrix(lane: number, U: ComplexMatrix): void {
      for (let e = 0; e < U.re.length; e++) {
        matrices[OWN_MATRIX][2 * e * lanes + lane] = U.re[e];
        matrices[OWN_MATRIX][(2 * e + 1) * lanes + lane] = U.im[e];
      }
    },
    /** A state ← the matrix at a place · the state. */
    apply(index: number, wires: readonly number[], place: number, isDiagonal = false): void {
      const m = matricesAt[place];
      if (wires.length === 1) (isDiagonal ? applyDiagonal : apply2)(slot(index), bytes, half(wires[0]), m);
      else {
        const masks = setWires(wires);
        applyMany(slot(index), bytes, 2 ** wires.length, masks, offsetsAt, m, scratchAt);
      }
    },
    move(kind: "cnot" | "cz", index: number, [a, b]: readonly number[]): void {
      if (kind === "cnot") controlledNot(slot(index), bytes, half(a), half(b));
      else controlledZ(slot(index), bytes, half(a), half(b), precision === "float64" ? 1 : 0);
    },
    /** Σ conj(bra_a) ket_b for the basis states a, b of some wires, [dim, dim][re, im][lanes]. */
    overlap(bra: number, other: number, wires: readonly number[]): void {
      if (wires.length === 1) overlaps2(slot(bra), slot(other), bytes, half(wires[0]), overlapsAt);
      else {
        const masks = setWires(wires);
        overlapsMany(slot(bra), slot(other), bytes, 2 ** wires.length, masks, offsetsAt, overlapsAt);
      }
    },
    /** (ρ00, Re ρ01, Im ρ01, ρ11) of a wire of ψ, [4][lanes]. */
    density: (wire: number): void => density2(slot(KET), bytes, half(wire), overlapsAt),
    /** Σ conj ψ(x⊕flip)(−1)^(x·sign) ψ(x), [re, im][lanes]. */
    expectWord: ({ flip, sign }: Pick<PauliMasks, "flip" | "sign">): void => expectWord(slot(KET), size, flip, sign, overlapsAt),
    /** All words of Z at once. */
    expectDiagonals: (): void => expectDiagonals(slot(KET), size, wordsAt),
    /** λ(x) = factor·d(x)·ψ(x), a factor a lane. */
    weigh(factors: ArrayLike<number>): void {
      for (let lane = 0; lane < lanes; lane++) overlaps[lane] = factors[lane];
      weigh(slot(BRA), slot(KET), size, diagonalAt, overlapsAt);
    },
    /** λ += factor·coefficient·P ψ, a factor a lane. */
    addWord({ flip, sign, numY }: PauliMasks, coefficient: number, factors: ArrayLike<number>): void {
      for (let lane = 0; lane < lanes; lane++) {
        overlaps[lane] = factors[lane] * [coefficient, 0, -coefficient, 0][numY % 4];
        overlaps[lanes + lane] = factors[lane] * [0, coefficient, 0, -coefficient][numY % 4];
      }
      addWord(slot(BRA), slot(KET), size, flip, sign, overlapsAt);
    },
  };
}
