import "@tensorflow/tfjs-backend-cpu";
import { join } from "node:path";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { buildCircuit } from "./build-circuit.ts";
import { compileGroup } from "./compile.ts";
import { quantumLayer } from "./quantum-layer.ts";

/** float32 against float64 central differences. */
const SLOPE_TOLERANCE = 2e-5;

setWasmPaths(join(import.meta.dirname, "../../../node_modules/@tensorflow/tfjs-backend-wasm/dist/"));
const circuit = buildCircuit("hybridq", { numQubits: 3, numLayers: 2 });
const count = 2;
const batch = 3;
const rng = createRng(0);
const inputValues = rng.fillUniform(new Float32Array(batch * count * 3), 0, 2);
const weightValues = rng.fillUniform(new Float32Array(count * 18), -3, 3);
const cotangent = rng.fillNormal(new Float32Array(batch * count * 3));

describe.each(["cpu", "wasm"])("on %s", (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
    await tf.ready();
  });

  const group = compileGroup(circuit, { count });
  const layer = quantumLayer(group);
  const createInputs = () => tf.tensor2d(inputValues, [batch, count * 3]);
  const createWeights = () => tf.tensor(weightValues, [count, 2, 3, 3]);
  /** Gradients of Σ cotangent·output, which need no gradient of a tfjs op. */
  const gradients = (x: tf.Tensor, w: tf.Tensor) => {
    const dy = tf.tensor2d(cotangent, [batch, count * 3]);
    return tf.grads((inputs, weights) => layer(inputs as tf.Tensor2D, weights))([x, w], dy);
  };

  test("gives the executable's values", () => {
    const values = tf.tidy(() => layer(createInputs(), createWeights()).dataSync());
    expect([...values]).toEqual([...group.run({ inputs: inputValues, weights: weightValues })]);
  });

  test("gradients of both arguments agree with central differences", () => {
    const exact = compileGroup(circuit, { count, precision: "float64" });
    const lossOf = (inputs: Float64Array, weights: Float64Array) =>
      [...exact.run({ inputs, weights })].reduce((sum, value, i) => sum + value * cotangent[i], 0);
    const [byInputs, byWeights] = tf.tidy(() => {
      const [dx, dw] = gradients(createInputs(), createWeights());
      expect(dx.shape).toEqual([batch, count * 3]);
      expect(dw.shape).toEqual([count, 2, 3, 3]);
      return [dx.dataSync().slice(), dw.dataSync().slice()];
    });
    const [x, w] = [Float64Array.from(inputValues), Float64Array.from(weightValues)];
    const slope = (values: Float64Array, k: number, of: () => number) => {
      const [step, value] = [1e-5, values[k]];
      values[k] = value + step;
      const plus = of();
      values[k] = value - step;
      const minus = of();
      values[k] = value;
      return (plus - minus) / (2 * step);
    };
    for (let k = 0; k < x.length; k++)
      expect(Math.abs(byInputs[k] - slope(x, k, () => lossOf(x, w)))).toBeLessThan(SLOPE_TOLERANCE);
    for (let k = 0; k < w.length; k++)
      expect(Math.abs(byWeights[k] - slope(w, k, () => lossOf(x, w)))).toBeLessThan(SLOPE_TOLERANCE);
  });

  test("leaves no tensors behind", () => {
    const [inputs, weights] = [createInputs(), createWeights()];
    const before = tf.memory();
    for (let i = 0; i < 5; i++) {
      tf.dispose(layer(inputs, weights));
      tf.dispose(tf.tidy(() => gradients(inputs, weights)));
    }
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numBytes).toBe(before.numBytes);
    tf.dispose([inputs, weights]);
  });

  test("states are kept only under a gradient", () => {
    const record = vi.spyOn(group, "record");
    const run = vi.spyOn(group, "run");
    tf.tidy(() => layer(createInputs(), createWeights()));
    expect([record.mock.calls.length, run.mock.calls.length]).toEqual([0, 1]);
    tf.tidy(() => gradients(createInputs(), createWeights()));
    expect([record.mock.calls.length, run.mock.calls.length]).toEqual([1, 1]);
    vi.restoreAllMocks();
  });

  test("refuses tensors of another shape", () => {
    tf.tidy(() => {
      expect(() => layer(tf.zeros([2, 3]), createWeights())).toThrow("[quantumLayer] inputs must be [batch, 6]; got [2, 3].");
      const wanted =
        "[quantumLayer] weights must be [2, 2, 3, 3] = count × numLayers × numQubits × 3, or [36] in that order; got ";
      // [3, 3, 2, 2] has as many values, in another order.
      for (const shape of [[7], [3, 3, 2, 2], [2, 18, 2], [4]])
        expect(() => layer(createInputs(), tf.zeros(shape))).toThrow(`${wanted}[${shape.join(", ")}].`);
      for (const shape of [[36], [2, 18], [2, 2, 9], [1, 4, 9], [2, 2, 3, 3]])
        expect(layer(createInputs(), tf.zeros(shape)).shape).toEqual([createInputs().shape[0], 6]);
    });
  });
});
