import { type LinearMoves, noMoves, targetsOf, thenMove } from "../linear-moves.ts";
import { dependsOnInput, isTrainable, type ProgramAngle } from "./angle-values.ts";
import type { FreeStage, MonomialItem } from "./schedule.ts";

/** A share of the phases of a segment: angle·coefficient·(−1)^{parity(x & mask)}. */
interface PhaseEntry {
  readonly mask: number;
  readonly coefficient: number;
  readonly angle: ProgramAngle;
}

/** Phases that act between two permutations, on the index as it stands after `targets`. */
export interface Segment {
  readonly entries: PhaseEntry[];
  /** Where each amplitude stands when these phases act; undefined: where it began. */
  readonly targets: Uint32Array | undefined;
  /** Names the moves of `targets`: equal keys, equal moves. */
  readonly movesKey: string;
}

/** A free stage as one factor and one move of each amplitude. */
export interface FreePlan {
  readonly segments: readonly Segment[];
  /** Undefined if nothing moves. */
  readonly targets: Uint32Array | undefined;
  readonly movesKey: string;
  /** Undefined if all are +1. */
  readonly signs: Int8Array | undefined;
  readonly numMonomials: number;
  readonly numPhases: number;
  readonly isSampled: boolean;
  readonly isTrainable: boolean;
}

/** Phases whose mask has more bits than this cost a pass over all amplitudes, so they get a segment of their own permutation. */
const FAST_MASK_BITS = 2;

const countOnes = (bits: number): number => {
  let count = 0;
  for (let left = bits; left; left &= left - 1) count++;
  return count;
};

/**
 * @param needsLastSegment - Whether phases of the next turns follow, which act on the index after all moves.
 */
export function planFree(stage: FreeStage, numQubits: number, needsLastSegment: boolean): FreePlan {
  const size = 2 ** numQubits;
  let targets: Uint32Array | undefined;
  let signs: Int8Array | undefined;
  /** All moves so far, while they are of this kind. */
  let linear: LinearMoves | undefined = noMoves(numQubits);
  let isOutdated = false;
  /** `targets` after all moves so far; made when it is asked for, so that many CNOTs cost as much as one. */
  const currentTargets = (): Uint32Array | undefined => {
    if (isOutdated && linear) targets = targetsOf(linear);
    isOutdated = false;
    return targets;
  };
  const segments: Segment[] = [{ entries: [], targets: undefined, movesKey: "" }];
  let movesKey = "";
  let numMonomials = 0;
  let numPhases = 0;

  const segmentHere = () => {
    const open = segments[segments.length - 1];
    const here = currentTargets();
    if (open.targets === here) return open;
    segments.push({ entries: [], targets: here, movesKey });
    return segments[segments.length - 1];
  };
  const addPhase = (mask: number, coefficient: number, angle: ProgramAngle): void => {
    if (linear) {
      let mapped = 0;
      let odd = 0;
      for (let bit = 0; bit < numQubits; bit++)
        if ((mask >> bit) & 1) {
          mapped ^= linear.masks[bit];
          odd ^= linear.flips[bit];
        }
      if (countOnes(mapped) <= Math.max(FAST_MASK_BITS, countOnes(mask))) {
        segments[0].entries.push({ mask: mapped, coefficient: odd ? -coefficient : coefficient, angle });
        return;
      }
    }
    segmentHere().entries.push({ mask, coefficient, angle });
  };

  for (const item of stage.items) {
    if (item.kind === "phase") {
      numPhases++;
      for (const { mask, coefficient } of item.terms) addPhase(mask, coefficient, item.angle);
      continue;
    }
    numMonomials++;
    const moves = item.targets.some((target, x) => target !== x);
    if (item.signs.some((sign) => sign < 0)) signs = applySigns(item, currentTargets(), signs ?? new Int8Array(size).fill(1));
    if (!moves) continue;
    movesKey += `${item.bits}:${item.targets} `;
    const next: LinearMoves | undefined = linear && thenMove(linear, item.bits, item.targets);
    if (!next) targets = applyMoves(item, currentTargets(), size);
    linear = next;
    isOutdated = next !== undefined;
  }
  if (needsLastSegment) segmentHere();
  const entries = segments.flatMap((segment) => segment.entries);
  targets = currentTargets();
  const isIdentity = targets?.every((target, x) => target === x) ?? true;
  return {
    segments,
    targets: isIdentity ? undefined : targets,
    movesKey,
    signs: signs?.some((sign) => sign < 0) ? signs : undefined,
    numMonomials,
    numPhases,
    isSampled: entries.some(({ angle }) => dependsOnInput(angle)),
    isTrainable: entries.some(({ angle }) => isTrainable(angle)),
  };
}

/** The item's local state for index bits as they stand, for every 2^k: tables over whole bytes would be larger than the loop is long. */
function localState(bits: readonly number[], index: number): number {
  let state = 0;
  for (let i = 0; i < bits.length; i++) state = 2 * state + ((index >> bits[i]) & 1);
  return state;
}

function applySigns({ bits, signs }: MonomialItem, targets: Uint32Array | undefined, all: Int8Array): Int8Array {
  for (let x = 0; x < all.length; x++) if (signs[localState(bits, targets ? targets[x] : x)] < 0) all[x] = -all[x];
  return all;
}

function applyMoves({ bits, targets: local }: MonomialItem, before: Uint32Array | undefined, size: number): Uint32Array {
  const after = new Uint32Array(size);
  const mask = bits.reduce((all, bit) => all | (1 << bit), 0);
  const placed = local.map((state) =>
    bits.reduce((index, bit, i) => ((state >> (bits.length - 1 - i)) & 1 ? index | (1 << bit) : index), 0),
  );
  for (let x = 0; x < size; x++) {
    const from = before ? before[x] : x;
    after[x] = ((from & ~mask) | placed[localState(bits, from)]) >>> 0;
  }
  return after;
}
