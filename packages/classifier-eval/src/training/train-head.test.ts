import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { adamW, disposeParams, ready, valueAndGrads } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import { crossEntropy } from "./cross-entropy.ts";
import { headStep } from "./head-step.ts";
import { type HeadEpoch, predictHead, type TrainHeadOptions, trainHead } from "./train-head.ts";

beforeAll(async () => {
  await ready({ backend: "cpu" });
});

/** Rows around one centre a class. */
function drawFeatures(count: number, seed: number, dimension = 6, numClasses = 3) {
  const data = createRng(seed).fillNormal(new Float32Array(count * dimension));
  const labels = Array.from({ length: count }, (_, i) => i % numClasses);
  labels.forEach((label, i) => {
    data[i * dimension + label] += 3;
  });
  return { features: { data, count, dimension }, labels };
}
const options: TrainHeadOptions = {
  train: drawFeatures(90, 1),
  validation: drawFeatures(60, 2),
  numClasses: 3,
  rng: createRng(0),
  epochs: 30,
  learningRate: 0.02,
};
const collect = async (change: Partial<TrainHeadOptions> = {}) => {
  const training = trainHead({ ...options, ...change });
  const epochs: HeadEpoch[] = [];
  for await (const epoch of training) epochs.push(epoch);
  return { epochs, head: training.head() };
};

test("learns, keeps the weights with the lowest validation loss, and is seeded", async () => {
  const { epochs, head } = await collect();
  const losses = epochs.map(({ validationLoss }) => validationLoss ?? Number.NaN);
  expect(epochs.findLast(({ isBest }) => isBest)?.validationLoss).toBe(Math.min(...losses));
  const { probabilities, labels } = predictHead(head, drawFeatures(60, 3), 3);
  const right = Array.from(labels).filter((label, i) =>
    [0, 1, 2].every((k) => probabilities[3 * i + k] <= probabilities[3 * i + label]),
  );
  expect(right.length).toBeGreaterThan(50);
  expect((await collect({ rng: createRng(0) })).head).toEqual(head);
  expect((await collect({ rng: createRng(1) })).head).not.toEqual(head);
  expect((await collect({ epochs: 200, patience: 2, learningRate: 0.5 })).epochs.length).toBeLessThan(200);
});

test("a step is AdamW's on the tensors' cross-entropy, weights and smoothing too", () => {
  const [dimension, numClasses, rows] = [6, 3, [4, 0, 7, 8, 2]];
  const { features, labels } = drawFeatures(9, 5);
  const init = createRng(3).fillNormal(new Float64Array(numClasses * (dimension + 1)));
  const state = { weights: init.slice(), means: init.map(() => 0), squares: init.map(() => 0), gradient: init.map(() => 0) };
  const settings = { weights: [1, 2, 0.5], labelSmoothing: 0.1, weightDecay: 0.1, rate: 0.05 };
  const optimizer = adamW({ learningRate: 0.05, weightDecay: 0.1 });
  let params: Record<string, tf.Tensor> = {
    w: tf.tensor2d(Array.from({ length: dimension }, (_, d) => Array.from({ length: numClasses }, (_, k) => init[k * 7 + d]))),
    b: tf.tensor1d(Array.from({ length: numClasses }, (_, k) => init[k * 7 + 6])),
  };
  let moments = optimizer.init(params);
  const x = tf.tensor2d(rows.map((row) => [...features.data.subarray(row * dimension, (row + 1) * dimension)]));
  for (let step = 0; step < 3; step++) {
    const { value, grads } = valueAndGrads((p) =>
      crossEntropy(
        tf.add(tf.matMul(x, p.w as tf.Tensor2D), p.b) as tf.Tensor2D,
        rows.map((row) => labels[row]),
        { classWeights: settings.weights, labelSmoothing: 0.1 },
      ),
    )(params);
    const batch = { ...settings, data: Float64Array.from(features.data), dimension, labels, rows, numClasses, step };
    expect(headStep(state, batch)).toBeCloseTo(value.dataSync()[0], 5);
    const next = optimizer.step(params, grads, moments);
    disposeParams(params, moments, grads, { value });
    [params, moments] = [next.params, next.state];
  }
  const w = params.w.dataSync();
  for (let k = 0; k < numClasses; k++)
    for (let d = 0; d < dimension; d++) expect(state.weights[k * 7 + d]).toBeCloseTo(w[d * numClasses + k], 4);
});

test("mistakes are named", () => {
  const run = (change: object) => () => trainHead({ ...options, ...change });
  expect(run({ train: { ...options.train, labels: [0] } })).toThrow("needs a label for each of 90 rows, at least one; got 1.");
  expect(run({ validation: drawFeatures(9, 1, 7) })).toThrow("all features must be of one dimension; got 6 and 7.");
  expect(run({ numClasses: 2 })).toThrow("must be a class from 0 to 1; got 2.");
  expect(run({ epochs: 0 })).toThrow("epochs must be an integer ≥ 1; got 0.");
  expect(run({ classWeights: [1] })).toThrow('classWeights must be "balanced" or 3 numbers above 0; got [1].');
  expect(() => trainHead(options).head()).toThrow("no head before the first epoch is over");
});
