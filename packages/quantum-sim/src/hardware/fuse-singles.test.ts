import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { phaseDistance } from "../decompose/phase-distance.ts";
import type { Operation } from "../gate.ts";
import { CNOT, gates, H, RX, RY, RZ, S, SX, X } from "../gates/index.ts";
import { simulatePlainly } from "../simulate.ts";
import { fuseSingles } from "./fuse-singles.ts";

/** Rounding of a few dozen gates. */
const CLOSE = 1e-13;

/** Half of a Bell pair sees both columns. */
const state = (operations: readonly Operation[], weights: number[]) =>
  simulatePlainly(
    createCircuit({ numQubits: 2, operations: [H.on([0]), CNOT.on([0, 1]), ...operations], weightShape: [weights.length] }),
    { weights },
  );

test("any sequence is RZ, √X and X, with free angles kept", () => {
  const rng = createRng(1);
  const singles = [...gates].filter(({ numWires }) => numWires === 1);
  for (let trial = 0; trial < 30; trial++) {
    const weights: number[] = [];
    const operations = Array.from({ length: 1 + rng.integer(12) }, () => {
      const gate = singles[rng.integer(singles.length)];
      const angles = Array.from({ length: gate.numAngles }, () => {
        const value = rng.normal() * 3;
        return rng.uniform() < 0.5 ? value : { weight: weights.push(value) - 1, scale: 0.5, shift: -0.3 };
      });
      return gate.on([0], ...angles);
    });
    const fused = fuseSingles(operations, 0);
    expect(fused.every(({ gate }) => [RZ, SX, X].includes(gate))).toBe(true);
    expect(phaseDistance(state(operations, weights), state(fused, weights))).toBeLessThan(CLOSE);
  }
});

test("numbers alone take at most two pulses, one or none where that is enough", () => {
  const pulses = (...operations: Operation[]) =>
    fuseSingles(operations, 0)
      .map(({ gate }) => gate.name)
      .filter((name) => name !== "RZ");
  expect(pulses(RX.on([0], 1), RY.on([0], 2), H.on([0]), RX.on([0], 3))).toEqual(["SX", "SX"]);
  expect(pulses(H.on([0]))).toEqual(["SX"]);
  expect(pulses(X.on([0]))).toEqual(["X"]);
  expect(pulses(S.on([0]), RZ.on([0], 1))).toEqual([]);
  expect(fuseSingles([H.on([0]), H.on([0])], 0)).toEqual([]);
});

test("Z rotations by one weight add up", () => {
  const turns = [RZ.on([0], { weight: 0 }), S.on([0]), RZ.on([0], { weight: 0, scale: 2 })];
  const [turn, ...others] = fuseSingles(turns, 0);
  expect(others).toEqual([]);
  expect(turn.angles).toEqual([{ weight: 0, scale: 3, shift: Math.PI / 2 }]);
});
