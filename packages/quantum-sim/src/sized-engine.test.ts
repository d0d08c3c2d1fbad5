import { expect, test } from "vitest";
import { buildCircuit } from "./build-circuit.ts";
import { createCircuit } from "./circuit.ts";
import { compile } from "./compile.ts";
import { CRX, RX } from "./gates/index.ts";
import { leastProgramBytes } from "./sized-engine.ts";

/** The sizes of a call choose the kernels; the results may not show which. */
test.each([3, 6, 13])("one sample gives what it gives in a batch, %i qubits", (numQubits) => {
  const circuit = buildCircuit("hybridq", { numQubits, numLayers: 2 });
  const executable = compile(circuit);
  const inputs = Float32Array.from({ length: 3 * numQubits }, (_, i) => Math.sin(i));
  const weights = Float32Array.from({ length: circuit.numWeights }, (_, i) => Math.cos(i));
  const cotangent = Float32Array.from({ length: 3 * numQubits }, (_, i) => Math.cos(3 * i));
  const all = executable.run({ inputs, weights });
  const gradients = executable.vjp({ inputs, weights, cotangent });
  const sum = new Float64Array(circuit.numWeights);
  for (let sample = 0; sample < 3; sample++) {
    const part = <A extends Float32Array>(values: A) => values.slice(sample * numQubits, (sample + 1) * numQubits);
    const own = { inputs: part(inputs), weights };
    for (const [j, value] of executable.run(own).entries()) expect(value).toBeCloseTo(all[sample * numQubits + j], 5);
    const slopes = executable.record(own).vjp(part(cotangent));
    for (const [j, value] of slopes.inputs.entries()) expect(value).toBeCloseTo(gradients.inputs[sample * numQubits + j], 5);
    slopes.weights.forEach((value, k) => {
      sum[k] += value;
    });
  }
  for (const [k, value] of sum.entries()) expect(value).toBeCloseTo(gradients.weights[k], 4);
});

test("a gate on all wires leaves none for the lanes, and runs all the same", () => {
  const circuit = createCircuit({ numQubits: 2, operations: [RX.on([0], { weight: 0 }), CRX.on([0, 1], { weight: 1 })] });
  const [z0, z1] = compile(circuit).run({ inputs: [], weights: [Math.PI, Math.PI] });
  expect([z0, z1]).toEqual([expect.closeTo(-1, 6), expect.closeTo(-1, 6)]);
});

test("twenty-six qubits fit into the default memory, thirty do not", () => {
  expect(leastProgramBytes(26, "float32")).toBeLessThanOrEqual(2 ** 31);
  expect(() => compile(createCircuit({ numQubits: 30, operations: [RX.on([0], 1)] }))).toThrow(
    "[compile] 30 qubits need 25769803776 bytes (24.0 GiB) for their states; the limit is 2147483648. Take fewer qubits or raise memoryLimitBytes.",
  );
});
