import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { buildCircuit } from "./build-circuit.ts";
import { createCircuit } from "./circuit.ts";
import { compile, compileGroup } from "./compile.ts";
import { CRX, RX, RY } from "./gates/index.ts";

const hybridq = buildCircuit("hybridq", { numQubits: 3, numLayers: 2 });
const controlled = createCircuit({
  name: "controlled",
  numQubits: 2,
  operations: [RY.on([0], { input: 0 }), CRX.on([0, 1], { weight: 0 })],
});

describe("the path", () => {
  test("is the kernel for layers, a program for the rest", () => {
    expect(compile(hybridq).path).toBe("batched-simd");
    expect(compile(hybridq, { path: "general" }).path).toBe("general");
    expect(compile(controlled).path).toBe("program");
    const { numQubits, operations } = hybridq;
    const mixed = createCircuit({ numQubits, operations, observables: ["X0", "Z1", "Z2"] });
    expect(compile(mixed).path).toBe("program");
  });
  test("cannot be forced on a circuit that it does not suit", () => {
    expect(() => compile(controlled, { path: "batched-simd" })).toThrow('[compile] controlled does not suit path "batched-simd"');
  });
  test.each(["hybridq", "mosaiq", "strongly-entangling-layers", "basic-entangler-layers"])("of %s is the kernel", (name) => {
    expect(compile(buildCircuit(name, { numQubits: 4, numLayers: 2, embedding: "angle-ry" })).path).toBe("batched-simd");
  });
});

describe("a group", () => {
  const count = 3;
  const batch = 4;
  const rng = createRng(1);
  const weights = rng.fillUniform(new Float64Array(count * hybridq.numWeights), -3, 3);

  test.each(["batched-simd", "program", "general"] as const)("equals its circuits one by one, %s", (path) => {
    for (const sharedInputs of [true, false]) {
      const group = compileGroup(hybridq, { count, sharedInputs, precision: "float64", path });
      expect([group.numInputs, group.numWeights, group.numOutputs]).toEqual([sharedInputs ? 3 : 9, 54, 9]);
      const inputs = rng.fillUniform(new Float64Array(batch * group.numInputs), -3, 3);
      const cotangent = rng.fillNormal(new Float64Array(batch * group.numOutputs));
      const outputs = group.run({ inputs, weights });
      const gradients = group.vjp({ inputs, weights, cotangent });
      const single = compile(hybridq, { precision: "float64", path });
      const byInputs = new Float64Array(inputs.length);
      for (let c = 0; c < count; c++) {
        const own = weights.slice(c * 18, (c + 1) * 18);
        const byWeights = new Float64Array(18);
        for (let sample = 0; sample < batch; sample++) {
          const start = sample * group.numInputs + (sharedInputs ? 0 : 3 * c);
          const call = { inputs: inputs.slice(start, start + 3), weights: own };
          const at = sample * 9 + 3 * c;
          single.run(call).forEach((value, j) => {
            expect(outputs[at + j]).toBeCloseTo(value, 13);
          });
          const slopes = single.vjp({ ...call, cotangent: cotangent.slice(at, at + 3) });
          slopes.inputs.forEach((slope, j) => {
            byInputs[start + j] += slope;
          });
          slopes.weights.forEach((slope, k) => {
            byWeights[k] += slope;
          });
        }
        byWeights.forEach((slope, k) => {
          expect(gradients.weights[18 * c + k]).toBeCloseTo(slope, 12);
        });
      }
      byInputs.forEach((slope, i) => {
        expect(gradients.inputs[i]).toBeCloseTo(slope, 12);
      });
    }
  });
});

describe("refuses", () => {
  test("unknown options and values", () => {
    // @ts-expect-error a key that the type refuses too
    expect(() => compile(hybridq, { precison: "float64" })).toThrow(
      '[compile] unknown option "precison"; did you mean "precision"?',
    );
    // @ts-expect-error a value that the type refuses too
    expect(() => compile(hybridq, { precision: "float16" })).toThrow('[compile] no precision "float16"; did you mean "float32"?');
    // @ts-expect-error a value that the type refuses too
    expect(() => compile(hybridq, { path: "gpu" })).toThrow('[compile] no path "gpu"; known: batched-simd, general, program.');
    expect(() => compileGroup(hybridq, { count: 0 })).toThrow("[compileGroup] count must be an integer ≥ 1; got 0.");
  });
  test("what does not fit into memory, with the bytes", () => {
    const wide = createCircuit({ numQubits: 30, operations: [RX.on([0], 1)] });
    expect(() => compile(wide)).toThrow(
      "[compile] 30 qubits need 25769803776 bytes (24.0 GiB) for their states; the limit is 2147483648.",
    );
    const group = compileGroup(buildCircuit("hybridq", { numQubits: 10, numLayers: 6 }), { count: 1, memoryLimitBytes: 50_000 });
    expect(() => group.run({ inputs: new Float32Array(20), weights: new Float32Array(180) })).toThrow(
      /1 circuits of 10 qubits and 6 layers on 2 samples need \d+ bytes; the limit is 50000/,
    );
    expect(() => group.run({ inputs: new Float32Array(10), weights: new Float32Array(180) })).toThrow(
      /the states of this circuit need \d+ bytes .* and more; the limit is 50000/,
    );
  });
});
