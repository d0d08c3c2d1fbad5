import * as tf from "@tensorflow/tfjs-core";
import { classificationReport, crossEntropy, resnet50, trainHead } from "classifier-eval";
import { createRng } from "repro-kit";
import { adam, type BackendName, dense, disposeParams, type Params, ready, valueAndGradsAux } from "tfjs-train";
import type { BenchCase, BenchSuite } from "../bench-suite.ts";

interface StepWork {
  readonly backend: BackendName;
  readonly size: number;
  readonly batch: number;
  readonly threads: number;
}

const isStatistic = (name: string): boolean => name.includes("running_");
const pick = (params: Params, wanted: (name: string) => boolean): Params =>
  Object.fromEntries(Object.entries(params).filter(([name]) => wanted(name)));

/** Forwards, backwards and Adam on all 23.5 M weights, as a fine-tuning of every stage does. */
function resnetCase({ backend, size, batch, threads }: StepWork): BenchCase {
  const optimizer = adam({ learningRate: 1e-3 });
  let state: { params: Params; statistics: Params; moments: Params; images: tf.Tensor4D } | undefined;
  return {
    name: `ResNet-50 fine-tuning step, batch ${batch}, ${size}×${size}, threads: ${threads}`,
    backend,
    async run() {
      await ready({ backend, threads });
      if (!state) {
        const all = resnet50.init(createRng(0), { channels: 3 });
        const params = {
          ...pick(all, (name) => !isStatistic(name)),
          "head.weight": tf.randomNormal([2048, 2], 0, 0.02, "float32", 1),
          "head.bias": tf.zeros([2]),
        };
        const images = tf.randomUniform<tf.Rank.R4>([batch, size, size, 3], -1, 1, "float32", 2);
        state = { params, statistics: pick(all, isStatistic), moments: optimizer.init(params), images };
      }
      const { params, statistics, moments, images } = state;
      const labels = Array.from({ length: batch }, (_, i) => i % 2);
      const { value, grads, aux } = valueAndGradsAux((given) => {
        const { features, updates } = resnet50.features({ ...given, ...statistics }, images, { training: true });
        const logits = dense(features, { weight: given["head.weight"], bias: given["head.bias"] });
        return { loss: crossEntropy(logits, labels), aux: { ...updates } };
      })(params);
      const next = optimizer.step(params, grads, moments);
      await value.data(); // as a trainer does that watches its loss
      disposeParams(params, statistics, moments, grads, { value });
      state = { params: next.params, statistics: aux, moments: next.state, images };
    },
    peerArguments: { work: "resnet50", size, batch, threads },
    dispose() {
      if (state) disposeParams(state.params, state.statistics, state.moments, { images: state.images });
      state = undefined;
    },
  };
}

/** What is left of a training when the backbone is frozen and its features are cached. */
function headCase(): BenchCase {
  const [count, dimension, classes, epochs] = [800, 1280, 2, 50];
  const data = createRng(1).fillUniform(new Float32Array(count * dimension), 0, 2);
  const labels = Array.from({ length: count }, (_, i) => i % classes);
  return {
    name: `MobileNetV2 head on cached features, ${count} images, ${epochs} epochs`,
    backend: "plain float64",
    async run() {
      const train = { features: { data, count, dimension }, labels };
      for await (const _ of trainHead({ train, numClasses: classes, epochs, rng: createRng(2) })); // until it is trained
    },
    peerArguments: { work: "head", count, dimension, classes, epochs },
  };
}

/** Every score of a report for the set and for each bootstrap sample. */
function metricsCase(): BenchCase {
  const [count, classes, resamples] = [10_000, 8, 1000];
  const rng = createRng(3);
  const labels = Array.from({ length: count }, () => rng.integer(classes));
  const probabilities = new Float64Array(count * classes);
  labels.forEach((label, i) => {
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += probabilities[i * classes + k] = rng.uniform() + (k === label ? 0.5 : 0);
    for (let k = 0; k < classes; k++) probabilities[i * classes + k] /= sum;
  });
  const names = Array.from({ length: classes }, (_, k) => `class ${k}`);
  return {
    name: `all metrics with ${resamples} bootstrap resamples, ${count}×${classes} predictions`,
    backend: "plain float64",
    run() {
      classificationReport({ labels, probabilities, numClasses: classes }, { classes: names, resamples });
    },
    peerArguments: { work: "metrics", count, classes, resamples },
  };
}

export const classifierSuite: BenchSuite = {
  name: "classifier",
  async cases() {
    await ready({ backend: "wasm", threads: 2 }); // to start with more than one, so that cases may use one or two
    const backends: BackendName[] = ["wasm"];
    const hasTensorflow = await ready({ backend: "tensorflow", threads: 2 }).then(
      () => true,
      () => false,
    );
    if (hasTensorflow) backends.push("tensorflow");
    return [
      headCase(),
      metricsCase(),
      ...backends.map((backend) => resnetCase({ backend, size: 64, batch: 16, threads: 2 })),
      ...(hasTensorflow ? [resnetCase({ backend: "tensorflow", size: 224, batch: 16, threads: 2 })] : []),
    ];
  },
  peers: [{ name: "torch and scikit-learn", script: "classifier.py" }],
};
