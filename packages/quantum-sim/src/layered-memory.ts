import { instantiateKernels, reserveMemory } from "array-kernels";
import { expect } from "repro-kit";
import type { FloatArray, Precision } from "./executable.ts";
import { layeredCircuitWasm } from "./generated/layered-circuit.ts";
import type { LayeredProgram } from "./layered-program.ts";

interface LayeredKernels {
  run32(plan: number, mode: number): void;
  run64(plan: number, mode: number): void;
  heapBase(): number;
}

/** `mode` of the kernel. */
export const FORWARD = 1;
export const BACKWARD = 2;

/** The arrays that the kernel reads and writes, as views of its memory; see kernels/_plan.ts. S circuits, B samples, n qubits, L layers. */
export interface LayeredArrays {
  /** [B][S][n][4] */
  readonly amplitudes: FloatArray;
  /** [S][L][n] */
  readonly shears: FloatArray;
  /** [S][L] */
  readonly forms: Int32Array;
  /** [S][L] */
  readonly scales: FloatArray;
  /** [S][L][n][2] */
  readonly phasesAfter: FloatArray;
  /** [S][L + 1][n][2] */
  readonly phasesBefore: FloatArray;
  /** [B][S][n] */
  readonly cotangent: FloatArray;
  /** [B][S][n] */
  readonly outputs: FloatArray;
  /** [B][S][n][4] */
  readonly contractions: FloatArray;
  /** [S][L][n][3] */
  readonly overlaps: FloatArray;
}

export interface LayeredMemory {
  /** Views for a batch; valid until the next call. @throws UsageError if the states do not fit. */
  arrays(batch: number): LayeredArrays;
  /** Whether checkpoints of a whole batch are kept; they are if they take at most `RETAIN_LIMIT_BYTES`. */
  canRetain(batch: number): boolean;
  /** Runs the kernel on the arrays of the last call of `arrays`. */
  run(mode: number, isRetained: boolean): void;
}

/** Above this the checkpoints of a batch leave the caches, and reading them costs more than computing them again (measured: precision.md). */
const RETAIN_LIMIT_BYTES = 6 * 2 ** 20;
const ALIGNMENT = 64;
const PLAN_FIELDS = 22;
/** A vector of the kernel: two samples in float32, one in float64. */
const VECTOR_BYTES = 16;

/** An instance of the kernel with the tables of a program; grows with the batch. */
export function createLayeredMemory(
  program: LayeredProgram,
  count: number,
  precision: Precision,
  memoryLimitBytes: number,
): LayeredMemory {
  const kernels = instantiateKernels<LayeredKernels>(layeredCircuitWasm);
  const { memory } = kernels;
  const { numQubits: n, monomials, entanglers, isComplex } = program;
  const L = program.layers.length;
  const size = 2 ** n;
  const realBytes = precision === "float32" ? 4 : 8;
  const FloatView = precision === "float32" ? Float32Array : Float64Array;

  let top = kernels.heapBase();
  const allocate = (bytes: number): number => {
    const address = top;
    top = Math.ceil((top + bytes) / ALIGNMENT) * ALIGNMENT;
    return address;
  };
  const plan = allocate(4 * PLAN_FIELDS);
  const entanglerTable = allocate(4 * L);
  const permutations = allocate(4 * size * monomials.length);
  const signs = allocate(realBytes * size * monomials.length);
  const moves = allocate(4 * monomials.length);
  const shears = allocate(realBytes * count * L * n);
  const forms = allocate(4 * count * L);
  const scales = allocate(realBytes * count * L);
  const phasesAfter = allocate(realBytes * count * L * n * 2);
  const phasesBefore = allocate(realBytes * count * (L + 1) * n * 2);
  const overlaps = allocate(realBytes * count * L * n * 3);
  const batchStart = top;
  reserveMemory(memory, top);
  writeTables();

  function writeTables(): void {
    new Int32Array(memory.buffer, entanglerTable, L).set(entanglers);
    monomials.forEach((monomial, k) => {
      new Uint32Array(memory.buffer, permutations + 4 * size * k, size).set(monomial.targets.map((x) => x * VECTOR_BYTES));
      new FloatView(memory.buffer, signs + realBytes * size * k, size).set(monomial.signs);
      new Int32Array(memory.buffer, moves + 4 * k, 1)[0] = monomial.moves ? 1 : 0;
    });
  }

  const stateBytes = VECTOR_BYTES * size;
  const numTiles = (batch: number) => Math.ceil(batch / (VECTOR_BYTES / 2 / realBytes));
  /** Agrees with the arena of kernels/layered-circuit.ts. */
  const arenaBytes = (batch: number, isRetained: boolean): number => {
    const factors = isComplex ? (isRetained ? count : 1) * L * 3 * realBytes * size : 0;
    const checkpoints = (isRetained ? count * numTiles(batch) : 1) * L * stateBytes;
    return 80 * n + 48 + 4 * stateBytes + factors + checkpoints;
  };
  const canRetain = (batch: number) => arenaBytes(batch, true) <= Math.min(RETAIN_LIMIT_BYTES, memoryLimitBytes);

  let current: { readonly batch: number; readonly arrays: LayeredArrays } | undefined;
  function layOut(batch: number): LayeredArrays {
    top = batchStart;
    const amplitudes = allocate(realBytes * batch * count * n * 4);
    const cotangent = allocate(realBytes * batch * count * n);
    const outputs = allocate(realBytes * batch * count * n);
    const contractions = allocate(realBytes * batch * count * n * 4);
    const arena = allocate(arenaBytes(batch, canRetain(batch)));
    const limit = Math.min(memoryLimitBytes, 2 ** 32 - 65536);
    expect(
      top <= limit,
      "compile",
      `${count} circuits of ${n} qubits and ${L} layers on ${batch} samples need ${top} bytes; the limit is ${limit}. ` +
        "Take a smaller batch, fewer qubits or fewer layers.",
    );
    reserveMemory(memory, top);
    new Int32Array(memory.buffer, plan, PLAN_FIELDS).set([
      ...[count, batch, n, L, isComplex ? 1 : 0, program.measure === "Z" ? 0 : 1, 0],
      ...[amplitudes, shears, forms, scales, phasesAfter, phasesBefore],
      ...[entanglerTable, permutations, signs, moves, cotangent, outputs, contractions, overlaps, arena],
    ]);
    const view = (address: number, length: number): FloatArray => new FloatView(memory.buffer, address, length);
    return {
      amplitudes: view(amplitudes, batch * count * n * 4),
      shears: view(shears, count * L * n),
      forms: new Int32Array(memory.buffer, forms, count * L),
      scales: view(scales, count * L),
      phasesAfter: view(phasesAfter, count * L * n * 2),
      phasesBefore: view(phasesBefore, count * (L + 1) * n * 2),
      cotangent: view(cotangent, batch * count * n),
      outputs: view(outputs, batch * count * n),
      contractions: view(contractions, batch * count * n * 4),
      overlaps: view(overlaps, count * L * n * 3),
    };
  }

  return {
    canRetain,
    arrays(batch) {
      if (current?.batch !== batch) current = { batch, arrays: layOut(batch) };
      return current.arrays;
    },
    run(mode, isRetained) {
      new Int32Array(memory.buffer, plan, PLAN_FIELDS)[6] = isRetained ? 1 : 0;
      if (precision === "float32") kernels.run32(plan, mode);
      else kernels.run64(plan, mode);
    },
  };
}
