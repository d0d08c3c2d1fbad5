import { expect, test } from "vitest";
import { multiply } from "../complex-matrix.ts";
import { CRot, H, Rot, RX } from "../gates/index.ts";
import { amplitudeDamping, depolarizing, thermalRelaxation } from "./channels.ts";
import { identityTransfer, multiplyReal, transferMatrix, transferSlope } from "./pauli-transfer.ts";

test("of the usual channels and gates are their closed forms", () => {
  const g = 0.3;
  const r = Math.sqrt(1 - g);
  const damped = [1, 0, 0, 0, 0, r, 0, 0, 0, 0, r, 0, g, 0, 0, 1 - g];
  transferMatrix(amplitudeDamping(g).kraus).forEach((x, e) => {
    expect(x).toBeCloseTo(damped[e], 14);
  });
  const c = Math.cos(0.7);
  const s = Math.sin(0.7);
  const wanted = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, c, -s, 0, 0, s, c];
  transferMatrix([RX.matrix([0.7])]).forEach((x, e) => {
    expect(x).toBeCloseTo(wanted[e], 14);
  });
  transferMatrix(depolarizing(0.3, 2).kraus).forEach((x, e) => {
    expect(x).toBeCloseTo(e % 17 > 0 ? 0 : e === 0 ? 1 : 1 - (16 / 15) * 0.3, 14);
  });
});

test("keep the trace: the first row is (1, 0, 0, …)", () => {
  for (const kraus of [
    thermalRelaxation({ t1: 50, t2: 70, time: 9, excited: 0.2 }).kraus,
    [H.matrix([])],
    [CRot.matrix([1, 2, 3])],
  ]) {
    const R = transferMatrix(kraus);
    const dim = Math.sqrt(R.length);
    for (let b = 0; b < dim; b++) expect(R[b]).toBeCloseTo(b === 0 ? 1 : 0, 13);
  }
});

test("a product of maps is the map of the product", () => {
  const [U, V] = [Rot.matrix([0.1, 0.2, 0.3]), RX.matrix([0.4])];
  const product = transferMatrix([multiply(U, V)]);
  multiplyReal(transferMatrix([U]), transferMatrix([V])).forEach((x, e) => {
    expect(x).toBeCloseTo(product[e], 14);
  });
  expect([...multiplyReal(identityTransfer(), product)]).toEqual([...product]);
});

test.each([
  ["Rot", Rot, [0.3, -0.8, 1.1]],
  ["CRot", CRot, [0.3, -0.8, 1.1]],
] as const)("slopes of %s agree with central differences", (_, gate, angles) => {
  angles.forEach((_, k) => {
    const moved = (h: number) => transferMatrix([gate.matrix(angles.map((angle, i) => (i === k ? angle + h : angle)))]);
    const [plus, minus] = [moved(1e-5), moved(-1e-5)];
    transferSlope(gate.matrix(angles), gate.derivative(angles, k)).forEach((slope, e) => {
      expect(slope).toBeCloseTo((plus[e] - minus[e]) / 2e-5, 9);
    });
  });
});
