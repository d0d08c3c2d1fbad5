import { expect } from "repro-kit";
import type { Operation } from "../gate.ts";
import { type Coupling, coupling, type DeviceTarget } from "./device-target.ts";

/** Sets of qubits that are grown at once. */
const MAX_BEAM = 400;
/** Assumed of a gate on qubits that are apart: its own error, and that of a SWAP for each step between. */
const FAR_GATE = 0.01;
const FAR_STEP = 0.03;

/**
 * Physical qubits for the circuit's wires: for circuits whose gates join wires along a line, the chain with the least sum of gate and
 * readout errors, each weighed by how often it is used (beam search); for others the connected set that grows best, wires in the
 * order of a walk through their gates.
 */
export function chooseLayout(numWires: number, operations: readonly Operation[], target: DeviceTarget): number[] {
  const map = coupling(target);
  const uses = new Map<string, number>();
  for (const { wires } of operations)
    if (wires.length === 2) {
      const key = `${Math.min(...wires)},${Math.max(...wires)}`;
      uses.set(key, (uses.get(key) ?? 0) + 1);
    }
  const partners = Array.from({ length: numWires }, (_, wire) =>
    [...uses.keys()]
      .map((key) => key.split(",").map(Number))
      .filter((pair) => pair.includes(wire))
      .map(([a, b]) => (a === wire ? b : a)),
  );
  const order = walkOrder(partners);
  const usesOf = (a: number, b: number) => uses.get(`${Math.min(a, b)},${Math.max(a, b)}`) ?? 0;
  const readout = (qubit: number) => target.readoutErrors?.[qubit] ?? 0;
  let beam = Array.from({ length: target.numQubits }, (_, qubit) => ({ qubits: [qubit], cost: readout(qubit) }));
  for (let k = 1; k < numWires; k++) {
    const wire = order[k];
    const earlier = order.slice(0, k).map((other, i) => ({ i, times: usesOf(wire, other) }));
    const grown = beam.flatMap(({ qubits, cost }) => {
      const around = new Set(qubits.flatMap((qubit) => map.neighbours[qubit]).filter((qubit) => !qubits.includes(qubit)));
      return [...around].map((qubit) => ({
        qubits: [...qubits, qubit],
        cost: cost + readout(qubit) + costOf(map, qubit, qubits, earlier),
      }));
    });
    beam = grown.sort((a, b) => a.cost - b.cost).slice(0, MAX_BEAM);
  }
  expect(beam.length > 0, target.name, `has no connected set of ${numWires} qubits. Take fewer qubits.`);
  const best = beam.reduce((least, one) => (one.cost < least.cost ? one : least));
  const layout = new Array<number>(numWires);
  order.forEach((wire, k) => {
    layout[wire] = best.qubits[k];
  });
  return layout;
}

/** Error of the gates between a new qubit and those that are placed; far ones pay for three gates a SWAP. */
function costOf(
  map: Coupling,
  qubit: number,
  qubits: readonly number[],
  earlier: readonly { readonly i: number; readonly times: number }[],
): number {
  let cost = 0;
  for (const { i, times } of earlier) {
    if (times === 0) continue;
    const distance = map.distances[qubit][qubits[i]];
    cost += times * (distance === 1 ? map.errorOf(qubit, qubits[i]) : FAR_STEP * (distance - 1) + FAR_GATE);
  }
  return cost;
}

/** Wires so that each follows one that it shares gates with, from an end of a line where there is one. */
function walkOrder(partners: readonly (readonly number[])[]): number[] {
  const order: number[] = [];
  const wires = partners.map((_, wire) => wire).sort((a, b) => partners[a].length - partners[b].length || a - b);
  const visit = (wire: number): void => {
    const stack = [wire];
    while (stack.length > 0) {
      const next = stack.pop() as number; // the stack is not empty
      if (order.includes(next)) continue;
      order.push(next);
      stack.push(...[...partners[next]].sort((a, b) => b - a));
    }
  };
  // Wires without a partner come last, beside the others.
  for (const wire of [...wires.filter((one) => partners[one].length > 0), ...wires]) visit(wire);
  return order;
}
