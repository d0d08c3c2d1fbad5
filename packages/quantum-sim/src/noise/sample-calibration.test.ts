import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execPath } from "node:process";
import { expect, test } from "vitest";
import { readCalibration } from "./calibration.ts";
import { pairTable, qubitTable } from "./heavy-hexagon-127.ts";
import { sampleCalibration } from "./sample-calibration.ts";

const { qubits, gates, target } = readCalibration(sampleCalibration());
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

test("is a heavy hexagon of 127 qubits: connected, 144 pairs, at most three neighbours, cells of twelve", () => {
  expect([target.numQubits, target.edges.length, target.entangler]).toEqual([127, 144, "ecr"]);
  const neighbours = qubits.map((_, qubit) =>
    target.edges.flatMap(({ pair: [a, b] }) => (a === qubit ? [b] : b === qubit ? [a] : [])),
  );
  expect(Math.max(...neighbours.map((list) => list.length))).toBe(3);
  const seen = new Set([0]);
  for (const qubit of seen) for (const next of neighbours[qubit]) seen.add(next);
  expect(seen.size).toBe(127);
  // The shortest ring through each edge that lies on one.
  const girth = target.edges.map(({ pair: [a, b] }) => {
    const distance = new Map([[a, 0]]);
    for (const [qubit, steps] of distance)
      for (const next of neighbours[qubit])
        if (!(qubit === a && next === b) && !distance.has(next)) distance.set(next, steps + 1);
    return (distance.get(b) ?? Number.POSITIVE_INFINITY) + 1;
  });
  expect(Math.min(...girth)).toBe(12);
  expect(girth.filter((length) => length === 12).length).toBeGreaterThan(130);
});

test("has typical values", () => {
  const isBetween = (value: number, low: number, high: number) => expect(value > low && value < high).toBe(true);
  isBetween(median(qubits.map(({ t1 }) => t1)), 200e-6, 350e-6);
  isBetween(median(qubits.map(({ t2 }) => t2)), 100e-6, 220e-6);
  for (const { t1, t2 } of qubits) expect(t2).toBeLessThanOrEqual(2 * t1);
  isBetween(median(target.readoutErrors ?? []), 0.008, 0.02);
  isBetween(median(gates.filter(({ gate }) => gate === "sx").map(({ error }) => error)), 1e-4, 4e-4);
  isBetween(median(target.edges.map(({ error }) => error)), 5e-3, 1e-2);
});

test("has no gate that is better than the relaxation of its qubits", () => {
  for (const { gate, qubits: on, error, length } of gates) {
    const fidelity = on.reduce((product, qubit) => {
      const { t1, t2 } = qubits[qubit];
      return (product * (1 + Math.exp(-length / t1) + 2 * Math.exp(-length / t2))) / 4;
    }, 1);
    const d = 2 ** on.length;
    if (gate !== "rz") expect(error).toBeGreaterThan(1 - (d * fidelity + 1) / (d + 1));
  }
});

test("is what its seeded script writes", () => {
  const script = join(import.meta.dirname, "make-heavy-hexagon.mjs");
  const printed = execFileSync(execPath, [script, "--print"], { encoding: "utf8" });
  const frozen = readFileSync(join(import.meta.dirname, "heavy-hexagon-127.ts"), "utf8");
  expect(printed).toBe(frozen);
  expect(JSON.parse(qubitTable).length + JSON.parse(pairTable).length).toBe(127 + 144);
});
