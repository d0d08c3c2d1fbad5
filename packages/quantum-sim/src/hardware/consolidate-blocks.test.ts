import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { phaseDistance } from "../decompose/phase-distance.ts";
import type { Operation } from "../gate.ts";
import { CNOT, H, RX, RY, RZ, T } from "../gates/index.ts";
import { simulatePlainly } from "../simulate.ts";
import { consolidateBlocks } from "./consolidate-blocks.ts";

/** Rounding of some hundred gates. */
const CLOSE = 1e-12;
const cnots = (operations: readonly Operation[]) => operations.filter(({ gate }) => gate === CNOT).length;

test("random gates stay what they are, with fewer CNOTs", () => {
  const rng = createRng(4);
  for (let trial = 0; trial < 10; trial++) {
    const weights: number[] = [];
    const operations = Array.from({ length: 80 }, (): Operation => {
      const [a, b] = rng.shuffle([0, 1, 2]);
      const kind = rng.uniform();
      if (kind < 0.4) return CNOT.on([a, b]);
      if (kind < 0.45) return RX.on([a], { weight: weights.push(rng.normal()) - 1 });
      return [RY.on([a], rng.normal()), RZ.on([a], rng.normal()), H.on([a]), T.on([b])][rng.integer(4)];
    });
    const made = consolidateBlocks(operations, 3);
    const state = (all: readonly Operation[]) =>
      simulatePlainly(createCircuit({ numQubits: 3, operations: all, weightShape: [weights.length] }), { weights });
    expect(phaseDistance(state(operations), state(made))).toBeLessThan(CLOSE);
    expect(cnots(made)).toBeLessThanOrEqual(cnots(operations));
  }
});

test("a long run on one pair takes three", () => {
  const rng = createRng(5);
  const run = Array.from({ length: 9 }, () => [RX.on([0], rng.normal()), RY.on([1], rng.normal()), CNOT.on([0, 1])]).flat();
  expect(cnots(consolidateBlocks(run, 2))).toBe(3);
  expect(consolidateBlocks([CNOT.on([0, 1]), H.on([2])], 3)).toEqual([H.on([2]), CNOT.on([0, 1])]);
});
