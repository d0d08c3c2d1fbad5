import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { CNOT, SWAP, X } from "../gates/index.ts";
import type { DeviceTarget } from "./device-target.ts";
import { placeAndRoute } from "./place-and-route.ts";

const grid = (side: number): DeviceTarget => ({
  name: "grid",
  numQubits: side * side,
  entangler: "cx",
  edges: Array.from({ length: side * side }, (_, q) => [
    ...((q + 1) % side ? [{ pair: [q, q + 1] as const, error: 0.01 }] : []),
    ...(q + side < side * side ? [{ pair: [q, q + side] as const, error: 0.01 }] : []),
  ]).flat(),
});

/** The gates as they act on wires, undone of the SWAPs, and whether each stands on neighbours. */
function traced(placed: ReturnType<typeof placeAndRoute>, target: DeviceTarget): string[] {
  const wireAt = new Map(placed.initial.map((qubit, wire) => [qubit, wire]));
  const isEdge = (a: number, b: number) => target.edges.some(({ pair }) => pair.includes(a) && pair.includes(b));
  return placed.operations.flatMap(({ gate, wires: qubits }) => {
    if (qubits.length === 2) expect(isEdge(qubits[0], qubits[1])).toBe(true);
    if (gate !== SWAP) return [`${gate.name} ${qubits.map((qubit) => wireAt.get(qubit)).join(" ")}`];
    const [a, b] = qubits;
    const [wireA, wireB] = [wireAt.get(a), wireAt.get(b)];
    wireAt.delete(a);
    wireAt.delete(b);
    if (wireA !== undefined) wireAt.set(b, wireA);
    if (wireB !== undefined) wireAt.set(a, wireB);
    return [];
  });
}

test("random gates come to neighbours, each wire's in their order, and end where it is said", () => {
  const rng = createRng(3);
  const wires = Array.from({ length: 12 }, (_, wire) => wire);
  const operations = Array.from({ length: 150 }, () =>
    rng.uniform() < 0.2 ? X.on([rng.integer(12)]) : CNOT.on(rng.shuffle(wires).slice(0, 2)),
  );
  const target = grid(4);
  const placed = placeAndRoute(operations, 12, { target, scope: "test" });
  const texts = operations.map(({ gate, wires: on }) => `${gate.name} ${on.join(" ")}`);
  for (const wire of wires) {
    const own = (list: readonly string[]) => list.filter((text) => text.split(" ").slice(1).includes(String(wire)));
    expect(own(traced(placed, target))).toEqual(own(texts));
  }
  expect(placeAndRoute(operations, 12, { target, scope: "test" })).toEqual(placed);
  expect(placed.numSwaps).toBeLessThan(2 * 150);
});

test("what fits needs no SWAP, and the better edges are taken", () => {
  const chain = Array.from({ length: 8 }, (_, k) => CNOT.on([k, k + 1]));
  expect(placeAndRoute(chain, 9, { target: grid(3), scope: "test" }).numSwaps).toBe(0);
  const edges = grid(3).edges.map((edge) => ({ ...edge, error: edge.pair.includes(8) && edge.pair.includes(7) ? 0.001 : 0.01 }));
  const { initial } = placeAndRoute([CNOT.on([0, 1])], 2, { target: { ...grid(3), edges }, scope: "test" });
  expect([...initial].sort()).toEqual([7, 8]);
});

test("a given layout is kept", () => {
  const placed = placeAndRoute([CNOT.on([0, 1])], 2, { target: grid(3), given: [0, 8], scope: "test" });
  expect(placed.initial).toEqual([0, 8]);
  expect(placed.numSwaps).toBe(3);
});
