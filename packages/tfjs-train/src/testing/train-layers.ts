import * as tf from "@tensorflow/tfjs-core";
import { createRng, type Rng } from "repro-kit";
import { normalInit } from "../initializers.ts";
import { leakyRelu, logSoftmax, relu, sigmoid, softplus, tanh } from "../layers/activations.ts";
import { type MultiHeadAttentionParams, multiHeadAttention } from "../layers/attention.ts";
import { type BatchNormParams, batchNorm } from "../layers/batch-norm.ts";
import { conv2d, convTranspose2d } from "../layers/convolution.ts";
import { dense, type LayerParams } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding } from "../layers/embedding.ts";
import { gridSample } from "../layers/grid-sample.ts";
import { groupNorm, layerNorm, type NormParams } from "../layers/group-norm.ts";
import { biasAct } from "../ops/bias-act.ts";
import { setupFilter } from "../ops/setup-filter.ts";
import { upfirdn2d } from "../ops/upfirdn2d.ts";
import { adam } from "../optimizers/adam.ts";
import { disposeParams, lerpParams, type Params } from "../params.ts";
import { clipGradients, valueAndGradsAux } from "../value-and-grads.ts";

type Shapes = Readonly<Record<string, readonly number[]>>;
type Running = Readonly<Record<string, tf.Tensor>>;

/** A layer small enough for ten thousand steps: it is to learn weights that another layer of its kind has drawn. */
export interface LayerTraining {
  readonly name: string;
  readonly input: readonly number[];
  readonly weights: Shapes;
  /** What the layer carries from step to step beside its weights, from zeros. */
  readonly running?: Shapes;
  readonly apply: (x: tf.Tensor, weights: Params, running: Running, rng: Rng) => { y: tf.Tensor; running?: Running };
}

const params = <T>(weights: Params): T => weights as unknown as T; // the names are the layer's, see `weights` of each training
const images = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D; // see `input` of each training
const channels = { weight: [4], bias: [4] };
const INDICES = [0, 3, 1, 2, 3, 0];

/** f after a scale and a shift, since f by itself has nothing to learn. */
const activation = (name: string, f: (x: tf.Tensor) => tf.Tensor): LayerTraining => ({
  name,
  input: [3, 4],
  weights: channels,
  apply: (x, { weight, bias }) => ({ y: f(tf.add(tf.mul(x, weight), bias)) }),
});

/** Every layer that the package has. */
export const layerTrainings: readonly LayerTraining[] = [
  { name: "dense", input: [3, 4], weights: { weight: [4, 5], bias: [5] }, apply: (x, w) => ({ y: dense(x, params(w)) }) },
  {
    name: "conv2d",
    input: [2, 6, 6, 3],
    weights: { weight: [4, 4, 3, 4], bias: [4] },
    apply: (x, w) => ({ y: conv2d(images(x), params<LayerParams>(w), { stride: 2, padding: 1 }) }),
  },
  {
    name: "convTranspose2d",
    input: [2, 3, 3, 3],
    weights: { weight: [4, 4, 4, 3], bias: [4] },
    apply: (x, w) => ({ y: convTranspose2d(images(x), params<LayerParams>(w), { stride: 2, padding: 1 }) }),
  },
  {
    name: "batchNorm",
    input: [2, 3, 3, 4],
    weights: channels,
    running: { running_mean: [4], running_var: [4] },
    apply(x, weights, running) {
      const { y, ...next } = batchNorm(x, params<BatchNormParams>({ ...weights, ...running }), { training: true });
      return { y, running: next as Running }; // both are there in training
    },
  },
  {
    name: "groupNorm",
    input: [2, 3, 3, 4],
    weights: channels,
    apply: (x, w) => ({ y: groupNorm(x, params<NormParams>(w), { groups: 2 }) }),
  },
  { name: "layerNorm", input: [3, 4], weights: channels, apply: (x, w) => ({ y: layerNorm(x, params<NormParams>(w)) }) },
  {
    name: "embedding",
    input: [INDICES.length, 4],
    weights: { weight: [4, 4] },
    apply: (x, w) => ({ y: tf.mul(x, embedding(INDICES, params<LayerParams>(w))) }),
  },
  {
    name: "multiHeadAttention",
    input: [2, 3, 4],
    weights: { in_proj_weight: [4, 12], in_proj_bias: [12], "out_proj.weight": [4, 4], "out_proj.bias": [4] },
    apply: (x, w) => ({ y: multiHeadAttention(x as tf.Tensor3D, params<MultiHeadAttentionParams>(w), { heads: 2 }) }), // see input
  },
  {
    name: "dropout",
    input: [3, 4],
    weights: { weight: [4, 5] },
    apply: (x, w, _, rng) => ({ y: dense(dropout(x, { rate: 0.1, training: true, rng }), params<LayerParams>(w)) }),
  },
  {
    name: "gridSample",
    input: [2, 3, 3, 2],
    weights: { images: [2, 5, 5, 2] },
    apply: (x, w) => ({ y: gridSample(images(w.images), tf.tanh(images(x)), { padding: "reflection" }) }),
  },
  {
    name: "upfirdn2d",
    input: [2, 4, 4, 3],
    weights: { weight: [3] },
    apply: (x, { weight }) => ({
      y: upfirdn2d(images(tf.mul(x, weight)), setupFilter([1, 3, 3, 1]), { up: 2, padding: [2, 1, 2, 1], gain: 4 }),
    }),
  },
  {
    name: "biasAct",
    input: [3, 4],
    weights: { bias: [4] },
    apply: (x, { bias }) => ({ y: biasAct(x, bias as tf.Tensor1D, { activation: "lrelu" }) }), // see weights
  },
  ...Object.entries({ leakyRelu, relu, tanh, sigmoid, softplus, logSoftmax }).map(([name, f]) => activation(name, f)),
  {
    // A gradient penalty: its derivative runs through the second derivatives of what stands in it.
    name: "penalty",
    input: [2, 6, 6, 2],
    weights: { weight: [3, 3, 2, 4], bias: [4] },
    apply: (x, w) => ({
      y: tf.grad((z) => tf.sum(tanh(conv2d(images(z), params<LayerParams>(w), { padding: 1 }))))(x),
    }),
  },
];

export interface LayerTrainingResult {
  /** Numbers of tensors, and of bytes, that there were after a step. */
  readonly numTensors: readonly number[];
  readonly numBytes: readonly number[];
  readonly firstLoss: number;
  readonly lastLoss: number;
}

const draw = (rng: Rng, shapes: Shapes, std: number): Params =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, normalInit(rng.fork(name), [...shape], std)]));

/**
 * Trains one layer by Adam, with clipped gradients and a moving average, as trainers do it, and counts the tensors after each step.
 *
 * @throws Error if the loss is no number.
 */
export function trainLayer(training: LayerTraining, { steps, seed }: { steps: number; seed: number }): LayerTrainingResult {
  const rng = createRng(seed).fork(training.name);
  const { x, target } = tf.tidy(() => {
    const input = normalInit(rng.fork("x"), [...training.input], 1);
    const running = draw(rng, training.running ?? {}, 0);
    return { x: input, target: training.apply(input, draw(rng.fork("teacher"), training.weights, 1), running, rng).y };
  });
  const optimizer = adam({ learningRate: 0.01 });
  let weights = draw(rng.fork("student"), training.weights, 1);
  let state = optimizer.init(weights);
  let average = draw(rng, training.weights, 0);
  let running: Running = draw(rng, training.running ?? {}, 0);
  const [tensors, bytes] = [new Set<number>(), new Set<number>()];
  let [firstLoss, lastLoss] = [Number.NaN, Number.NaN];
  for (let step = 0; step < steps; step++) {
    const old = [weights, state, average, running];
    const next = tf.tidy(() => {
      const { value, grads, aux } = valueAndGradsAux<Running>((given) => {
        const result = training.apply(x, given, running, rng);
        return { loss: tf.mean(tf.squaredDifference(result.y, target)) as tf.Scalar, aux: result.running ?? {} }; // mean of all
      })(weights);
      const updated = optimizer.step(weights, clipGradients(grads, 1).grads, state);
      return { value, ...updated, average: lerpParams(average, updated.params, 0.01), running: aux };
    });
    lastLoss = next.value.dataSync()[0];
    next.value.dispose();
    if (!Number.isFinite(lastLoss)) throw new Error(`bug: the loss of ${training.name} is ${lastLoss} at step ${step}.`);
    if (step === 0) firstLoss = lastLoss;
    disposeParams(...old);
    ({ params: weights, state, average, running } = next);
    const { numTensors, numBytes } = tf.memory();
    tensors.add(numTensors);
    bytes.add(numBytes);
  }
  disposeParams(weights, state, average, running, { x, target });
  return { numTensors: [...tensors], numBytes: [...bytes], firstLoss, lastLoss };
}
