import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { compile } from "../compile.ts";
import { H, RX, RY } from "../gates/index.ts";
import { MultiRZ } from "../gates/multi-rz.ts";
import { PauliRot } from "../gates/pauli-rot.ts";
import { expandWide } from "./expand-wide.ts";
import { fubiniStudyMetric } from "./fubini-study.ts";
import { hessianVectorProduct } from "./hessian-vector-product.ts";
import { jvp } from "./jvp.ts";
import { parameterShift } from "./parameter-shift.ts";

const n = 13;
const every = Array.from({ length: n }, (_, wire) => wire);
/** Gates whose matrices would have 4^13 entries. */
const wide = createCircuit({
  numQubits: n,
  operations: [
    ...every.map((wire) => (wire % 3 === 0 ? H.on([wire]) : RX.on([wire], { weight: wire % 4, shift: 0.1 * wire }))),
    MultiRZ(n).on(every, { weight: 0, scale: -2, shift: 0.4 }),
    PauliRot("XYZXYZXYZXYZX").on([...every].reverse(), { weight: 4 }),
    RY.on([3], { weight: 1 }),
  ],
  observables: ["X0 Y1", "Z3", "Z0 X12"],
});
const weights = [0.3, -0.8, 1.2, 2.1, 0.7];
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);

test("gates on many wires are taken apart, with the same outputs and derivatives", () => {
  const operations = wide.operations.flatMap(expandWide);
  expect(operations.every(({ wires }) => wires.length <= 3)).toBe(true);
  const executable = compile(wide, { precision: "float64" });
  const outputs = executable.run({ inputs: [], weights });
  expect(
    largestDifference(compile({ ...wide, operations }, { precision: "float64" }).run({ inputs: [], weights }), outputs),
  ).toBeLessThan(1e-13);
  const weightTangent = [1, -2, 0.5, 0.3, 2];
  const shifted = parameterShift(wide, { weights });
  const directional = jvp(wide, { weights, weightTangent });
  const cotangent = [1, 0.5, -2];
  const { gradient } = hessianVectorProduct(wide, { weights, weightTangent, cotangent });
  const exact = executable.vjp({ inputs: [], weights, cotangent });
  expect(largestDifference(gradient.weights, exact.weights)).toBeLessThan(1e-12);
  for (let j = 0; j < 3; j++) {
    const along = weightTangent.reduce((sum, v, k) => sum + v * shifted.weights[5 * j + k], 0);
    expect(directional.tangent[j]).toBeCloseTo(along, 12);
  }
  expect(largestDifference(directional.outputs, outputs)).toBeLessThan(1e-13);
});

test("the metric of a wide rotation is the variance of its word over 4", () => {
  const metric = fubiniStudyMetric(wide, { weights, approximation: "block-diagonal" });
  const full = fubiniStudyMetric(wide, { weights });
  // PauliRot alone holds weight 4, in a layer of its own.
  expect(metric[24]).toBeCloseTo(full[24], 13);
  expect(metric[24]).toBeLessThanOrEqual(0.25 + 1e-12);
});
