import { expect, test } from "vitest";
import { hasChromium, openPage } from "./__fixtures__/open-page.ts";

const TIMEOUT_MS = 90_000;
const ISOLATION = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

const program = `
import { buildCircuit, compileGroup } from "quantum-sim";
results.isIsolated = crossOriginIsolated;
const circuit = buildCircuit("hybridq", { numQubits: 6, numLayers: 3 });
const [one, two] = [1, 2].map((threads) => compileGroup(circuit, { count: 4, sharedInputs: true, threads }));
const inputs = Float32Array.from({ length: 3 * one.numInputs }, (_, i) => Math.sin(i));
const weights = Float32Array.from({ length: one.numWeights }, (_, i) => Math.cos(i));
const cotangent = Float32Array.from({ length: 3 * one.numOutputs }, (_, i) => Math.cos(5 * i));
const gap = (a, b) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
const wanted = one.vjp({ inputs, weights, cotangent });
const compare = () => {
  const { inputs: x, weights: w } = two.record({ inputs, weights }).vjp(cotangent);
  return gap(two.run({ inputs, weights }), one.run({ inputs, weights })) < 1e-6 && gap(x, wanted.inputs) < 1e-5 && gap(w, wanted.weights) < 1e-5;
};
results.atOnce = compare();
await new Promise((resolve) => setTimeout(resolve, 500));
results.later = compare();
two.close();
results.closed = compare();
`;

test.skipIf(!hasChromium).each([true, false])(
  "quantum-sim: threads in a browser, cross-origin isolated: %s",
  { timeout: TIMEOUT_MS },
  async (isIsolated) => {
    const results = await openPage(program, isIsolated ? { headers: ISOLATION } : {});
    expect(results).toEqual({ isIsolated, atOnce: true, later: true, closed: true });
  },
);
