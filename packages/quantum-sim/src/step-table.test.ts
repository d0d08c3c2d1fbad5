import { expect, test } from "vitest";
import { Rot, RX } from "./gates/index.ts";
import { quaternionOf } from "./quaternion.ts";
import { addStepGradients, composeSteps, createStepTable } from "./step-table.ts";

const table = createStepTable([
  [{ axis: 0, angle: { weight: 1, scale: 2, shift: 0.5 } }, { fixed: [Math.SQRT1_2, 0, Math.SQRT1_2, 0] }],
  [],
  [
    { axis: 2, angle: 0.3 },
    { axis: 1, angle: { weight: 0 } },
    { axis: 2, angle: { weight: 1 } },
  ],
]);
const values = [9, 0.7, -1.1];

function compose(shift: readonly number[] = [0, 0]): { quaternions: Float64Array; halves: Float64Array } {
  const quaternions = new Float64Array(12);
  const halves = new Float64Array(2 * table.numSteps);
  const moved = [values[0], values[1] + shift[0], values[2] + shift[1]];
  composeSteps(table, moved, 1, quaternions, 0, halves, 0);
  return { quaternions, halves };
}

test("rows are products of their turns", () => {
  const { quaternions } = compose();
  const rot = quaternionOf(Rot.matrix([0.3, 0.7, -1.1]));
  rot.forEach((value, i) => {
    expect(quaternions[8 + i]).toBeCloseTo(value, 15);
  });
  expect([...quaternions.slice(4, 8)]).toEqual([1, 0, 0, 0]);
  const first = quaternionOf(RX.matrix([2 * -1.1 + 0.5]));
  expect(quaternions[0]).toBeCloseTo(Math.SQRT1_2 * first[0], 15);
});

test("slopes agree with central differences of the turned axis", () => {
  // For f = ⟨ψ|P|ψ⟩ with ψ = U|0⟩, the torque is Re⟨λ|−iσ|ψ⟩ with λ = P|ψ⟩; for P = X it is (0, b_z, −b_y), b the Bloch vector.
  const bloch = ({ quaternions: [, , , , , , , , a, x, y, z] }: ReturnType<typeof compose>) => [
    2 * (x * z + a * y),
    2 * (y * z - a * x),
    a * a - x * x - y * y + z * z,
  ];
  const at = compose();
  const [, by, bz] = bloch(at);
  const gradients = new Float64Array(4);
  addStepGradients(table, 2, Float64Array.of(0, bz, -by), at.halves, 0, gradients, 1);
  const step = 1e-6;
  [0, 1].forEach((k) => {
    const moved = (h: number) => bloch(compose(k === 0 ? [h, 0] : [0, h]))[0];
    expect(gradients[1 + k]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 8);
  });
});
