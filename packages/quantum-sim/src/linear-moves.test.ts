import { describe, expect, test } from "vitest";
import { type LinearMoves, noMoves, targetsOf, thenMove } from "./linear-moves.ts";

const CNOT = [0, 1, 3, 2];
const X = [1, 0];
const SWAP = [0, 2, 1, 3];
const TOFFOLI = [0, 1, 2, 3, 4, 5, 7, 6];
const after = (moves: LinearMoves, bits: readonly number[], targets: readonly number[]): LinearMoves =>
  thenMove(moves, bits, targets) ?? noMoves(moves.masks.length);

describe("linear moves", () => {
  test("none leaves every state in its place", () => {
    expect([...targetsOf(noMoves(3))]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("CNOT from bit 2 to bit 0, then X on bit 1", () => {
    const moves = after(after(noMoves(3), [2, 0], CNOT), [1], X);
    expect([...targetsOf(moves)]).toEqual(Array.from({ length: 8 }, (_, x) => x ^ (x >> 2) ^ 2));
  });

  test("a product is one move after the other", () => {
    const steps: [number[], number[]][] = [
      [[0, 3], CNOT],
      [[2, 1], SWAP],
      [[3, 2], CNOT],
      [[0], X],
      [[1, 0], CNOT],
    ];
    let moves = noMoves(4);
    let wanted = Array.from({ length: 16 }, (_, x) => x);
    for (const [bits, local] of steps) {
      moves = after(moves, bits, local);
      const single = targetsOf(after(noMoves(4), bits, local));
      wanted = wanted.map((x) => single[x]);
    }
    expect([...targetsOf(moves)]).toEqual(wanted);
  });

  test("Toffoli is none of them", () => {
    expect(thenMove(noMoves(3), [2, 1, 0], TOFFOLI)).toBeUndefined();
  });
});
