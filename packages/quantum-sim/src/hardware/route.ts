import { expect, type Rng } from "repro-kit";
import type { Operation } from "../gate.ts";
import { SWAP } from "../gates/index.ts";
import { type Dependencies, followers } from "./dependencies.ts";
import type { Coupling } from "./device-target.ts";

/** Gates behind the front that count, and how much. */
const LOOK_AHEAD = 20;
const LOOK_AHEAD_WEIGHT = 0.5;
/** What each SWAP adds to the price of its qubits, until a gate is carried out or so many SWAPs have passed. */
const DECAY = 0.001;
const DECAY_RESET = 5;
/** What a SWAP gains on a pair whose last gate it shares CNOTs with: measured on random circuits, 0.05 to 0.3 are alike. */
const SHARED = 0.15;
/** SWAPs without a gate in between after which the first pair is brought together directly. */
const PATIENCE = 40;
/** Scores closer than this are equal: chance decides. */
const TIE = 1e-9;

export interface Routed {
  /** On physical qubits, each gate on neighbours. */
  readonly operations: Operation[];
  /** Physical qubit of each wire at the end. */
  readonly final: readonly number[];
  readonly numSwaps: number;
}

/**
 * Puts SWAPs where two wires of a gate are not neighbours, each the one that brings the gates that wait, and in part those that follow
 * them, nearest together; of two that are alike the one with less error, else by chance.
 *
 * @throws UsageError if two wires of a gate are not connected.
 * @see Li, Ding & Xie 2019, arXiv:1809.02573 (SABRE)
 */
export function routeOperations(
  operations: readonly Operation[],
  dependencies: Dependencies,
  layout: readonly number[],
  { map, rng, scope }: { readonly map: Coupling; readonly rng: Rng; readonly scope: string },
): Routed {
  const place = [...layout];
  const holder = new Map(layout.map((qubit, wire) => [qubit, wire]));
  const out: Operation[] = [];
  let numSwaps = 0;
  const swap = (a: number, b: number): void => {
    emit(SWAP.on([a, b]));
    numSwaps++;
    const [wireA, wireB] = [holder.get(a), holder.get(b)];
    holder.delete(a);
    holder.delete(b);
    if (wireA !== undefined) {
      place[wireA] = b;
      holder.set(b, wireA);
    }
    if (wireB !== undefined) {
      place[wireB] = a;
      holder.set(a, wireB);
    }
  };
  /** The gate on two qubits that was last on each qubit: a SWAP on the same pair shares CNOTs with it. */
  const last = new Array<Operation | undefined>(map.neighbours.length).fill(undefined);
  const emit = (operation: Operation): void => {
    out.push(operation);
    if (operation.wires.length === 2) for (const qubit of operation.wires) last[qubit] = operation;
  };
  const distanceOf = ({ wires: [a, b] }: Operation): number => map.distances[place[a]][place[b]];

  const missing = Int32Array.from(dependencies.numBefore);
  let ready = operations.flatMap((_, k) => (missing[k] === 0 ? [k] : []));
  let front: number[] = [];
  let later: readonly number[] = [];
  const decay = new Float64Array(map.neighbours.length).fill(1);
  let impatience = 0;
  for (;;) {
    // All that can be carried out now.
    const before = out.length;
    for (let k = ready.pop(); k !== undefined; k = ready.pop()) {
      const { gate, wires, angles } = operations[k];
      if (wires.length === 2 && distanceOf(operations[k]) !== 1) {
        front.push(k);
        continue;
      }
      emit({ gate, wires: wires.map((wire) => place[wire]), angles });
      for (const next of dependencies.after[k]) if (--missing[next] === 0) ready.push(next);
    }
    if (front.length === 0) return { operations: out, final: place, numSwaps };
    if (out.length > before || impatience === 0) {
      later = followers(operations, dependencies, front, LOOK_AHEAD);
      decay.fill(1);
      impatience = 0;
    }
    const first = operations[front[0]];
    const [from, to] = first.wires.map((wire) => place[wire]);
    expect(
      Number.isFinite(map.distances[from][to]),
      scope,
      () => `qubits ${from} and ${to} are not connected on the device; choose another layout.`,
    );
    if (++impatience > PATIENCE) {
      const step = map.neighbours[from].find((qubit) => map.distances[qubit][to] < map.distances[from][to]);
      if (step === undefined) throw new Error("bug: no step on a path that exists.");
      swap(from, step);
    } else {
      const [a, b] = chooseSwap(
        front.map((k) => operations[k].wires),
        later.map((k) => operations[k].wires),
        place,
        { decay, last, map, rng },
      );
      swap(a, b);
      if (impatience % DECAY_RESET === 0) decay.fill(1);
      decay[a] += DECAY;
      decay[b] += DECAY;
    }
    const near = new Set(front.filter((k) => distanceOf(operations[k]) === 1));
    ready = [...near].reverse();
    front = front.filter((k) => !near.has(k));
  }
}

type Pairs = readonly (readonly number[])[];

interface SwapSettings {
  readonly decay: Float64Array;
  readonly last: readonly (Operation | undefined)[];
  readonly map: Coupling;
  readonly rng: Rng;
}

/** The SWAP beside a wire of the front after which the gates are nearest together. */
function chooseSwap(
  front: Pairs,
  later: Pairs,
  place: readonly number[],
  { decay, last, map, rng }: SwapSettings,
): readonly [number, number] {
  let best = Number.POSITIVE_INFINITY;
  let choices: (readonly [number, number])[] = [];
  const tried = new Set<number>();
  for (const wires of front)
    for (const wire of wires) {
      const qubit = place[wire];
      for (const other of map.neighbours[qubit]) {
        const key = Math.min(qubit, other) * map.neighbours.length + Math.max(qubit, other);
        if (tried.has(key)) continue;
        tried.add(key);
        const moved = (one: number) => (place[one] === qubit ? other : place[one] === other ? qubit : place[one]);
        const mean = (pairs: Pairs) => {
          let sum = 0;
          for (const [a, b] of pairs) sum += map.distances[moved(a)][moved(b)];
          return pairs.length > 0 ? sum / pairs.length : 0;
        };
        const nearness = mean(front) + LOOK_AHEAD_WEIGHT * mean(later);
        const score =
          Math.max(decay[qubit], decay[other]) * nearness +
          map.errorOf(qubit, other) -
          (last[qubit] && last[qubit] === last[other] ? SHARED : 0);
        if (score > best + TIE) continue;
        if (score < best - TIE) choices = [];
        choices.push([qubit, other]);
        best = Math.min(best, score);
      }
    }
  return choices[choices.length === 1 ? 0 : rng.integer(choices.length)];
}
