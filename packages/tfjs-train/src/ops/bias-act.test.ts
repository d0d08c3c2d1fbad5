import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BackendName, ready } from "../ready.ts";
import { type ActivationName, activations } from "./activation-functions.ts";
import { type BiasActOptions, biasAct } from "./bias-act.ts";

/** float32 exponentials and one more product or two, relative to 1 + |value|. */
const TOLERANCE = 1e-6;
/** TensorFlow's tanh is good to some 5e-7, and 1 − tanh² is a difference. */
const TENSORFLOW_TOLERANCE = 3e-6;

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** g, g′ and g″ in double precision. */
const definitions: Readonly<Record<ActivationName, (z: number, alpha: number) => readonly [number, number, number]>> = {
  linear: (z) => [z, 1, 0],
  relu: (z) => (z > 0 ? [z, 1, 0] : [0, 0, 0]),
  lrelu: (z, alpha) => (z > 0 ? [z, 1, 0] : [alpha * z, alpha, 0]),
  tanh: (z) => [Math.tanh(z), 1 / Math.cosh(z) ** 2, (-2 * Math.tanh(z)) / Math.cosh(z) ** 2],
  sigmoid: (z) => [sigmoid(z), sigmoid(z) * sigmoid(-z), sigmoid(z) * sigmoid(-z) * (1 - 2 * sigmoid(z))],
  elu: (z) => (z > 0 ? [z, 1, 0] : [Math.expm1(z), Math.exp(z), Math.exp(z)]),
  selu: (z) => {
    const scale = SELU_SCALE * SELU_ALPHA;
    return z > 0 ? [SELU_SCALE * z, SELU_SCALE, 0] : [scale * Math.expm1(z), scale * Math.exp(z), scale * Math.exp(z)];
  },
  softplus: (z) => [Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), sigmoid(z), sigmoid(z) * sigmoid(-z)],
  swish: (z) => {
    const [s, rise] = [sigmoid(z), sigmoid(z) * sigmoid(-z)];
    return [z * s, s + z * rise, rise * (2 + z * (1 - 2 * s))];
  },
};

/** tfjs-node where it is installed. */
const backends: readonly BackendName[] = await ready({ backend: "tensorflow" }).then(
  () => ["cpu", "wasm", "tensorflow"],
  () => ["cpu", "wasm"],
);

beforeAll(async () => {
  await ready({ backend: "cpu" });
  await ready({ backend: "wasm" });
});
afterAll(() => expect(tf.memory().numTensors).toBe(0));

function largestGap(got: ArrayLike<number>, wanted: readonly number[]): number {
  expect(got.length).toBe(wanted.length);
  return wanted.reduce((worst, value, i) => {
    const error = Math.abs(value - got[i]) / (1 + Math.abs(value));
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
  }, 0);
}

const settings: readonly Omit<BiasActOptions, "activation">[] = [{}, { gain: 1.7, clamp: 0.8, alpha: 0.3 }, { clamp: 0 }];
const shapes: readonly (readonly number[])[] = [
  [3, 5, 4, 8],
  [2, 3, 3, 3],
  [7, 6],
  [1, 5],
  [9, 1],
];

describe.each(backends)("biasAct on %s", (backend) => {
  test.each(activations)("$name: value, gradient and its gradient by their definitions", async ({ name, ...activation }) => {
    await ready({ backend });
    const rng = createRng(2);
    for (const options of settings)
      for (const shape of shapes)
        for (const hasBias of [true, false]) {
          const { alpha = activation.defaultAlpha, gain = activation.defaultGain, clamp = Number.POSITIVE_INFINITY } = options;
          const size = tf.util.sizeFromShape([...shape]);
          const channels = shape[shape.length - 1];
          const normal = (count: number, scale: number) => rng.fillNormal(new Float32Array(count)).map((value) => value * scale);
          const [x, dy, v, b] = [normal(size, 3), normal(size, 1), normal(size, 1), hasBias ? normal(channels, 1) : undefined];
          const at = Array.from(x, (value, i) => definitions[name](value + (b ? b[i % channels] : 0), alpha));
          const isFree = at.map(([y]) => Math.abs(y * gain) <= clamp);
          const wantedY = at.map(([y]) => Math.max(-clamp, Math.min(clamp, y * gain)));
          const wantedDx = at.map(([, slope], i) => (isFree[i] ? dy[i] * slope * gain : 0));
          const wantedDdy = at.map(([, slope], i) => (isFree[i] ? v[i] * slope * gain : 0));
          const wantedDdx = at.map(([, , bend], i) => (isFree[i] ? v[i] * dy[i] * bend * gain : 0));
          const sums = (values: readonly number[]) =>
            Array.from({ length: channels }, (_, c) =>
              values.reduce((sum, value, i) => (i % channels === c ? sum + value : sum), 0),
            );
          const got = tf.tidy(() => {
            const tensors = [tf.tensor(x, [...shape]), ...(b ? [tf.tensor1d(b)] : [])];
            const [cotangent, direction] = [tf.tensor(dy, [...shape]), tf.tensor(v, [...shape])];
            const run = (...inputs: tf.Tensor[]) =>
              biasAct(inputs[0], (inputs[1] as tf.Tensor1D) ?? null, { ...options, activation: name });
            const first = tf.grads(run)(tensors, cotangent);
            const second = tf.grads((g: tf.Tensor, ...inputs: tf.Tensor[]) => {
              const product = tf.sum(tf.mul(tf.grads(run)(inputs, g)[0], direction));
              // tfjs refuses what does not depend on an input, as the slope of "linear" does not.
              return tf.addN([product, ...inputs.map((input) => tf.mul(tf.sum(input), 0))]);
            })([cotangent, ...tensors]);
            return [run(...tensors), ...first, ...second].map((tensor) => tensor.dataSync());
          });
          const wanted = hasBias
            ? [wantedY, wantedDx, sums(wantedDx), wantedDdy, wantedDdx, sums(wantedDdx)]
            : [wantedY, wantedDx, wantedDdy, wantedDdx];
          expect(got.length).toBe(wanted.length);
          wanted.forEach((values, i) => {
            const what = `quantity ${i} of shape ${shape}, bias ${hasBias}, ${JSON.stringify(options)}`;
            expect(largestGap(got[i], values), what).toBeLessThan(backend === "tensorflow" ? TENSORFLOW_TOLERANCE : TOLERANCE);
          });
        }
  });

  test("a bias along another axis, extreme values and NaN", async () => {
    await ready({ backend });
    tf.tidy(() => {
      const x = tf.tensor2d([1, -2, 3, -4, 5, -6], [2, 3]);
      const y = biasAct(x, tf.tensor1d([10, 20]), { axis: 0, activation: "lrelu", gain: 1 });
      expect([...y.dataSync()]).toEqual([11, 8, 13, 16, 25, 14]);
      const extremes = tf.tensor1d([-1e30, -200, -88, 0, 88, 200, 1e30]);
      for (const { name } of activations) {
        const run = (z: tf.Tensor) => biasAct(z, null, { activation: name, gain: 1 });
        expect(run(extremes).dataSync().every(Number.isFinite), `${name} is finite`).toBe(true);
        expect(
          tf
            .grad((z: tf.Tensor) => tf.sum(run(z)))(extremes)
            .dataSync()
            .every(Number.isFinite),
          `the slope of ${name} is finite`,
        ).toBe(true);
        if (name !== "relu") expect(run(tf.tensor1d([Number.NaN])).dataSync()[0], name).toBeNaN(); // cpu's relu of NaN is 0
      }
    });
  });

  test("integers are numbers, of the bias too", async () => {
    await ready({ backend });
    tf.tidy(() => {
      const bias = tf.tensor1d([1, 3], "int32");
      for (const x of [tf.tensor2d([1, -2], [1, 2], "int32"), tf.tensor2d([1, -2], [1, 2])]) {
        const y = biasAct(x, bias, { activation: "relu", gain: 1 });
        expect([y.dtype, ...y.dataSync()]).toEqual(["float32", 2, 1]);
      }
    });
  });

  test("a third derivative is right as well", async () => {
    await ready({ backend });
    const third = tf.tidy(() => {
      const f = (z: tf.Tensor) => tf.sum(biasAct(z, null, { activation: "tanh" }));
      const g = (z: tf.Tensor) => tf.sum(tf.grad(f)(z));
      const h = (z: tf.Tensor) => tf.sum(tf.grad(g)(z));
      return tf
        .grad(h)(tf.tensor1d([0.3, -1.1]))
        .dataSync();
    });
    const wanted = [0.3, -1.1].map((z) => -2 / Math.cosh(z) ** 4 + (4 * Math.tanh(z) ** 2) / Math.cosh(z) ** 2);
    expect(largestGap(third, wanted)).toBeLessThan(1e-5);
  });
});

test("bad input is refused with what was expected", () => {
  tf.tidy(() => {
    const x = tf.zeros([2, 3]);
    expect(() => biasAct(x, tf.zeros([2]))).toThrow(
      "the bias must have one value for each of the 3 places of axis -1; got shape [2]",
    );
    expect(() => biasAct(x, null, { activation: "gelu" as ActivationName })).toThrow('no activation "gelu"');
    expect(() => biasAct(x, null, { clamp: -1 })).toThrow("clamp must be at least 0");
    expect(() => biasAct(x, tf.zeros([3]), { axis: 4 })).toThrow("axis must be one of the 2 of x");
  });
});
