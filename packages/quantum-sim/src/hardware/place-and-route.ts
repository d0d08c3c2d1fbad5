import { createRng, type Rng } from "repro-kit";
import type { Operation } from "../gate.ts";
import { SWAP } from "../gates/index.ts";
import { chooseLayout } from "./choose-layout.ts";
import { dependenciesOf } from "./dependencies.ts";
import { type Coupling, coupling, type DeviceTarget } from "./device-target.ts";
import { type Routed, routeOperations } from "./route.ts";

/** Layouts that are tried where the first needs SWAPs, and how often each is bettered by going to the end and back. */
const TRIALS = 12;
const ROUND_TRIPS = 2;
/** Two-qubit gates beyond which fewer trials must do. */
const MANY_GATES = 1500;
/** Beside its error, so that on a device without errors fewer gates are better. */
const GATE_PRICE = 1e-3;

export interface Placed extends Routed {
  /** Physical qubit of each wire at the start. */
  readonly initial: readonly number[];
}

/**
 * Physical qubits and SWAPs for gates on one and two wires: the layout of `chooseLayout`, and where that needs SWAPs the one of some
 * trials whose gates and readout have the least error. A trial routes the circuit forwards and backwards: where it ends is a good place to
 * begin. The same circuit always gives the same result.
 *
 * @param given - A layout to keep.
 * @see Li, Ding & Xie 2019, arXiv:1809.02573, §IV-C (reverse traversal)
 */
export function placeAndRoute(
  operations: readonly Operation[],
  numWires: number,
  {
    target,
    given,
    scope,
  }: { readonly target: DeviceTarget; readonly given?: readonly number[] | undefined; readonly scope: string },
): Placed {
  const map = coupling(target);
  const rng = createRng(0);
  const dependencies = dependenciesOf(operations, numWires);
  const route = (layout: readonly number[], fork: Rng): Placed => ({
    ...routeOperations(operations, dependencies, layout, { map, rng: fork, scope }),
    initial: layout,
  });
  const layout = given ?? chooseLayout(numWires, operations, target);
  let best = route(layout, rng.fork("first"));
  if (best.numSwaps === 0) return best;

  const pairs = operations.filter(({ wires }) => wires.length === 2);
  const forwards = dependenciesOf(pairs, numWires);
  const reversed = [...pairs].reverse();
  const backwards = dependenciesOf(reversed, numWires);
  let least = price(best, target, map);
  for (let trial = 0; trial < (pairs.length > MANY_GATES ? 3 : TRIALS); trial++) {
    const fork = rng.fork("trial", trial);
    const settings = { map, rng: fork, scope };
    let start = given ?? startOf(trial, layout, map, fork);
    for (let trip = 0; !given && trip < ROUND_TRIPS; trip++) {
      const { final } = routeOperations(pairs, forwards, start, settings);
      start = routeOperations(reversed, backwards, final, settings).final;
    }
    const candidate = route(start, fork);
    const found = price(candidate, target, map);
    if (found < least) [best, least] = [candidate, found];
  }
  return best;
}

/** Where a trial begins: with the chosen layout, with its qubits in another order, or with the qubits around one drawn by chance. */
function startOf(trial: number, layout: readonly number[], map: Coupling, rng: Rng): readonly number[] {
  if (trial % 3 === 0) return layout;
  if (trial % 3 === 1) return rng.shuffle(layout);
  const ball = [rng.integer(map.neighbours.length)];
  const seen = new Set(ball);
  for (let at = 0; at < ball.length && ball.length < layout.length; at++)
    for (const next of rng.shuffle(map.neighbours[ball[at]]))
      if (!seen.has(next) && ball.length < layout.length) {
        seen.add(next);
        ball.push(next);
      }
  // A part of the device that is cut off may be too small.
  return rng.shuffle(ball.length < layout.length ? layout : ball);
}

/** −log of the chance that nothing goes wrong in gates on two wires and readout. */
function price({ operations, final }: Routed, { readoutErrors }: DeviceTarget, map: Coupling): number {
  const lost = (error: number) => -Math.log1p(-Math.min(error, 0.999));
  let sum = 0;
  for (const qubit of final) sum += lost(readoutErrors?.[qubit] ?? 0);
  for (const { a, b, numGates, numSwaps } of runsOf(operations, map.neighbours.length))
    sum += cnotsOf(numGates, numSwaps) * (lost(map.errorOf(a, b)) + GATE_PRICE);
  return sum;
}

/** Gates in a row on one pair of qubits. */
interface Run {
  readonly a: number;
  readonly b: number;
  numGates: number;
  numSwaps: number;
}

function runsOf(operations: readonly Operation[], numQubits: number): Run[] {
  const runs: Run[] = [];
  const last = new Array<Run | undefined>(numQubits).fill(undefined);
  for (const { gate, wires } of operations) {
    const [a, b] = wires;
    if (b === undefined) continue;
    const run = last[a] && last[a] === last[b] ? last[a] : { a, b, numGates: 0, numSwaps: 0 };
    if (run.numGates + run.numSwaps === 0) runs.push(run);
    if (gate === SWAP) run.numSwaps++;
    else run.numGates++;
    last[a] = run;
    last[b] = run;
  }
  return runs;
}

/** What a run comes to: any unitary of two wires is three CNOTs, a CNOT and a SWAP are two. */
const cnotsOf = (numGates: number, numSwaps: number): number =>
  numSwaps === 1 && numGates === 1 ? 2 : Math.min(3, numGates + 3 * numSwaps);
