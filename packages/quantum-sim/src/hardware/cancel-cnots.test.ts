import { expect, test } from "vitest";
import type { Operation } from "../gate.ts";
import { CNOT, H, RZ, SWAP, X } from "../gates/index.ts";
import { cancelCnots, swapsAsCnots } from "./cancel-cnots.ts";

const texts = (operations: readonly Operation[]) => operations.map(({ gate, wires }) => `${gate.name} ${wires.join("")}`);

test("pairs vanish, nested ones too, and what stood before them is joined with what follows", () => {
  const pair = [CNOT.on([0, 1]), X.on([1]), X.on([1]), CNOT.on([0, 1])];
  expect(texts(cancelCnots([H.on([0]), CNOT.on([1, 2]), ...pair, CNOT.on([1, 2])], 3))).toEqual(["H 0"]);
});

test("pairs with a turn, another direction or another gate between them stay", () => {
  for (const between of [RZ.on([0], 1), CNOT.on([1, 0]), CNOT.on([1, 2])]) {
    const operations = [CNOT.on([0, 1]), between, CNOT.on([0, 1])];
    expect(cancelCnots(operations, 3)).toEqual(operations);
  }
});

test("a SWAP goes in the direction of a CNOT beside it", () => {
  const before = [CNOT.on([1, 0]), SWAP.on([0, 1])];
  expect(texts(cancelCnots(swapsAsCnots(before, 2), 2))).toEqual(["CNOT 01", "CNOT 10"]);
  const after = [SWAP.on([0, 1]), CNOT.on([1, 0])];
  expect(texts(cancelCnots(swapsAsCnots(after, 2), 2))).toEqual(["CNOT 10", "CNOT 01"]);
  expect(texts(swapsAsCnots([H.on([0]), SWAP.on([0, 1])], 2))).toEqual(["H 0", "CNOT 01", "CNOT 10", "CNOT 01"]);
});
