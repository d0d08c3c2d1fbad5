import { createRng, type Rng } from "repro-kit";
import type { Operation } from "../gate.ts";
import { SWAP } from "../gates/index.ts";
import { chooseLayout } from "./choose-layout.ts";
import { dependenciesOf } from "./dependencies.ts";
import { type Coupling, coupling, type DeviceTarget } from "./device-target.ts";
import { type Routed, routeOperations } from "./route.ts";

/** Layouts that are tried where the first needs SWAPs, and how often each is bettered by going to the end and back. */
const TRIALS = 8;
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
  for (let trial = 0; trial < (pairs.length > MANY_GATES ? 2 : TRIALS); trial++) {
    const fork = rng.fork("trial", trial);
    const settings = { map, rng: fork, scope };
    // Every other trial begins with the wires in another order on the same qubits.
    let start: readonly number[] = given || trial % 2 === 0 ? layout : fork.shuffle(layout);
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

/** −log of the chance that nothing goes wrong in gates on two wires and readout. */
function price({ operations, final }: Routed, { readoutErrors }: DeviceTarget, map: Coupling): number {
  const lost = (error: number) => -Math.log1p(-Math.min(error, 0.999));
  let sum = 0;
  for (const qubit of final) sum += lost(readoutErrors?.[qubit] ?? 0);
  for (const { gate, wires } of operations)
    if (wires.length === 2) sum += (gate === SWAP ? 3 : 1) * (lost(map.errorOf(wires[0], wires[1])) + GATE_PRICE);
  return sum;
}
