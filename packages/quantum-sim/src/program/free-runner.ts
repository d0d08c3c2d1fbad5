import type { AngleGradients, AngleValues } from "./angle-values.ts";
import type { IndexLists } from "./block-runner.ts";
import type { FreePlan, Segment } from "./free-plan.ts";
import { VECTOR_BYTES } from "./kernel-memory.ts";
import type { LaneLayout } from "./lane-layout.ts";
import { createPhaseTable } from "./phase-table.ts";
import type { ParitySum, TurnRunner } from "./turn-runner.ts";

/** Kinds of kernels/_moves.ts. */
const SCALE = 0;
const SIGNS = 1;
const SHARED = 2;
const VECTORS = 3;

/** The free part of a moment: one factor and one move for each amplitude. */
export interface FreeRunner {
  /** Whether it only hands the state on. */
  readonly isIdentity: boolean;
  /** Whether factors are built from angles. */
  readonly hasFactors: boolean;
  /** Whether samples have factors of their own. */
  readonly isSampled: boolean;
  readonly isTrainable: boolean;
  readonly factorBytes: number;
  /** Reads the angles that are the same for all samples of a circuit; before `prepare`. */
  prepareShared(at: AngleValues): void;
  prepare(lane: number, at: AngleValues): void;
  /** Makes the factors of what was prepared at an address; `scale` multiplies them. `scratch`: two states. */
  build(factors: number, scale: number, scratch: number): void;
  /** target ← moved source; `scale` counts only where nothing was built. */
  forward(source: number, target: number, factors: number, scale: number): void;
  /** The adjoint; whatever `forward` multiplied by is multiplied again. */
  backward(source: number, target: number, factors: number, scale: number): void;
  /** Vectors Im(λ̄ψ), given before the free part, as they stand where segment k acts. */
  moveProducts(segment: number, products: number, target: number): void;
  readonly segments: readonly Segment[];
  /** A phase of the whole state that `build` leaves out. */
  droppedPhase(): number;
  addSlopes(segment: number, lane: number, at: AngleValues, sums: ParitySum, factor: number, gradients: AngleGradients): void;
}

export function createFreeRunner(
  layout: LaneLayout,
  plan: FreePlan,
  lists: IndexLists,
  { previous, next }: { readonly previous: TurnRunner | undefined; readonly next: TurnRunner | undefined },
): FreeRunner {
  const { memory, bits, byLane, lanes, numQubits, stateBytes } = layout;
  const { kernels, realBytes } = memory;
  const phasesBefore = previous && !previous.isPlain && !previous.isProduct ? previous : undefined;
  const phasesAfter = next && !next.isPlain && !next.isProduct ? next : undefined;
  const { segments } = plan;
  const hasFactors = segments.some(({ entries }) => entries.length > 0) || !!phasesBefore || !!phasesAfter;
  const isSampled = !byLane && (plan.isSampled || !!phasesBefore?.isSampled || !!phasesAfter?.isSampled);
  const moveBytes = byLane ? 8 : VECTOR_BYTES;
  const kind = !hasFactors ? (plan.targets || plan.signs ? SIGNS : SCALE) : byLane || isSampled ? VECTORS : SHARED;

  const writeMoves = ({ targets, movesKey }: Pick<Segment, "targets" | "movesKey">): number => {
    if (!targets) return 0;
    return lists.write(`moves ${movesKey}`, () => {
      // A loop: `from` with a function is slow, and this is most of what a circuit of many moves takes to compile.
      const moves = new Int32Array(targets.length);
      for (let x = 0; x < moves.length; x++) moves[x] = targets[x] * moveBytes;
      return moves;
    });
  };
  const moves = writeMoves(plan);
  const segmentMoves = segments.map(writeMoves);
  const signs = plan.signs || kind === SIGNS ? memory.allocate(realBytes * 2 ** numQubits) : 0;
  if (signs) {
    const reals = memory.reals();
    const first = signs / realBytes;
    for (let x = 0; x < 2 ** numQubits; x++) reals[first + x] = plan.signs ? plan.signs[x] : 1;
  }

  const tables = segments.map((segment, k) =>
    createPhaseTable(layout, segment, {
      previous: k === 0 ? phasesBefore : undefined,
      next: k === segments.length - 1 ? phasesAfter : undefined,
      isSampled,
    }),
  );
  const numLanes = isSampled ? lanes : 1;

  const buildSegment = (k: number, out: number, scratch: number, scale: number): void => {
    const { start, linear, quadratic, parities, partnersAt, larger } = tables[k];
    tables[k].setScale(scale);
    kernels.buildDiagonal(out, scratch, bits, start, linear, quadratic, partnersAt);
    larger.forEach((mask, i) => {
      kernels.multiplyParity(out, bits, byLane ? mask >>> 1 : mask, parities + 2 * VECTOR_BYTES * i);
    });
  };

  const lane = byLane ? 1 : 0;
  return {
    isIdentity: kind === SCALE,
    hasFactors,
    isSampled,
    isTrainable: plan.isTrainable,
    segments,
    factorBytes: !hasFactors ? 0 : kind === SHARED ? 3 * realBytes * 2 ** numQubits : stateBytes,
    prepareShared(at) {
      if (hasFactors) for (const table of tables) table.prepareShared(at);
    },
    prepare(laneIndex, at) {
      if (!hasFactors) return;
      for (const table of tables) table.prepare(numLanes === 1 ? 0 : laneIndex, at);
    },
    build(factors, scale, scratch) {
      const target = kind === SHARED ? scratch + stateBytes : factors;
      buildSegment(0, target, scratch, scale);
      for (let k = 1; k < tables.length; k++) {
        const own = scratch + 2 * stateBytes;
        buildSegment(k, own, scratch, 1);
        kernels.multiplyGathered(target, bits, own, segmentMoves[k], lane);
      }
      if (signs) kernels.multiplySigns(target, bits, signs, lane);
      if (kind === SHARED) kernels.packFactors(target, bits, factors);
    },
    forward(source, target, factors, scale) {
      kernels.move(source, target, bits, kind, kind === SIGNS ? signs : factors, moves, lane, scale);
    },
    backward(source, target, factors, scale) {
      kernels.moveBack(source, target, bits, kind, kind === SIGNS ? signs : factors, moves, lane, scale);
    },
    moveProducts(k, products, target) {
      if (segmentMoves[k]) kernels.scatter(products, target, bits, segmentMoves[k], lane);
    },
    droppedPhase: () => tables.reduce((sum, table) => sum + table.droppedPhase(), 0),
    addSlopes(k, laneIndex, at, sums, factor, gradients) {
      tables[k].addSlopes(isSampled || lanes === 1 ? laneIndex : undefined, at, sums, factor, gradients);
    },
  };
}
