import type { FloatArray } from "../executable.ts";
import type { Operation } from "../gate.ts";
import type { AngleGradients, AngleValues } from "./angle-values.ts";
import type { BlockRunner } from "./block-runner.ts";
import type { FreeRunner } from "./free-runner.ts";
import { VECTOR_BYTES } from "./kernel-memory.ts";
import { type LaneLayout, setComplex } from "./lane-layout.ts";
import type { MeasureRunner } from "./measure-runner.ts";
import type { Moment } from "./moments.ts";
import { createPointSlopes, forSamples } from "./point-slopes.ts";
import { createPreparationRunner, type PreparationRunner } from "./preparation-runner.ts";
import type { TurnRunner } from "./turn-runner.ts";

/** Addresses that one pass over a tile works with. */
export interface TileAddresses {
  /** State after so many moments; slot 0 is |0…0⟩ or what is prepared in its place. */
  slot(k: number): number;
  /** Factors of a moment's free part. */
  factors(k: number): number;
}

interface ForwardOptions {
  /** Whether all moments share one place for factors, so that each makes its own just before it needs them. */
  readonly rebuild?: boolean;
}

interface BackwardOptions extends ForwardOptions {
  readonly hasCheckpoints: boolean;
}

/** Runs the moments of a program on the samples that share vectors. */
export interface ProgramRun {
  /** Reads the angles; `present` says how many lanes hold samples. With `isNewCircuit` also those that samples share. */
  prepare(values: readonly AngleValues[], isNewCircuit: boolean): void;
  /** Makes the factors that do not depend on samples. */
  buildShared(at: TileAddresses): void;
  forward(at: TileAddresses, options?: ForwardOptions): void;
  /** The same from whatever is in slot 0. */
  forwardFrom(at: TileAddresses, options?: ForwardOptions): void;
  /** What the last state lacks as a factor. */
  endScale(): number;
  /** Slopes of all angles. Without checkpoints the states of the forward pass are computed back. */
  backward(at: TileAddresses, values: readonly AngleValues[], gradients: AngleGradients, options: BackwardOptions): void;
  /** The phase of the whole state, [cos, sin], that the moments leave out. */
  wholePhase(): readonly [number, number];
  readonly numSlots: number;
}

/** Addresses of work space, in states; those of the backward pass may be set later than the run is made. */
export interface WorkSpace {
  /** `scratchStates` states. */
  readonly scratch: number;
  /** Two states for λ. */
  bra: number;
  spareBra: number;
  /** One for ψ. */
  spareKet: number;
}

/** How many states of scratch the moments need. */
export const scratchStates = ({ byLane }: LaneLayout, moments: readonly Moment[]): number =>
  moments.some(({ free }) => free && (free.segments.length > 1 || (free.hasFactors && !free.isSampled && !byLane))) ? 3 : 1;

export function createProgramRun(
  layout: LaneLayout,
  moments: readonly Moment[],
  measure: MeasureRunner,
  work: WorkSpace,
  prepared?: Operation,
): ProgramRun {
  const { memory, byLane, lanes, stateBytes } = layout;
  const { realBytes } = memory;
  const { scratch } = work;
  const preparation = prepared && createPreparationRunner(layout, prepared);
  const slopes = createPointSlopes(layout, moments, scratch);
  /** [k]: what the state in slot k lacks as a factor. */
  const scales = new Float64Array(moments.length + 1).fill(1);
  const isProduct = (k: number) => !moments[k].free;

  const setStart = (slot: number): void => {
    const reals = memory.reals();
    const first = slot / realBytes;
    reals.fill(0, first, first + stateBytes / realBytes);
    if (byLane) reals[first] = 1;
    else for (let l = 0; l < lanes; l++) setComplex(layout, reals, first, l, 1, 0);
  };

  const updateScales = (): void => {
    moments.forEach(({ turns }, k) => {
      scales[k + 1] = turns ? turns.scale() : 1;
    });
  };

  const build = (k: number, at: TileAddresses): void => {
    moments[k].free?.build(at.factors(k), scales[k], scratch);
  };

  const forwardFrom = (at: TileAddresses, { rebuild = false }: ForwardOptions = {}): void => {
    moments.forEach(({ free, turns, blocks }, k) => {
      const state = at.slot(k + 1);
      if (free) {
        if (free.hasFactors && (free.isSampled || rebuild)) build(k, at);
        free.forward(at.slot(k), state, at.factors(k), scales[k]);
      }
      turns?.forward(state);
      for (const block of blocks) block.forward(state);
    });
  };

  return {
    numSlots: moments.length + 1,
    prepare(values, isNewCircuit) {
      const prepareOne = (runner: TurnRunner | BlockRunner | FreeRunner | PreparationRunner): void => {
        if (runner.isSampled || isNewCircuit) forSamples(runner.isSampled, values, (lane, at) => runner.prepare(lane, at));
      };
      if (preparation) prepareOne(preparation);
      for (const { turns, blocks } of moments) {
        if (turns) prepareOne(turns);
        for (const block of blocks) prepareOne(block);
      }
      // After the turns, whose phases they take.
      for (const { free } of moments) {
        if (!free) continue;
        if (isNewCircuit) free.prepareShared(values[0]);
        prepareOne(free);
      }
      if (isNewCircuit) updateScales();
    },
    buildShared(at) {
      moments.forEach(({ free }, k) => {
        if (free?.hasFactors && !free.isSampled) build(k, at);
      });
    },
    forward(at, options) {
      if (preparation) preparation.write(at.slot(0));
      else if (!isProduct(0)) setStart(at.slot(0));
      forwardFrom(at, options);
    },
    forwardFrom,
    endScale: () => scales[moments.length],
    backward(at, values, gradients, { hasCheckpoints, rebuild = false }) {
      let { bra, spareBra: spare } = work;
      const { spareKet } = work;
      let ket = at.slot(moments.length);
      let otherKet = hasCheckpoints ? 0 : at.slot(moments.length - 1);
      let braScale = scales[moments.length];
      let ketScale = braScale;
      measure.cotangentState(ket, bra, scratch);
      for (let k = moments.length - 1; k >= 0; k--) {
        const { free, turns, blocks } = moments[k];
        if (hasCheckpoints) {
          ket = at.slot(k + 1);
          ketScale = scales[k + 1];
        }
        if (blocks.length === 0 || moments[k + 1]?.free?.isTrainable)
          slopes.add(k + 1, { bra, ket, factor: braScale * ketScale }, values, gradients);
        if (turns?.isProduct) return;
        if (turns) {
          braScale *= turns.backward(bra);
          if (!hasCheckpoints) ketScale *= turns.backward(ket);
        }
        if (blocks.length > 0) {
          let own = ket;
          const firstTrainable = blocks.findIndex((block) => block.isTrainable);
          if (hasCheckpoints && firstTrainable >= 0 && firstTrainable < blocks.length - 1) {
            memory.reals().copyWithin(spareKet / realBytes, ket / realBytes, (ket + stateBytes) / realBytes);
            own = spareKet;
          }
          for (let b = blocks.length - 1; b >= 0; b--) {
            const block = blocks[b];
            if (block.isTrainable) {
              block.addOverlaps(bra, own, braScale * ketScale);
              forSamples(block.isSampled, values, (lane, sample) => block.addSlopes(lane, sample, gradients));
            }
            block.backward(bra);
            if (!hasCheckpoints || b > firstTrainable) if (own !== at.slot(k + 1) || !hasCheckpoints) block.backward(own);
          }
        }
        if (!free || (k === 0 && !preparation)) return;
        if (rebuild && free.hasFactors) build(k, at);
        if (!free.isIdentity) {
          free.backward(bra, spare, at.factors(k), scales[k]);
          [bra, spare] = [spare, bra];
          braScale /= scales[k];
        }
        if (!hasCheckpoints) {
          free.backward(ket, otherKet, at.factors(k), scales[k]);
          [ket, otherKet] = [otherKet, ket];
          ketScale /= scales[k];
        }
      }
      if (!preparation) return;
      // Slot 0 is no basis state, so the phases right after it count.
      if (hasCheckpoints) {
        ket = at.slot(0);
        ketScale = scales[0];
      }
      slopes.add(0, { bra, ket, factor: braScale * ketScale }, values, gradients);
      const factor = braScale;
      if (preparation.isTrainable)
        forSamples(preparation.isSampled, values, (lane, sample) => preparation.addSlopes(lane, bra, factor, sample, gradients));
    },
    wholePhase() {
      let re = 1;
      let im = 0;
      const turnBy = (c: number, s: number): void => {
        [re, im] = [re * c - im * s, re * s + im * c];
      };
      for (const { free, turns } of moments) {
        const dropped = free?.droppedPhase() ?? 0;
        turnBy(Math.cos(dropped), Math.sin(dropped));
        if (turns && !turns.isPlain && !turns.isProduct)
          for (let row = 0; row < turns.numRows; row++) turnBy(turns.steps.whole[2 * row], turns.steps.whole[2 * row + 1]);
      }
      return [re, im];
    },
  };
}

/** Reads one sample's amplitudes of a state, times a complex factor, in the order of the wires. */
export function readState(
  layout: LaneLayout,
  address: number,
  lane: number,
  bitOf: readonly number[],
  factor: readonly [number, number],
  re: FloatArray,
  im: FloatArray,
): void {
  const { numQubits: n, byLane, memory } = layout;
  const reals = memory.reals();
  const first = address / memory.realBytes;
  const isMoved = bitOf.some((bit, wire) => bit !== n - 1 - wire);
  const stride = byLane ? 2 : VECTOR_BYTES / memory.realBytes;
  for (let x = 0; x < 2 ** n; x++) {
    let y = x;
    if (isMoved) {
      y = 0;
      for (let wire = 0; wire < n; wire++) if ((x >> (n - 1 - wire)) & 1) y |= 1 << bitOf[wire];
    }
    const at = first + y * stride + 2 * lane;
    re[x] = factor[0] * reals[at] - factor[1] * reals[at + 1];
    im[x] = factor[0] * reals[at + 1] + factor[1] * reals[at];
  }
}
