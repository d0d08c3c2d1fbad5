import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { beforeEach, describe, expect, test } from "vitest";
import { normalInit } from "../initializers.ts";
import { disposeParams, memoryUsage, type Params } from "../params.ts";
import { ready } from "../ready.ts";
import { readSafetensors } from "../safetensors/read-safetensors.ts";
import { writeSafetensors } from "../safetensors/write-safetensors.ts";
import { paramsFromWeights, weightsFromParams } from "../weights.ts";
import { adagrad } from "./adagrad.ts";
import { type AdamOptions, adam, adamW } from "./adam.ts";
import type { Optimizer } from "./optimizer.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

const optimizers: [string, Optimizer][] = [
  ["adam", adam({ learningRate: 0.01 })],
  ["adam with weight decay and amsgrad", adam({ learningRate: 0.01, weightDecay: 0.1, amsgrad: true })],
  ["adamW", adamW({ learningRate: 0.01, beta1: 0.5 })],
  ["rmsprop", rmsprop({ learningRate: 0.01, momentum: 0.5 })],
  ["rmsprop, centred", rmsprop({ learningRate: 0.01, momentum: 0.5, centred: true })],
  ["sgd", sgd({ learningRate: 0.1 })],
  ["sgd with nesterov", sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 })],
];

const start = (): Params => ({ "a.weight": normalInit(createRng(1), [3, 5], 1), b: normalInit(createRng(2), [7], 1) });
const gradsAt = (k: number): Params => ({
  "a.weight": normalInit(createRng(10 + k), [3, 5], 1),
  b: normalInit(createRng(20 + k), [7], 1),
});

/** Steps from k = from to k = to − 1; takes over params and state. */
function run(optimizer: Optimizer, from: number, to: number, params: Params, state: Params): { params: Params; state: Params } {
  let current = { params, state };
  for (let k = from; k < to; k++) {
    const grads = gradsAt(k);
    const next = optimizer.step(current.params, grads, current.state);
    disposeParams(current.params, current.state, grads);
    current = next;
  }
  return current;
}
const bytesOf = async ({ params, state }: { params: Params; state: Params }) =>
  writeSafetensors({
    ...(await weightsFromParams(params, { layout: "tfjs" })),
    ...Object.fromEntries(
      Object.entries(await weightsFromParams(state, { layout: "tfjs" })).map(([name, tensor]) => [`state.${name}`, tensor]),
    ),
  });

const hasTensorflow = await ready({ backend: "tensorflow" }).then(
  () => true,
  () => false,
);
const backends = ["cpu", "wasm", ...(hasTensorflow ? (["tensorflow"] as const) : [])] as const;

describe.each(backends)("on %s", (backend) => {
  beforeEach(() => ready({ backend }).then(() => {}));

  test.each(optimizers)(
    "%s: 20 steps equal 10, saved and loaded, and 10 more, byte for byte; nothing leaks",
    async (_, optimizer) => {
      const before = memoryUsage().numTensors;
      const params = start();
      const whole = run(optimizer, 0, 20, params, optimizer.init(params));
      const again = start();
      const half = run(optimizer, 0, 10, again, optimizer.init(again));
      const loaded = paramsFromWeights(readSafetensors(await bytesOf(half)), { layout: "tfjs" });
      disposeParams(half.params, half.state);
      const state = Object.fromEntries(
        Object.entries(loaded).flatMap(([name, tensor]) => (name.startsWith("state.") ? [[name.slice(6), tensor]] : [])),
      );
      const rest = run(optimizer, 10, 20, { "a.weight": loaded["a.weight"], b: loaded.b }, state);
      expect(await bytesOf(rest)).toEqual(await bytesOf(whole));
      disposeParams(rest.params, rest.state, whole.params, whole.state);
      expect(memoryUsage().numTensors).toBe(before);
    },
  );
});

test("a state of another model or optimiser is refused before anything is read from it", async () => {
  for (const backend of ["cpu", "wasm"] as const) {
    await ready({ backend });
    tf.tidy(() => {
      const params = { w: tf.ones([5]) };
      for (const [name, optimizer] of [...optimizers, ["adagrad", adagrad({ learningRate: 1 })] as const]) {
        const other = optimizer.init({ w: tf.ones([2]), v: tf.ones([1]) });
        const run = (state: Params) => () => optimizer.step(params, params, state);
        if (Object.keys(other).length === 1) continue; // it keeps its steps alone
        expect(run(other), name).toThrow(/the state does not fit: \d of another shape \(\w+\.w \[2\] for \[5\]/);
        expect(run({ step: other.step }), name).toThrow(
          /\d missing \(\w+\.w \[5\].*Make it with init\(params\) of this optimiser/,
        );
      }
    });
  }
});

/** float32: 1 − β₂ of TensorFlow is off by 1.3e-5, which the bias correction takes up. Relative to the largest weight. */
const FUSED_TOLERANCE = 5e-7;

test.each(backends.filter((backend) => backend !== "cpu"))("Adam's fused step on %s is that of plain ops", async (backend) => {
  const settings: AdamOptions[] = [
    { learningRate: 0.01 },
    { learningRate: (step) => 0.02 / (step + 1), beta1: 0, beta2: 0.99, epsilon: 1e-3 },
    { learningRate: 0.01, beta2: 1 - 1e-9 }, // 1 in float32
    { learningRate: 0.01, weightDecay: 0.1 },
  ];
  for (const make of [adam, adamW])
    for (const options of settings) {
      const values: Float32Array[] = [];
      for (const one of ["cpu", backend] as const) {
        await ready({ backend: one });
        const first = start();
        const { params, state } = run(make(options), 0, 12, first, make(options).init(first));
        values.push(...Object.values(params).map((tensor) => tensor.dataSync<"float32">()));
        disposeParams(params, state);
      }
      for (const i of [0, 1])
        values[i].forEach((value, k) => {
          expect(Math.abs(values[i + 2][k] - value) / 3, JSON.stringify(options)).toBeLessThan(FUSED_TOLERANCE);
        });
    }
});

test.each(backends)("a step on %s changes nothing that it was given", async (backend) => {
  await ready({ backend });
  for (const [name, optimizer] of optimizers) {
    const [params, grads] = [start(), gradsAt(0)];
    const first = optimizer.step(params, grads, optimizer.init(params));
    const given = { ...params, ...first.state };
    const before = Object.values(given).map((tensor) => tensor.dataSync().slice());
    optimizer.step(params, gradsAt(1), first.state);
    expect(
      Object.values(given).map((tensor) => tensor.dataSync()),
      name,
    ).toEqual(before);
  }
});

test("each descends a quadratic", async () => {
  await ready({ backend: "wasm" });
  for (const [name, optimizer] of optimizers) {
    let params: Params = { x: tf.tensor1d([1, -2, 3, 0.5, -0.5]) };
    let state = optimizer.init(params);
    for (let k = 0; k < 800; k++) {
      const grads = { x: tf.mul(params.x, 2) };
      const next = optimizer.step(params, grads, state);
      disposeParams(params, state, grads);
      ({ params, state } = next);
    }
    expect(
      tf.tidy(() => tf.max(tf.abs(params.x)).dataSync()[0]),
      name,
    ).toBeLessThan(0.2);
    disposeParams(params, state);
  }
});

test.each([
  [0, [-0.22556740045547485, -2.1693859100341797, -0.5169196724891663]],
  [0.5, [-0.8997239470481873, -1.9893923997879028, -1.1065276861190796]],
])("RMSprop, centred, with momentum %f takes the four steps that torch 2.13 takes", async (momentum, wanted) => {
  await ready({ backend: "cpu" });
  tf.tidy(() => {
    const optimizer = rmsprop({ learningRate: 0.1, alpha: 0.9, centred: true, weightDecay: 0.01, momentum });
    let params: Params = { w: tf.tensor1d([1, -2, 0.5]) };
    let state = optimizer.init(params);
    for (let k = 0; k < 4; k++)
      ({ params, state } = optimizer.step(params, { w: tf.tensor1d([0.5 * (k + 1), -1 + k, 0.25]) }, state));
    const found = params.w.dataSync();
    wanted.forEach((value, i) => {
      expect(Math.abs(found[i] - value)).toBeLessThan(1e-6); // float32
    });
  });
});

test("an option given as undefined is one not given", async () => {
  await ready({ backend: "cpu" });
  tf.tidy(() => {
    const params = { w: tf.ones([1]) };
    const after = (optimizer: Optimizer) => optimizer.step(params, { w: tf.zeros([1]) }, optimizer.init(params)).params.w;
    expect(after(adamW({ learningRate: 1, weightDecay: undefined })).dataSync()[0]).toBeCloseTo(0.99, 6);
    expect(after(adamW({ learningRate: 1, weightDecay: 0 })).dataSync()[0]).toBe(1);
  });
});

test("mistakes are named", async () => {
  await ready({ backend: "cpu" });
  tf.tidy(() => {
    const params = { x: tf.scalar(1) };
    const one = adam({ learningRate: 0.1 });
    expect(() => adam({ learningrate: 0.1 } as unknown as AdamOptions)).toThrow('did you mean "learningRate"');
    expect(() => adam({ learningRate: 0.1, beta1: 1 })).toThrow("betas must be in [0, 1)");
    expect(() => sgd({ learningRate: 0.1, nesterov: true })).toThrow("nesterov needs a momentum");
    expect(() => rmsprop({ learningRate: -1 })).toThrow("at least 0");
    expect(() => rmsprop({ learningRate: 1, momentum: -0.5 })).toThrow("momentum must be at least 0; got -0.5");
    expect(() => sgd({ learningRate: 1, momentum: Number.NaN })).toThrow("momentum must be at least 0; got NaN");
    expect(() => sgd({ learningRate: 1, dampening: Number.NaN })).toThrow("dampening must be finite");
    expect(() => adam({ learningRate: 1, epsilon: Number.NaN })).toThrow("epsilon must be at least 0; got NaN");
    expect(() => adamW({ learningRate: 1, weightDecay: -1 })).toThrow("[adamW] weightDecay must be at least 0; got -1");
    expect(() => adagrad({ learningRate: 1, learningRateDecay: -1 })).toThrow("learningRateDecay must be at least 0");
    expect(() => one.step(params, { y: tf.scalar(1) }, one.init(params))).toThrow("missing: x. surplus: y.");
    expect(() => one.step(params, { x: tf.scalar(1) }, {})).toThrow("Make it with init(params)");
  });
});
