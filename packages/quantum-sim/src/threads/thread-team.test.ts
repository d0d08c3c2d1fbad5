import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { buildCircuit } from "../build-circuit.ts";
import { compileGroup } from "../compile.ts";
import { layeredCircuitWasm } from "../generated/layered-circuit.ts";
import { canShareMemory, createThreadTeam } from "./thread-team.ts";

/** Sums over the batch are added in another order. */
const TOLERANCE = 1e-5;

async function untilReady(isReady: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !isReady(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe.each([
  { count: 3, batch: 5, name: "hybridq" },
  { count: 1, batch: 7, name: "hybridq" },
  { count: 4, batch: 2, name: "mosaiq" },
] as const)("two threads give what one gives: $count × $name, batch $batch", ({ count, batch, name }) => {
  test("outputs and gradients, before and after the second has started", async () => {
    const circuit = buildCircuit(name, { numQubits: 6, numLayers: 3 });
    const one = compileGroup(circuit, { count, sharedInputs: true });
    const two = compileGroup(circuit, { count, sharedInputs: true, threads: 2 });
    const rng = createRng(2);
    const inputs = rng.fillUniform(new Float32Array(batch * one.numInputs), -2, 2);
    const weights = rng.fillUniform(new Float32Array(one.numWeights), -3, 3);
    const cotangent = rng.fillNormal(new Float32Array(batch * one.numOutputs));
    const wanted = one.vjp({ inputs, weights, cotangent });
    const outputs = one.run({ inputs, weights });
    const compare = () => {
      const recording = two.record({ inputs, weights });
      expect(two.run({ inputs, weights })).toEqual(outputs);
      for (const gradients of [recording.vjp(cotangent), two.vjp({ inputs, weights, cotangent })]) {
        for (const key of ["inputs", "weights"] as const)
          for (const [i, value] of gradients[key].entries()) expect(Math.abs(value - wanted[key][i])).toBeLessThan(TOLERANCE);
      }
      const again = two.record({ inputs, weights });
      expect([...again.vjp(cotangent).inputs]).toEqual([...two.record({ inputs, weights }).vjp(cotangent).inputs]);
    };
    compare();
    await new Promise((resolve) => setTimeout(resolve, 300));
    compare();
    two.close();
    compare();
  });
});

describe("a team", () => {
  test("starts in the background, and closes", async () => {
    const team = createThreadTeam(layeredCircuitWasm, 3);
    expect(canShareMemory()).toBe(true);
    await untilReady(() => team?.numReady() === 3);
    expect(team?.numReady()).toBe(3);
    expect(team?.memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    team?.close();
    expect(team?.numReady()).toBe(1);
  });

  test("one thread is no team", () => {
    expect(createThreadTeam(layeredCircuitWasm, 1)).toBeUndefined();
  });

  test("where memory may not be shared there is none", () => {
    const scope = globalThis as { crossOriginIsolated?: boolean };
    scope.crossOriginIsolated = false;
    try {
      expect(createThreadTeam(layeredCircuitWasm, 2)).toBeUndefined();
      const circuit = buildCircuit("mosaiq", { numQubits: 3, numLayers: 1 });
      expect(
        compileGroup(circuit, { count: 2, threads: 2 }).run({ inputs: [1, 2, 3, 1, 2, 3], weights: new Float32Array(6) }),
      ).toHaveLength(6);
    } finally {
      delete scope.crossOriginIsolated;
    }
  });
});
