import { instantiateKernels, reserveMemory } from "array-kernels";
import { expect } from "repro-kit";
import type { FloatArray, Precision } from "./executable.ts";
import { layeredCircuitWasm } from "./generated/layered-circuit.ts";
import type { LayeredProgram } from "./layered-program.ts";
import { createThreadTeam } from "./threads/thread-team.ts";

type LayeredKernels = {
  run32(plan: number, mode: number): void;
  run64(plan: number, mode: number): void;
  heapBase(): number;
};

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
  /** Ends the other threads. */
  close(): void;
}

/** Above this the checkpoints of a batch leave the caches, and reading them costs more than computing them again (measured: precision.md). */
const RETAIN_LIMIT_BYTES = 32 * 2 ** 20;
const ALIGNMENT = 64;
/** Addresses that differ by a multiple of this share a set of the first cache. */
const CACHE_WAY_BYTES = 4096;
const PLAN_FIELDS = 28;
const MASKS_FIELD = 27;
const ARENA_FIELD = 21;
/** A vector of the kernel: two samples in float32, one in float64. */
const VECTOR_BYTES = 16;

export interface LayeredMemoryOptions {
  readonly count: number;
  readonly precision: Precision;
  readonly memoryLimitBytes: number;
  /** Threads that share the circuits, or the samples of one circuit; 1: only the caller's. */
  readonly threads: number;
}

/** An instance of the kernel with the tables of a program; grows with the batch. */
export function createLayeredMemory(program: LayeredProgram, options: LayeredMemoryOptions): LayeredMemory {
  const { count, precision, memoryLimitBytes } = options;
  const team = createThreadTeam(layeredCircuitWasm, options.threads);
  const threads = team ? options.threads : 1;
  const own = team ? undefined : instantiateKernels<LayeredKernels>(layeredCircuitWasm);
  const kernels = (team?.exports as LayeredKernels | undefined) ?? (own as LayeredKernels); // the same module either way
  const memory = team?.memory ?? (own as { memory: WebAssembly.Memory } & LayeredKernels).memory;
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
  const plans = Array.from({ length: threads }, () => allocate(4 * PLAN_FIELDS));
  const entanglerTable = allocate(4 * L);
  const masksX = allocate(4 * L);
  const permutations = allocate(4 * size * monomials.length);
  const signs = allocate(realBytes * size * monomials.length);
  const moves = allocate(4 * monomials.length);
  const shears = allocate(realBytes * count * L * n);
  const forms = allocate(4 * count * L);
  const scales = allocate(realBytes * count * L);
  const phasesAfter = allocate(realBytes * count * L * n * 2);
  const phasesBefore = allocate(realBytes * count * (L + 1) * n * 2);
  const overlapLength = count * L * n * 3;
  const overlapsOf = plans.map(() => allocate(realBytes * overlapLength));
  const batchStart = top;
  reserveMemory(memory, top);
  writeTables();

  function writeTables(): void {
    new Int32Array(memory.buffer, entanglerTable, L).set(entanglers);
    new Int32Array(memory.buffer, masksX, L).set(program.masksX);
    monomials.forEach((monomial, k) => {
      new Uint32Array(memory.buffer, permutations + 4 * size * k, size).set(monomial.targets.map((x) => x * VECTOR_BYTES));
      new FloatView(memory.buffer, signs + realBytes * size * k, size).set(monomial.signs);
      new Int32Array(memory.buffer, moves + 4 * k, 1)[0] = monomial.moves ? 1 : 0;
    });
  }

  const stateBytes = VECTOR_BYTES * size;
  const numTiles = (batch: number) => Math.ceil(batch / (VECTOR_BYTES / 2 / realBytes));
  /** Both agree with kernels/layered-circuit.ts. */
  const workBytes = 80 * n + 48 + 4 * stateBytes;
  const arenaBytes = (batch: number, isRetained: boolean): number => {
    const factors = isComplex ? (isRetained ? count : 1) * L * 3 * realBytes * size : 0;
    const checkpoints = (isRetained ? count * numTiles(batch) : 1) * L * stateBytes;
    return factors + checkpoints;
  };
  const canRetain = (batch: number) => arenaBytes(batch, true) <= Math.min(RETAIN_LIMIT_BYTES, memoryLimitBytes);

  let current: { readonly batch: number; readonly arrays: LayeredArrays } | undefined;
  let arenas: { readonly kept: number; readonly own: readonly number[] } = { kept: 0, own: [] };
  let numRunning = 1;
  function layOut(batch: number): LayeredArrays {
    top = batchStart;
    written = "";
    const amplitudes = allocate(realBytes * batch * count * n * 4);
    const cotangent = allocate(realBytes * batch * count * n);
    const outputs = allocate(realBytes * batch * count * n);
    const contractions = allocate(realBytes * batch * count * n * 4);
    const works = plans.map(() => allocate(workBytes));
    // λ and the checkpoint that it is multiplied with lie half a way of the first cache apart, else strided reads of both evict each other.
    top += (works[0] + CACHE_WAY_BYTES / 2 - top) % CACHE_WAY_BYTES;
    if (top < works[works.length - 1] + workBytes) top += CACHE_WAY_BYTES;
    const kept = canRetain(batch) ? allocate(arenaBytes(batch, true)) : 0;
    arenas = { kept, own: plans.map(() => allocate(arenaBytes(batch, false))) };
    const limit = Math.min(memoryLimitBytes, 2 ** 32 - 65536);
    expect(
      top <= limit,
      "compile",
      `${count} circuits of ${n} qubits and ${L} layers on ${batch} samples need ${top} bytes; the limit is ${limit}. ` +
        "Take a smaller batch, fewer qubits or fewer layers.",
    );
    reserveMemory(memory, top);
    plans.forEach((plan, k) => {
      new Int32Array(memory.buffer, plan, PLAN_FIELDS).set([
        ...[count, batch, n, L, isComplex ? 1 : 0, program.measure === "Z" ? 0 : 1, 0],
        ...[amplitudes, shears, forms, scales, phasesAfter, phasesBefore],
        ...[entanglerTable, permutations, signs, moves, cotangent, outputs, contractions, overlapsOf[k], 0],
        works[k],
      ]);
      new Int32Array(memory.buffer, plan, PLAN_FIELDS)[MASKS_FIELD] = masksX;
    });
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
      overlaps: view(overlapsOf[0], overlapLength),
    };
  }

  /** What the plans hold now, so that calls of the same kind need not write them again. */
  let written = "";
  /** Gives each thread its circuits, or its samples if there are fewer circuits than threads. */
  function share(isRetained: boolean, batch: number, numThreads: number): void {
    const wanted = `${isRetained} ${batch} ${numThreads}`;
    if (written === wanted) return;
    written = wanted;
    const tiles = numTiles(batch);
    const byCircuit = count >= numThreads;
    const total = byCircuit ? count : tiles;
    for (let k = 0; k < numThreads; k++) {
      const first = Math.floor((total * k) / numThreads);
      const end = Math.floor((total * (k + 1)) / numThreads);
      const fields = new Int32Array(memory.buffer, plans[k], PLAN_FIELDS);
      fields[6] = isRetained ? 1 : 0;
      fields[ARENA_FIELD] = isRetained ? arenas.kept : arenas.own[k];
      fields.set(byCircuit ? [first, end, 0, tiles] : [0, count, first, end], ARENA_FIELD + 2);
    }
  }

  return {
    canRetain,
    arrays(batch) {
      if (current?.batch !== batch) current = { batch, arrays: layOut(batch) };
      return current.arrays;
    },
    run(mode, isRetained) {
      const batch = current?.batch ?? 1;
      const kernel = precision === "float32" ? "run32" : "run64";
      // A gradient from kept states is taken by the threads that made them.
      if (mode & FORWARD) numRunning = team?.numReady() ?? 1;
      share(isRetained, batch, numRunning);
      if (!team) {
        kernels[kernel](plans[0], mode);
        return;
      }
      const overlaps = overlapsOf.map((address) => new FloatView(memory.buffer, address, overlapLength));
      for (let k = 1; k < numRunning; k++) overlaps[k].fill(0);
      team.run(kernel, plans.slice(0, numRunning), mode);
      for (let k = 1; k < numRunning; k++) for (let i = 0; i < overlapLength; i++) overlaps[0][i] += overlaps[k][i];
    },
    close() {
      team?.close();
    },
  };
}
