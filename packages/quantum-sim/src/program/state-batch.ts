import { expect } from "repro-kit";
import type { Circuit } from "../circuit.ts";
import type { ComplexMatrix } from "../complex-matrix.ts";
import type { Precision } from "../executable.ts";
import type { Operation } from "../gate.ts";
import type { Statevector } from "../statevector.ts";
import type { AngleValues } from "./angle-values.ts";
import { createIndexLists, denseIndices } from "./block-runner.ts";
import { createKernelMemory, VECTOR_BYTES } from "./kernel-memory.ts";
import { createLaneLayout, setComplex, setFactor, sumLane } from "./lane-layout.ts";
import { createMeasureRunner } from "./measure-runner.ts";
import { createMoments, pairStages } from "./moments.ts";
import { createProgramRun, scratchStates } from "./program-run.ts";
import { schedule } from "./schedule.ts";

export interface StateBatchOptions {
  /** Default "float32", two states; "float64" holds one. */
  readonly precision?: Precision;
  /** Default 2 GiB. */
  readonly memoryLimitBytes?: number;
}

/** A part of a circuit, fused, to be applied to the states as often as wanted. */
interface Fragment {
  /** Applies it; `values[lane]` are the angles of each state (one entry: of all). */
  apply(values: readonly AngleValues[]): void;
}

/** States that share the vector lanes: the same gates act on all of them, and each may have matrices of its own. */
export interface StateBatch {
  readonly numQubits: number;
  /** How many states: 2 in float32, 1 in float64. */
  readonly lanes: 1 | 2;
  /** All become |0…0⟩. */
  reset(): void;
  /** Fuses operations as `compile` does. */
  prepare(operations: readonly Operation[]): Fragment;
  /** Applies any matrix on wires, unitary or not: one for all states, or one for each. The first wire is the highest bit. */
  applyMatrix(matrices: readonly ComplexMatrix[], wires: readonly number[]): void;
  /** Tr over the other wires of |ψ⟩⟨ψ|, [lane]: entry (r, c) is Σ ψ_r·conj ψ_c. */
  reducedDensity(wires: readonly number[]): ComplexMatrix[];
  /** Reads the state of a lane. */
  read(lane: number): Statevector;
  /** Sets the state of a lane. */
  write(lane: number, state: Statevector): void;
  /** Expectation values of the observables in every lane, [lane][observable]. */
  expect(observables: Circuit["observables"]): Float64Array[];
}

/**
 * Room for as many states as share a vector. What noise by trajectories is built on: gates act on all states at once, and for a channel
 * `reducedDensity` gives the probabilities of its Kraus operators in each state, `applyMatrix` the ones that were drawn.
 */
export function createStateBatch(numQubits: number, options: StateBatchOptions = {}): StateBatch {
  const { precision = "float32", memoryLimitBytes = 2 ** 31 } = options;
  const memory = createKernelMemory(precision, memoryLimitBytes);
  const layout = createLaneLayout(memory, numQubits, false);
  const { lanes, bits, stateBytes } = layout;
  const { kernels, realBytes } = memory;
  const vectorReals = VECTOR_BYTES / realBytes;
  const lists = createIndexLists(layout);
  let current = memory.allocate(stateBytes);
  let other = memory.allocate(stateBytes);
  let scratch = { address: 0, numStates: 0 };
  const scratchOf = (numStates: number): number => {
    if (scratch.numStates < numStates) scratch = { address: memory.allocate(numStates * stateBytes), numStates };
    return scratch.address;
  };
  /** [dim]: where matrices and sums of that size lie. */
  const places = new Map<number, { readonly matrix: number; readonly sums: number; readonly scratch: number }>();
  const placeFor = (dim: number) => {
    const found = places.get(dim);
    if (found) return found;
    const bytes = 2 * VECTOR_BYTES * dim * dim;
    const place = { matrix: memory.allocate(bytes), sums: memory.allocate(bytes), scratch: memory.allocate(VECTOR_BYTES * dim) };
    places.set(dim, place);
    return place;
  };
  const bitsOf = (wires: readonly number[]) => wires.map((wire) => numQubits - 1 - wire);

  const batch: StateBatch = {
    numQubits,
    lanes,
    reset() {
      const reals = memory.reals();
      const first = current / realBytes;
      reals.fill(0, first, first + stateBytes / realBytes);
      for (let lane = 0; lane < lanes; lane++) setComplex(layout, reals, first, lane, 1, 0);
    },
    prepare(operations) {
      const plan = schedule({ numQubits, operations }, { keepWires: true, startsAtZero: false });
      const moments = createMoments(layout, pairStages(plan, true), { keepPhases: true, startsAtZero: false });
      const measure = createMeasureRunner(layout, [], plan.bitOf);
      const work = { scratch: scratchOf(scratchStates(layout, moments)), bra: 0, spareBra: 0, spareKet: 0 };
      const run = createProgramRun(layout, moments, measure, work);
      const factorBytes = Math.max(0, ...moments.map(({ free }) => free?.factorBytes ?? 0));
      const factors = moments.map(({ free }) => (free?.hasFactors ? memory.allocate(factorBytes) : 0));
      return {
        apply(values) {
          const slots = [current, other];
          const at = { slot: (k: number) => slots[k % 2], factors: (k: number) => factors[k] };
          run.prepare(lanes === 2 && values.length === 1 ? [values[0], values[0]] : values, true);
          run.buildShared(at);
          run.forwardFrom(at);
          const end = at.slot(run.numSlots - 1);
          if (end !== current) [current, other] = [other, current];
          const scale = run.endScale();
          if (scale === 1) return;
          kernels.move(current, other, bits, 0, 0, 0, 0, scale);
          [current, other] = [other, current];
        },
      };
    },
    applyMatrix(matrices, wires) {
      const [{ dim }] = matrices;
      expect(
        dim === 2 ** wires.length,
        "stateBatch",
        `a matrix on ${wires.length} wires must have dimension ${2 ** wires.length}; got ${dim}.`,
      );
      const { bases, numBases, offsets } = denseIndices(layout, lists, bitsOf(wires), []);
      const place = placeFor(dim);
      const reals = memory.reals();
      const first = place.matrix / realBytes;
      for (let lane = 0; lane < lanes; lane++) {
        const { re, im } = matrices[Math.min(lane, matrices.length - 1)];
        for (let i = 0; i < dim * dim; i++) setFactor(layout, reals, first + 2 * i * vectorReals, lane, re[i], im[i]);
      }
      kernels.applyDense(current, bases, numBases, offsets, dim, place.matrix, place.scratch);
    },
    reducedDensity(wires) {
      const dim = 2 ** wires.length;
      const { bases, numBases, offsets } = denseIndices(layout, lists, bitsOf(wires), []);
      const { sums } = placeFor(dim);
      const reals = memory.reals();
      const first = sums / realBytes;
      reals.fill(0, first, first + 2 * vectorReals * dim * dim);
      kernels.addDenseOverlaps(current, current, bases, numBases, offsets, dim, 1, sums);
      // The kernel gives Σ conj ψ_r·ψ_c.
      return Array.from({ length: lanes }, (_, lane) => {
        const at = (i: number) => first + 2 * i * vectorReals;
        const re = Float64Array.from({ length: dim * dim }, (_, i) => sumLane(layout, reals, at(i), lane, 1));
        const im = Float64Array.from({ length: dim * dim }, (_, i) => -sumLane(layout, reals, at(i) + vectorReals, lane, -1));
        return { dim, re, im };
      });
    },
    read(lane) {
      const reals = memory.reals();
      const first = current / realBytes + 2 * lane;
      const part = (offset: number) =>
        Float64Array.from({ length: 2 ** numQubits }, (_, x) => reals[first + x * vectorReals + offset]);
      return { numQubits, re: part(0), im: part(1) };
    },
    write(lane, state) {
      const reals = memory.reals();
      const first = current / realBytes;
      for (let x = 0; x < 2 ** numQubits; x++) setComplex(layout, reals, first + x * vectorReals, lane, state.re[x], state.im[x]);
    },
    expect(observables) {
      const mark = memory.mark();
      const measure = createMeasureRunner(
        layout,
        observables,
        Array.from({ length: numQubits }, (_, wire) => numQubits - 1 - wire),
      );
      measure.sums(current, scratchOf(1));
      const outputs = Array.from({ length: lanes }, (_, lane) => {
        const values = new Float64Array(observables.length);
        measure.expect(lane, 1, values, 0);
        return values;
      });
      if (scratch.address < mark) memory.release(mark);
      return outputs;
    },
  };
  batch.reset();
  return batch;
}
