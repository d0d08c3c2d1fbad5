import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { buildCircuit } from "./build-circuit.ts";
import { createCircuit } from "./circuit.ts";
import { compile, compileGroup } from "./compile.ts";
import { RX } from "./gates/index.ts";

const circuit = buildCircuit("hybridq", { numQubits: 3, numLayers: 2 });
const rng = createRng(3);
const inputs = rng.fillUniform(new Float32Array(6), 0, 2);
const weights = rng.fillUniform(new Float32Array(18), -3, 3);
const cotangent = rng.fillNormal(new Float32Array(6));

describe.each(["batched-simd", "program", "general"] as const)("%s", (path) => {
  test("a recording gives the same gradients, also after other calls and other batches", () => {
    const executable = compile(circuit, { path });
    const wanted = executable.vjp({ inputs, weights, cotangent });
    const recording = executable.record({ inputs, weights });
    expect(recording.outputs).toEqual(executable.record({ inputs, weights }).outputs);
    expect(executable.record({ inputs, weights }).vjp(cotangent)).toEqual(wanted);
    executable.run({ inputs: new Float32Array(30), weights });
    expect(recording.vjp(cotangent)).toEqual(wanted);
    expect(recording.vjp(cotangent)).toEqual(wanted);
  });

  test("finite angles whose product leaves the range of numbers are an error, not NaN", () => {
    const bare = createCircuit({ numQubits: 1, operations: [RX.on([0], { weight: 0, scale: 1e10 })] });
    const executable = compile(bare, { path });
    expect(() => executable.run({ inputs: [], weights: [1e300] })).toThrow(
      "[circuit] outputs must be finite; got NaN: an angle or a cotangent leaves the range of float32.",
    );
    const huge = new Float64Array(6).fill(1e300);
    expect(() => compile(circuit, { path }).vjp({ inputs, weights, cotangent: huge })).toThrow("[hybridq] slopes must be finite");
  });

  test("results are of the asked precision and do not change afterwards", () => {
    const executable = compile(circuit, { path, precision: "float64" });
    const outputs = executable.run({ inputs, weights });
    const copy = outputs.slice();
    executable.run({ inputs: new Float32Array(6), weights });
    expect(outputs).toBeInstanceOf(Float64Array);
    expect(outputs).toEqual(copy);
  });

  test("a circuit without inputs has a batch of one unless told otherwise", () => {
    const bare = compile(createCircuit({ numQubits: 1, operations: [RX.on([0], { weight: 0 })] }), {
      path,
      precision: "float64",
    });
    expect(bare.run({ inputs: [], weights: [Math.PI] })[0]).toBeCloseTo(-1, 14);
    expect(bare.run({ inputs: [], weights: [0], batch: 3 })).toEqual(Float64Array.of(1, 1, 1));
  });
});

describe("refuses", () => {
  const executable = compile(circuit);
  const group = compileGroup(circuit, { count: 2 });
  test.each([
    [
      () => executable.run({ inputs: new Float32Array(5), weights }),
      "[hybridq] inputs must be [batch, 3] with batch ≥ 1; got 5 values.",
    ],
    [
      () => executable.run({ inputs, weights, batch: 3 }),
      "[hybridq] inputs must be [batch, 3] with batch ≥ 1; got 6 values for batch 3.",
    ],
    [() => executable.run({ inputs: [], weights }), "[hybridq] inputs must be [batch, 3] with batch ≥ 1; got 0 values."],
    [
      () => group.run({ inputs, weights }),
      "[hybridq] weights must be [2, 2, 3, 3] = count × numLayers × numQubits × 3, 36 values; got 18.",
    ],
    [() => group.run({ inputs: [1, 2, 3], weights }), "[hybridq] inputs must be [batch, 2·3] with batch ≥ 1; got 3 values."],
    [() => executable.vjp({ inputs, weights, cotangent: [1] }), "[hybridq] cotangent must be [2, 3], 6 values; got 1."],
    [() => executable.run({ inputs: [1, Number.NaN, 3], weights }), "[hybridq] inputs must be finite; got NaN at index 1."],
    [
      () => executable.run({ inputs, weights: weights.map(() => 1 / 0) }),
      "[hybridq] weights must be finite; got Infinity at index 0.",
    ],
    [
      () => executable.record({ inputs, weights }).vjp([0, 0, 0, 0, 0, Number.NaN]),
      "[hybridq] cotangent must be finite; got NaN at index 5.",
    ],
  ])("%#", (call, message) => {
    expect(call).toThrow(message);
  });
  test("unknown options", () => {
    // @ts-expect-error a key that the type refuses too
    expect(() => executable.run({ inputs, weights, wieghts: weights })).toThrow(
      '[hybridq] unknown option "wieghts"; did you mean "weights"?',
    );
  });
});
