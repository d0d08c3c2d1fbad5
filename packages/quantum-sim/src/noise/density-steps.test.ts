import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { createStatevector, type Statevector } from "../statevector.ts";
import { everyChannel, everyChannelInputs, everyChannelWeights } from "./__fixtures__/every-channel.ts";
import { createDensitySteps } from "./density-steps.ts";

const at = { weights: everyChannelWeights, weightOffset: 0, inputs: everyChannelInputs, inputOffset: 0 };
const steps = createDensitySteps(3, everyChannel.steps);

function randomMatrix(seed: number): Statevector {
  const rng = createRng(seed);
  const rho = createStatevector(6);
  rng.fillNormal(rho.re);
  rng.fillNormal(rho.im);
  return rho;
}
const trace = ({ re, im }: Statevector) => [0, 1, 2, 3, 4, 5, 6, 7].reduce(([a, b], x) => [a + re[9 * x], b + im[9 * x]], [0, 0]);
const inner = (a: Statevector, b: Statevector) =>
  a.re.reduce(([re, im], x, i) => [re + x * b.re[i] + a.im[i] * b.im[i], im + x * b.im[i] - a.im[i] * b.re[i]], [0, 0]);

test("every step keeps the trace of any matrix, and its adjoint is its adjoint", () => {
  everyChannel.steps.forEach((step, k) => {
    const [rho, bra] = [randomMatrix(k), randomMatrix(100 + k)];
    const [after, back] = [randomMatrix(k), randomMatrix(100 + k)];
    steps.apply(step, at, after);
    steps.applyAdjoint(step, at, back);
    trace(after).forEach((value, i) => {
      expect(value).toBeCloseTo(trace(rho)[i], 12);
    });
    inner(bra, after).forEach((value, i) => {
      expect(value).toBeCloseTo(inner(back, rho)[i], 11);
    });
  });
});
