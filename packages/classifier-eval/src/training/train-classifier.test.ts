import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import { disposeParams, ready, sgd, warmUp } from "tfjs-train";
import { beforeAll, expect, test } from "vitest";
import type { Backbone } from "../backbones/backbone.ts";
import { compactCnn } from "../backbones/compact-cnn.ts";
import type { ClassifierAugmentation } from "./batch-augmentation.ts";
import type { TrainClassifierOptions } from "./options.ts";
import { drawToyImages } from "./toy-images.ts";
import { type ClassifierStep, type ClassifierTraining, trainClassifier } from "./train-classifier.ts";
import { packCheckpoint, unpackCheckpoint } from "./training-checkpoint.ts";

beforeAll(async () => {
  await ready({ backend: "wasm" });
});

const options: TrainClassifierOptions = {
  train: drawToyImages(48, { seed: 1, noise: 20 }),
  validation: drawToyImages(32, { seed: 2, noise: 20 }),
  classes: ["left", "right"],
  backbone: compactCnn({ widths: [4, 8] }),
  batchSize: 8,
  epochs: 4,
  learningRate: 0.01,
  rng: createRng(5),
};
const collect = async (training: ClassifierTraining) => {
  const steps: ClassifierStep[] = [];
  for await (const step of training) steps.push(step);
  return steps;
};

test("learns what sets the classes apart, reports every step, keeps the best weights, leaks nothing", async () => {
  const before = tf.memory().numTensors;
  const training = trainClassifier(options);
  const steps = await collect(training);
  expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
  const validated = steps.filter(({ validation }) => validation);
  expect(validated.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
  const losses = validated.map(({ validation }) => validation?.loss ?? Number.NaN);
  expect(validated.findLast(({ isBest }) => isBest)?.validation?.loss).toBe(Math.min(...losses));
  expect(Math.max(...validated.map(({ validation }) => validation?.accuracy ?? 0))).toBeGreaterThan(0.95);
  const classifier = training.classifier();
  training.dispose();
  expect(await classifier.predict(drawToyImages(1).images)).toHaveLength(2);
  classifier.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("the head alone is trained where all stages are frozen: the backbone keeps its bytes and statistics", async () => {
  const before = tf.memory().numTensors;
  const backbone = compactCnn({ widths: [4, 8] });
  const weights = backbone.init(createRng(9), { channels: 1 });
  const training = trainClassifier({
    ...options,
    learningRate: undefined,
    backbone,
    weights,
    frozenStages: "all",
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
    labelSmoothing: 0.1,
    focalGamma: 1,
    epochs: 2,
  });
  const losses = (await collect(training)).map(({ loss }) => loss);
  expect(losses[losses.length - 1]).toBeLessThan(losses[0]);
  const classifier = training.classifier();
  for (const [name, tensor] of Object.entries(weights))
    expect(classifier.params[`backbone.${name}`].dataSync()).toEqual(tensor.dataSync());
  classifier.dispose();
  training.dispose();
  disposeParams(weights);
  expect(tf.memory().numTensors).toBe(before);
});

test("one frozen stage: the next ones learn", async () => {
  const backbone = compactCnn({ widths: [4, 8] });
  const weights = backbone.init(createRng(9), { channels: 1 });
  const training = trainClassifier({ ...options, backbone, weights, frozenStages: 1, epochs: 1 });
  await collect(training);
  const { params } = training.classifier();
  const isSame = (name: string) => tf.all(tf.equal(params[`backbone.${name}`], weights[name])).dataSync()[0] === 1;
  expect(isSame("blocks.0.conv.weight") && isSame("blocks.0.bn.running_mean")).toBe(true);
  expect(isSame("blocks.1.conv.weight") || isSame("blocks.1.bn.running_mean")).toBe(false);
});

test("the same seed gives the same numbers, another seed others; augmentation has its own stream", async () => {
  const run = async (change: Partial<TrainClassifierOptions>) => {
    const training = trainClassifier({ ...options, epochs: 1, ...change });
    const losses = (await collect(training)).map(({ loss }) => loss);
    training.dispose();
    return losses;
  };
  const plain = await run({});
  expect(await run({ rng: createRng(5) })).toEqual(plain);
  expect(await run({ rng: createRng(6) })).not.toEqual(plain);
  const seeds: number[] = [];
  const augmented = await run({
    augment: (images, rng) => {
      seeds.push(rng.seed());
      return tf.reverse(images, 2);
    },
  });
  expect(new Set(seeds).size).toBe(6);
  expect(augmented).not.toEqual(plain);
});

test("stops early when validation does not improve, and the tensor count is flat", async () => {
  const counts: number[] = [];
  const training = trainClassifier({
    ...options,
    validation: drawToyImages(16, { seed: 3, noise: 500 }),
    epochs: 60,
    patience: 2,
  });
  for await (const { epoch, validation } of training) if (validation && epoch > 1) counts.push(tf.memory().numTensors);
  training.dispose();
  expect(counts.length).toBeLessThan(59);
  expect(new Set(counts).size).toBe(1);
});

/** Half of each image and of its target is its neighbour's. */
const blend: ClassifierAugmentation = (images, rng, targets) => {
  const share = rng.uniform();
  const others = tf.reverse(images, 0);
  const turned = Float32Array.from(targets, (_, i) => targets[targets.length - 2 - (i - (i % 2)) + (i % 2)]);
  return {
    images: tf.add(tf.mul(images, share), tf.mul(others, 1 - share)),
    targets: targets.map((value, i) => share * value + (1 - share) * turned[i]),
  };
};

test.each([3, 12, 17])("stopped after step %i, packed, unpacked and resumed: the same bytes", async (stop) => {
  const before = tf.memory().numTensors;
  const change = { epochs: 3, weightDecay: 0.01, learningRate: warmUp(0.01, { steps: 5 }), augment: blend };
  const whole = trainClassifier({ ...options, ...change });
  const losses = (await collect(whole)).map(({ loss }) => loss);
  const first = trainClassifier({ ...options, ...change });
  let files: Record<string, Uint8Array> = {};
  for await (const { step } of first)
    if (step === stop) {
      files = await packCheckpoint(await first.checkpoint());
      break;
    }
  first.dispose();
  await expect(first.checkpoint()).rejects.toThrow("inside the loop over them");
  const resume = await unpackCheckpoint(async (name) => files[name]);
  const second = trainClassifier({ ...options, ...change, resume });
  expect((await collect(second)).map(({ loss }) => loss)).toEqual(losses.slice(stop));
  const [a, b] = [whole.classifier(), second.classifier()];
  for (const [name, tensor] of Object.entries(a.params)) expect(b.params[name].dataSync(), name).toEqual(tensor.dataSync());
  for (const spent of [a, b, whole, second]) spent.dispose();
  expect(tf.memory().numTensors).toBe(before);
  const foreign = trainClassifier({ ...options, ...change, rng: createRng(8), resume });
  await expect(collect(foreign)).rejects.toThrow("the checkpoint is of another training");
  await expect(
    unpackCheckpoint(async (name) => (name === "best.safetensors" ? files[name].slice(1) : files[name])),
  ).rejects.toThrow("best.safetensors is not what was written");
  await expect(unpackCheckpoint(async (name) => (name === "manifest.json" ? files[name] : undefined))).rejects.toThrow(
    "is missing",
  );
  expect(tf.memory().numTensors).toBe(before);
});

test("accumulated gradients: two batches of 8 with equal weights move as one of 16 without batch norm's part", async () => {
  const linear: Backbone = {
    ...compactCnn({ widths: [4] }),
    name: "pixels",
    numFeatures: 64,
    stages: ["scale"],
    init: () => ({ "scale.weight": tf.ones([64]) }),
    features: (params, images) => ({ features: tf.mul(tf.reshape(images, [-1, 64]), params["scale.weight"]), updates: {} }),
  };
  const run = async (change: Partial<TrainClassifierOptions>) => {
    const training = trainClassifier({ ...options, backbone: linear, epochs: 1, ...change });
    const steps = await collect(training);
    const classifier = training.classifier();
    training.dispose();
    return { steps, weights: classifier.params["head.weight"].dataSync() };
  };
  const [small, large] = [await run({ batchSize: 8, accumulate: 2 }), await run({ batchSize: 16 })];
  expect(small.steps).toHaveLength(3);
  small.weights.forEach((value, i) => {
    expect(value).toBeCloseTo(large.weights[i], 5);
  });
  expect(small.steps[0].loss).toBeCloseTo(large.steps[0].loss, 6);
});

test("an abort ends it after the step; leaving the loop frees the tensors", async () => {
  const before = tf.memory().numTensors;
  const abort = new AbortController();
  const training = trainClassifier({ ...options, signal: abort.signal });
  let last = 0;
  for await (const { step } of training) {
    last = step;
    if (step === 3) abort.abort();
  }
  expect(last).toBe(3);
  expect(() => training.classifier()).toThrow("no classifier before the first epoch is over");
  expect(() => training[Symbol.asyncIterator]()).toThrow("can be iterated once");
  const left = trainClassifier(options);
  for await (const { step } of left) if (step === 8) break;
  left.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("a loss that is no number names the step and leaks nothing", async () => {
  const before = tf.memory().numTensors;
  let calls = 0;
  const training = trainClassifier({
    ...options,
    augment: (images) => (++calls === 4 ? tf.mul<tf.Tensor4D>(images, Number.NaN) : tf.clone(images)),
  });
  await expect(collect(training)).rejects.toThrow(
    "[trainClassifier] the loss is NaN at step 4 (epoch 1). Lower the learning rate",
  );
  training.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("without validation the last weights are kept, colour images too", async () => {
  const training = trainClassifier({
    ...options,
    train: drawToyImages(16, { channels: 3 }),
    validation: undefined,
    epochs: 2,
    classWeights: "balanced",
  });
  expect((await collect(training)).filter(({ isBest }) => isBest).map(({ epoch }) => epoch)).toEqual([1, 2]);
  training.dispose();
});
