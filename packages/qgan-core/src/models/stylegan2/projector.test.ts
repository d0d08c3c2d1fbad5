import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { disposeParams, ready, valueAndGrads } from "tfjs-train";
import { expect, test } from "vitest";
import { initParams } from "../parameter-spec.ts";
import { createStyleGan2Network } from "./generator.ts";
import { noiseRegularization, normalizeNoise } from "./noise-regularization.ts";
import { type ProjectionStep, projectImages } from "./projector.ts";
import type { ProjectionOptions } from "./projector-options.ts";
import { styleStatistics } from "./style-statistics.ts";

const network = createStyleGan2Network({
  imageSize: 16,
  channels: 3,
  labelSize: 2,
  channelBase: 128,
  channelMax: 8,
  architecture: "skip",
  latentSize: 8,
  styleSize: 8,
  mappingLayers: 2,
});

async function setUp() {
  await ready({ backend: "wasm" });
  const params = initParams(network.parameters, createRng(1));
  const statistics = [
    await styleStatistics(network, params, { label: 0, count: 500 }),
    await styleStatistics(network, params, { label: 1, count: 500 }),
  ];
  const targets = tf.tidy(() => {
    const latents = tf.tensor2d(createRng(2).fillNormal(new Float32Array(16)), [2, 8]);
    return tf.clipByValue(network.apply(params, latents, { labels: tf.tensor2d([1, 0, 0, 1], [2, 2]) }), -1, 1);
  });
  const options: ProjectionOptions = {
    network,
    params,
    targets,
    features: (images) => images,
    statistics,
    rng: createRng(3),
    numSteps: 30,
    noiseWeight: 10,
  };
  return { params, targets, options, statistics };
}

/** Runs to the end; the last step's facts with its styles. */
async function runAll(options: ProjectionOptions): Promise<{ distances: Float32Array[]; styles: Float32Array }> {
  const distances: Float32Array[] = [];
  let styles = new Float32Array();
  for await (const step of projectImages(options)) {
    distances.push(step.distances);
    if (step.step === (options.numSteps ?? 0)) styles = (await step.styles()) as Float32Array<ArrayBuffer>; // a copy of its own
  }
  return { distances, styles };
}

test("comes closer to images of the network's own, in W and in W+; leaks nothing", async () => {
  const { params, targets, options } = await setUp();
  const before = tf.memory().numTensors;
  for (const space of ["w", "w+"] as const) {
    const { distances, styles } = await runAll({ ...options, space });
    expect(distances).toHaveLength(30);
    for (const i of [0, 1]) expect(distances[29][i]).toBeLessThan(0.5 * distances[0][i]);
    const { numStyles } = network.synthesis;
    expect(styles).toHaveLength(2 * numStyles * 8);
    const isOneStyle = styles.subarray(0, 8).every((value, k) => value === styles[8 + k]);
    expect(isOneStyle).toBe(space === "w");
  }
  expect(tf.memory().numTensors).toBe(before);
  disposeParams(params);
  targets.dispose();
});

test("a target's result depends neither on the others nor on a stop in between", async () => {
  const { params, targets, options, statistics } = await setUp();
  const whole = await runAll(options);
  const first = tf.slice(targets, [0, 0, 0, 0], [1, -1, -1, -1]);
  const alone = await runAll({ ...options, targets: first, statistics: statistics[0] });
  expect(alone.styles).toEqual(whole.styles.subarray(0, alone.styles.length));
  let stopped: ProjectionStep | undefined;
  let state: Awaited<ReturnType<ProjectionStep["state"]>> | undefined;
  for await (const step of projectImages(options)) {
    stopped = step;
    if (step.step === 11) {
      state = await step.state();
      break;
    }
  }
  expect(stopped?.step).toBe(11);
  const rest = await runAll({ ...options, ...(state ? { state } : {}) });
  expect(rest.distances).toEqual(whole.distances.slice(11));
  expect(rest.styles).toEqual(whole.styles);
  first.dispose();
  disposeParams(params);
  targets.dispose();
});

test("a state of another projection is not continued", async () => {
  const { params, targets, options } = await setUp();
  const before = tf.memory().numTensors;
  const first = projectImages(options);
  const { value } = await first.next();
  const state = await value?.state();
  await first.return();
  const resumed = (changed: object) => projectImages({ ...options, state, ...changed } as ProjectionOptions).next();
  await expect(resumed({ space: "w+" })).rejects.toThrow(
    "the state holds value.w of shape [2, 1, 8]; this projection has [2, 6, 8].",
  );
  await expect(resumed({ state: { step: 1, tensors: {} } })).rejects.toThrow("the state holds no value.w;");
  await expect(resumed({ state: { ...state, step: 31 } })).rejects.toThrow("the state is of step 31; numSteps is 30.");
  expect(tf.memory().numTensors).toBe(before);
  disposeParams(params);
  targets.dispose();
});

test("refuses what cannot be projected", async () => {
  const { params, targets, options } = await setUp();
  const run = (changed: object) => projectImages({ ...options, ...changed }).next();
  await expect(run({ targets: tf.zeros([1, 8, 8, 3]) })).rejects.toThrow("targets must be [count, 16, 16, 3]");
  await expect(run({ space: "z" })).rejects.toThrow('space must be "w" or "w+"');
  await expect(run({ numSteps: 0 })).rejects.toThrow("numSteps must be an integer");
  await expect(run({ noiseRamp: 0 })).rejects.toThrow("noiseRamp must lie in (0, 1]");
  await expect(run({ rng: undefined })).rejects.toThrow("give either rng or draws");
  await expect(run({ stepz: 1 })).rejects.toThrow('"stepz"');
  await expect(styleStatistics(network, params)).rejects.toThrow("this network is conditional: choose a class, from 0 to 1.");
  await expect(styleStatistics(network, params, { label: 2 })).rejects.toThrow("class 2 is not among the network's 2");
  disposeParams(params);
  targets.dispose();
});

test("the gradient of the noise regularisation is that of finite differences; white maps have mean 0 and mean square 1", async () => {
  await ready({ backend: "cpu" });
  const values = createRng(4).fillNormal(new Float32Array(2 * 16 * 16));
  const loss = (data: Float32Array): number => {
    // Float64: the sum of both maps' terms, written out.
    let total = 0;
    for (let map = 0; map < 2; map++) {
      let size = 16;
      let noise = Float64Array.from(data.subarray(map * 256, (map + 1) * 256));
      for (;;) {
        let [down, right] = [0, 0];
        for (let y = 0; y < size; y++)
          for (let x = 0; x < size; x++) {
            const value = noise[y * size + x];
            down += (value * noise[((y + size - 1) % size) * size + x]) / size ** 2;
            right += (value * noise[y * size + ((x + size - 1) % size)]) / size ** 2;
          }
        total += down ** 2 + right ** 2;
        if (size <= 8) break;
        const half = size / 2;
        const at = (y: number, x: number): number => noise[y * size + x];
        noise = Float64Array.from({ length: half * half }, (_, i) => {
          const [y, x] = [2 * Math.floor(i / half), 2 * (i % half)];
          return (at(y, x) + at(y, x + 1) + at(y + 1, x) + at(y + 1, x + 1)) / 4;
        });
        size = half;
      }
    }
    return total;
  };
  const { value, grads } = valueAndGrads(({ noise }) => tf.sum(noiseRegularization(noise as tf.Tensor3D)) as tf.Scalar)({
    noise: tf.tensor3d(values, [2, 16, 16]),
  });
  expect(value.dataSync()[0]).toBeCloseTo(loss(values), 6);
  const gradient = grads.noise.dataSync();
  for (const i of [0, 17, 255, 256, 511]) {
    const moved = (by: number) => Float32Array.from(values, (one, k) => (k === i ? one + by : one));
    expect(gradient[i]).toBeCloseTo((loss(moved(0.25)) - loss(moved(-0.25))) / 0.5, 4);
  }
  const white = tf.tidy(() => {
    const maps = normalizeNoise(tf.add(tf.mul(tf.tensor3d(values, [2, 16, 16]), 3), 1) as tf.Tensor3D);
    return [...tf.mean(maps, [1, 2]).dataSync(), ...tf.mean(tf.square(maps), [1, 2]).dataSync()];
  });
  for (const [i, one] of [0, 0, 1, 1].entries()) expect(white[i]).toBeCloseTo(one, 5);
});
