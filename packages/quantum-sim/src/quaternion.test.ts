import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { type ComplexMatrix, multiply } from "./complex-matrix.ts";
import { H, PhaseShift, Rot, RX, RY, RZ, S, SX, Y } from "./gates/index.ts";
import { multiplyInPlace, quaternionOf, rotateInPlace, turnBack, turnBackBy } from "./quaternion.ts";

const rotations = [RX, RY, RZ];

/** a·I − i(x·X + y·Y + z·Z). */
const unitaryOf = ([a, x, y, z]: ArrayLike<number> & Iterable<number>): ComplexMatrix => ({
  dim: 2,
  re: Float64Array.of(a, -y, y, a),
  im: Float64Array.of(-z, -x, -x, z),
});

/** Largest difference after the best global phase, which the entry of largest modulus tells. */
function distanceUpToPhase(A: ComplexMatrix, B: ComplexMatrix): number {
  const k = B.re.reduce((best, _, i) => (Math.hypot(B.re[i], B.im[i]) > Math.hypot(B.re[best], B.im[best]) ? i : best), 0);
  const phase = Math.atan2(A.im[k], A.re[k]) - Math.atan2(B.im[k], B.re[k]);
  const [c, s] = [Math.cos(phase), Math.sin(phase)];
  return Math.max(
    ...[...B.re].map((_, i) => Math.hypot(A.re[i] - c * B.re[i] + s * B.im[i], A.im[i] - s * B.re[i] - c * B.im[i])),
  );
}

describe("the quaternion of a gate is the gate up to a phase", () => {
  test.each([H, S, SX, Y, RX, RY, RZ, PhaseShift, Rot].map((gate) => [gate.name, gate] as const))("%s", (_, gate) => {
    const U = gate.matrix([2.9, -0.7, 1.3]);
    expect(distanceUpToPhase(unitaryOf(quaternionOf(U)), U)).toBeLessThan(1e-15);
  });
});

test("products of quaternions are products of gates, the left one acting after", () => {
  const rng = createRng(0);
  for (let trial = 0; trial < 20; trial++) {
    const [A, B] = [0, 1].map(() => Rot.matrix([0, 1, 2].map(() => 6 * rng.uniform())));
    const product = Float64Array.from(quaternionOf(B));
    multiplyInPlace(quaternionOf(A), 0, product, 0);
    expect(distanceUpToPhase(unitaryOf(product), multiply(A, B))).toBeLessThan(1e-15);
  }
});

test.each([0, 1, 2])("a turn about axis %i is its rotation gate", (axis) => {
  const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
  const general = Float64Array.from(quaternionOf(Rot.matrix([0.1, 0.2, 0.3])));
  const turned = general.slice();
  rotateInPlace(axis, c, s, turned, 0);
  multiplyInPlace(quaternionOf(rotations[axis].matrix([0.8])), 0, general, 0);
  for (let i = 0; i < 4; i++) expect(turned[i]).toBeCloseTo(general[i], 15);

  const vector = Float64Array.of(1, -2, 3);
  const same = vector.slice();
  turnBack(axis, c, s, vector);
  turnBackBy(quaternionOf(rotations[axis].matrix([0.8])), 0, same);
  for (let i = 0; i < 3; i++) expect(vector[i]).toBeCloseTo(same[i], 14);
});

test("turning back follows the Bloch vector: RX(π/2) takes Y to Z", () => {
  const z = Float64Array.of(0, 0, 1);
  turnBack(0, Math.SQRT1_2, Math.SQRT1_2, z);
  expect(z[1]).toBeCloseTo(1, 15);
});
