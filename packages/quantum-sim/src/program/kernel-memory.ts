import { instantiateKernels, reserveMemory } from "array-kernels";
import { expect } from "repro-kit";
import type { FloatArray, Precision } from "../executable.ts";
import { circuitProgramWasm } from "../generated/circuit-program.ts";

/** The kernels of kernels/circuit-program.ts in one precision; addresses are bytes, `bits` the index bits of a state of vectors. */
interface StateKernels {
  rotateBits(state: number, bits: number, mask: number, kind: number, sines: number, coefficients: number, sign: number): void;
  walshTransform(data: number, bits: number): void;
  addTurnOverlaps(bra: number, state: number, bits: number, mask: number, isX: number, factor: number, out: number): void;
  imaginaryProducts(bra: number, state: number, bits: number, target: number): void;
  squares(state: number, bits: number, target: number): void;
  foldBits(data: number, bits: number, factor: number, out: number): void;
  buildDiagonal(
    out: number,
    scratch: number,
    bits: number,
    start: number,
    linear: number,
    quadratic: number,
    partners: number,
  ): void;
  multiplyParity(out: number, bits: number, mask: number, factor: number): void;
  multiplyGathered(out: number, bits: number, segment: number, moves: number, byLane: number): void;
  multiplySigns(out: number, bits: number, signs: number, byLane: number): void;
  packFactors(vectors: number, bits: number, factors: number): void;
  signedSums(out: number, bits: number, start: number, vectors: number): void;
  multiplyLanes(state: number, values: number, bits: number, target: number): void;
  buildProductState(out: number, bits: number, start: number, factors: number): void;
  move(
    source: number,
    target: number,
    bits: number,
    kind: number,
    factors: number,
    moves: number,
    byLane: number,
    scale: number,
  ): void;
  moveBack(
    source: number,
    target: number,
    bits: number,
    kind: number,
    factors: number,
    moves: number,
    byLane: number,
    scale: number,
  ): void;
  rotatePairs(state: number, list: number, positive: number, negative: number, flip: number, kind: number, at: number): void;
  addPairOverlap(
    bra: number,
    state: number,
    list: number,
    positive: number,
    negative: number,
    flip: number,
    kind: number,
    factor: number,
    out: number,
  ): void;
  applyDense(state: number, bases: number, numBases: number, offsets: number, dim: number, matrix: number, scratch: number): void;
  addDenseOverlaps(
    bra: number,
    state: number,
    bases: number,
    numBases: number,
    offsets: number,
    dim: number,
    factor: number,
    out: number,
  ): void;
  expectWord(state: number, bits: number, flip: number, signMask: number, isLaneFlipped: number, kind: number, out: number): void;
  addWord(
    state: number,
    bra: number,
    bits: number,
    flip: number,
    signMask: number,
    isLaneFlipped: number,
    kind: number,
    coefficient: number,
  ): void;
}

/** Kernels of one type only. */
interface SharedKernels {
  rotateLanes(state: number, bits: number, c: number, s: number): void;
  addLaneOverlaps(bra: number, state: number, bits: number, factor: number, out: number): void;
  scatter(source: number, target: number, bits: number, moves: number, byLane: number): void;
  heapBase(): number;
}

/** An instance of the kernels with a memory that grows; addresses are bytes. */
export interface KernelMemory {
  readonly kernels: StateKernels & SharedKernels;
  readonly precision: Precision;
  readonly realBytes: 4 | 8;
  /** Bytes, aligned to 64. @throws UsageError if the limit is exceeded. */
  allocate(bytes: number): number;
  /** Where the next allocation would begin; `release` gives back everything from there on. */
  mark(): number;
  release(mark: number): void;
  /** The whole memory as reals; ask again after `allocate`. */
  reals(): FloatArray;
  ints(): Int32Array;
}

/** Bytes of a vector. */
export const VECTOR_BYTES = 16;
const ALIGNMENT = 64;
const MOST_BYTES = 2 ** 32 - 65536;
const GIB = 2 ** 30;

export function createKernelMemory(precision: Precision, limitBytes: number): KernelMemory {
  const all = instantiateKernels<Record<string, (...values: number[]) => number>>(circuitProgramWasm);
  const { memory } = all as unknown as { memory: WebAssembly.Memory }; // beside the functions
  const suffix = precision === "float32" ? "32" : "64";
  const kernels = Object.fromEntries(
    Object.entries(all).flatMap(([name, kernel]) => {
      if (typeof kernel !== "function") return [];
      if (name.endsWith(suffix)) return [[name.slice(0, -2), kernel]];
      return /(32|64)$/.test(name) ? [] : [[name, kernel]];
    }),
  ) as unknown as StateKernels & SharedKernels; // what kernels/circuit-program.ts exports under these names
  const FloatView = precision === "float32" ? Float32Array : Float64Array;
  const limit = Math.min(limitBytes, MOST_BYTES);
  let top = kernels.heapBase();
  let reals: FloatArray = new FloatView(memory.buffer);
  let ints = new Int32Array(memory.buffer);
  return {
    kernels,
    precision,
    realBytes: precision === "float32" ? 4 : 8,
    allocate(bytes) {
      const address = top;
      const end = Math.ceil((top + bytes) / ALIGNMENT) * ALIGNMENT;
      expect(
        end <= limit,
        "compile",
        `the states of this circuit need ${end} bytes (${(end / GIB).toFixed(1)} GiB) and more; the limit is ${limit}. ` +
          "Take fewer qubits or a smaller batch, or raise memoryLimitBytes.",
      );
      top = end;
      reserveMemory(memory, top);
      return address;
    },
    mark: () => top,
    release(mark) {
      top = mark;
    },
    reals() {
      if (reals.buffer !== memory.buffer) reals = new FloatView(memory.buffer);
      return reals;
    },
    ints() {
      if (ints.buffer !== memory.buffer) ints = new Int32Array(memory.buffer);
      return ints;
    },
  };
}
