import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { beforeAll, expect, test } from "vitest";
import { batchNorm } from "../layers/batch-norm.ts";
import { ready } from "../ready.ts";

/** float32 values of which only the statistics are in double precision; relative to 1 + the largest entry. */
const TOLERANCE = 3e-6;
const EPSILON = 1e-5;

beforeAll(async () => {
  await ready({ backend: "cpu" });
  await ready({ backend: "wasm" });
});

function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  expect(got.length).toBe(wanted.length);
  const largest = Array.from(wanted).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  Array.from(wanted).forEach((value, i) => {
    expect(Math.abs(value - got[i]) / (1 + largest), `${what}, entry ${i}`).toBeLessThan(TOLERANCE);
  });
}

/** Values and gradients of a batch norm in training, in double precision, by the formulas of Ioffe & Szegedy 2015, §3. */
function byDefinition(x: Float32Array, dy: Float32Array, weight: Float32Array, bias: Float32Array) {
  const channels = weight.length;
  const rows = x.length / channels;
  const [y, dx] = [new Float64Array(x.length), new Float64Array(x.length)];
  const [dWeight, dBias] = [new Float64Array(channels), new Float64Array(channels)];
  for (let c = 0; c < channels; c++) {
    const places = Array.from({ length: rows }, (_, i) => i * channels + c);
    const sum = (f: (at: number) => number) => places.reduce((total, at) => total + f(at), 0);
    const mean = sum((at) => x[at]) / rows;
    const rate = 1 / Math.sqrt(sum((at) => (x[at] - mean) ** 2) / rows + EPSILON);
    const centred = (at: number) => (x[at] - mean) * rate;
    dBias[c] = sum((at) => dy[at]);
    dWeight[c] = sum((at) => dy[at] * centred(at));
    for (const at of places) {
      y[at] = centred(at) * weight[c] + bias[c];
      dx[at] = weight[c] * rate * (dy[at] - dBias[c] / rows - (centred(at) * dWeight[c]) / rows);
    }
  }
  return { y, dx, dWeight, dBias };
}

const running = (channels: number) => ({ running_mean: tf.zeros([channels]), running_var: tf.ones([channels]) });
const normalise = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
  batchNorm(x, { weight, bias, ...running(weight.size) }, { training: true, epsilon: EPSILON }).y;

test("values and gradients are those of double precision over random shapes", async () => {
  await ready({ backend: "wasm" });
  const rng = createRng(7);
  for (let number = 0; number < 40; number++) {
    const channels = 1 + rng.integer(40);
    const shape =
      rng.integer(2) === 0
        ? [2 + rng.integer(60), channels]
        : [1 + rng.integer(4), 2 + rng.integer(6), 1 + rng.integer(6), channels];
    const size = tf.util.sizeFromShape(shape);
    const normal = (count: number) => rng.fillNormal(new Float32Array(count));
    const [x, dy, weight, bias] = [normal(size).map((value) => value * 2 + 1), normal(size), normal(channels), normal(channels)];
    const wanted = byDefinition(x, dy, weight, bias);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const inputs = [tf.tensor(x, shape as [number]), tf.tensor1d(weight), tf.tensor1d(bias)];
      const run = (...given: tf.Tensor[]) => normalise(given[0], given[1], given[2]);
      const gradients = tf.grads(run)(inputs, tf.tensor(dy, shape as [number]));
      expectClose(run(...inputs).dataSync(), wanted.y, `y of [${shape}]`);
      [wanted.dx, wanted.dWeight, wanted.dBias].forEach((list, i) => {
        expectClose(gradients[i].dataSync(), list, `${["dx", "dWeight", "dBias"][i]} of [${shape}]`);
      });
    });
    expect(tf.memory().numTensors).toBe(before);
  }
});

test("under a gradient penalty it is composed, and as on the cpu backend", async () => {
  const rng = createRng(2);
  const x = rng.fillNormal(new Float32Array(5 * 3 * 2 * 6));
  const results: Float32Array[][] = [];
  for (const backend of ["cpu", "wasm"] as const) {
    await ready({ backend });
    results.push(
      tf.tidy(() => {
        const inputs = [tf.tensor(x, [5, 3, 2, 6]), tf.linspace(0.5, 1.5, 6), tf.linspace(-1, 1, 6)];
        const loss = (z: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) => tf.sum(tf.tanh(normalise(z, weight, bias)));
        const penalty = (...[z, weight, bias]: tf.Tensor[]) =>
          tf.sum(tf.square(tf.grad((image: tf.Tensor) => loss(image, weight, bias))(z)));
        return tf
          .grads(penalty)(inputs)
          .map((gradient) => gradient.dataSync<"float32">());
      }),
    );
  }
  results[0].forEach((wanted, i) => {
    expectClose(results[1][i], wanted, `gradient ${i}`);
  });
});
