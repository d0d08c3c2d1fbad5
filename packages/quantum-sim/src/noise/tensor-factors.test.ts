import { expect, test } from "vitest";
import type { ComplexMatrix } from "../complex-matrix.ts";
import { CNOT, IsingZZ, RX, RZ, SX, U3 } from "../gates/index.ts";
import { kronecker, pauliMatrix } from "./channel.ts";
import { tensorFactors } from "./tensor-factors.ts";

function expectEqual(A: ComplexMatrix, B: ComplexMatrix): void {
  A.re.forEach((x, i) => {
    expect(x).toBeCloseTo(B.re[i], 12);
    expect(A.im[i]).toBeCloseTo(B.im[i], 12);
  });
}

test("products of unitaries are taken apart, phases included", () => {
  const parts = [U3.matrix([0.3, 1.1, -0.4]), RX.matrix([2]), SX.matrix([])];
  for (const U of [parts.reduce(kronecker), pauliMatrix("XYZ"), pauliMatrix("IZI")]) {
    const factors = tensorFactors(U, 3);
    expect(factors?.length).toBe(3);
    expectEqual((factors ?? []).reduce(kronecker), U);
  }
  expect(tensorFactors(RZ.matrix([1]), 1)?.length).toBe(1);
});

test("what entangles is no product", () => {
  expect(tensorFactors(CNOT.matrix([]), 2)).toBeUndefined();
  expect(tensorFactors(IsingZZ.matrix([0.3]), 2)).toBeUndefined();
  expect(tensorFactors(kronecker(RX.matrix([1]), CNOT.matrix([])), 3)).toBeUndefined();
});
