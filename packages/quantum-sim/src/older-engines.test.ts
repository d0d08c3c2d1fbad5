import { createRng } from "repro-kit";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Executable } from "./index.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

/** Rounding once or twice: of the sums of 2^7 amplitudes. */
const TOLERANCE = 5e-6;

/** Values and slopes of a layered circuit and of a program, by kernels compiled now. */
async function results(path: "batched-simd" | "program", precision: "float32" | "float64"): Promise<number[]> {
  vi.resetModules();
  const { buildCircuit, compile } = await import("./index.ts");
  const circuit: Executable = compile(buildCircuit("hybridq", { numQubits: 7, numLayers: 3 }), { path, precision });
  const rng = createRng(3);
  const inputs = Array.from({ length: 3 * circuit.numInputs }, () => rng.uniform() * 3);
  const weights = Array.from({ length: circuit.numWeights }, () => rng.uniform() * 6 - 3);
  const { outputs, vjp } = circuit.record({ inputs, weights });
  const gradients = vjp(outputs.map(() => 1));
  return [...outputs, ...gradients.inputs, ...gradients.weights];
}

describe.each(["batched-simd", "program"] as const)("path %s", (path) => {
  test.each(["float32", "float64"] as const)("gives the same without relaxed SIMD: %s", async (precision) => {
    const fused = await results(path, precision);
    vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    const plain = await results(path, precision);
    expect(plain).toHaveLength(fused.length);
    const tolerance = precision === "float32" ? TOLERANCE : 1e-13;
    plain.forEach((value, k) => {
      expect(Math.abs(value - fused[k])).toBeLessThan(tolerance);
    });
    if (precision === "float32") expect(plain).not.toEqual(fused); // else the same kernel ran twice
  });
});
