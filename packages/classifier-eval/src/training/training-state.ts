import * as tf from "@tensorflow/tfjs-core";
import {
  checkStateDict,
  cloneParams,
  disposeParams,
  kaimingUniform,
  type Params,
  prefixParams,
  valueAndGradsAux,
} from "tfjs-train";
import { isInStages, isStatistic } from "../backbones/backbone.ts";
import { imageTensor } from "../data/image-tensor.ts";
import { accuracy } from "../metrics/accuracy.ts";
import { confusionMatrix } from "../metrics/confusion-matrix.ts";
import { predictedClasses } from "../metrics/predictions.ts";
import { withTargets } from "./batch-augmentation.ts";
import { classifierLogits } from "./classifier.ts";
import { crossEntropy, oneHot } from "./cross-entropy.ts";
import { DivergenceError } from "./divergence-error.ts";
import type { ResolvedOptions } from "./options.ts";

/** The tensors of a training; every step replaces them. */
export interface TrainingState {
  /** What the optimiser moves. */
  params: Params;
  /** Running statistics, and the parameters of frozen stages. */
  statistics: Params;
  optimizerState: Params;
}

export function disposeState({ params, statistics, optimizerState }: TrainingState): void {
  disposeParams(params, statistics, optimizerState);
}

export function initialState({
  backbone,
  train,
  classes,
  rng,
  weights,
  head,
  frozenStages,
  optimizer,
}: ResolvedOptions): TrainingState {
  const body = backbone.init(rng.fork("backbone"), { channels: train.imageShape[2] });
  if (weights) {
    try {
      checkStateDict(body, weights, {
        scope: "trainClassifier: weights",
        advice: `Load them with loadBackbone(${backbone.name}, …).`,
      });
    } finally {
      disposeParams(body);
    }
  }
  const stream = rng.fork("head");
  const shape: [number, number] = [backbone.numFeatures, classes.length];
  const all: Params = {
    ...prefixParams(weights ? cloneParams(weights) : body, "backbone"),
    "head.weight": head ? tf.tensor2d(head.weight, shape) : kaimingUniform(stream, shape, backbone.numFeatures),
    "head.bias": head ? tf.tensor1d(head.bias) : tf.zeros([classes.length]),
  };
  const isMoved = (name: string) =>
    name.startsWith("head.") || (!isStatistic(name) && !isInStages(backbone, frozenStages, name.slice("backbone.".length)));
  const pick = (moved: boolean): Params => Object.fromEntries(Object.entries(all).filter(([name]) => isMoved(name) === moved));
  const params = pick(true);
  return { params, statistics: pick(false), optimizerState: optimizer.init(params) };
}

/** Batches of one step of the optimiser: more than one where gradients are accumulated. */
export interface StepBatch {
  readonly images: Uint8Array;
  readonly labels: Int32Array;
}

/** One step of the optimiser on the mean gradient of its batches: replaces the tensors in `state`. */
export async function takeStep(
  state: TrainingState,
  options: ResolvedOptions,
  { step, batches }: { readonly step: number; readonly batches: AsyncIterable<StepBatch> },
): Promise<{ loss: number; accuracy: number }> {
  const { optimizer, accumulate, stepsPerEpoch } = options;
  let sum: Params | undefined;
  const totals = { loss: 0, accuracy: 0 };
  let index = 0;
  try {
    for await (const batch of batches) {
      const { grads, ...result } = await runBatch(state, options, batch, step * accumulate + index++);
      sum = addGradients(sum, grads);
      totals.loss += result.loss / accumulate;
      totals.accuracy += result.accuracy / accumulate;
      if (Number.isFinite(result.loss)) continue;
      throw new DivergenceError(
        `[trainClassifier] the loss is ${result.loss} at step ${step + 1} (epoch ${Math.floor(step / stepsPerEpoch) + 1}). Lower the learning rate, or look for broken images.`,
      );
    }
    if (!sum) throw new Error("bug: a step without a batch.");
    const mean = accumulate === 1 ? sum : scaleGradients(sum, 1 / accumulate);
    sum = mean;
    const next = optimizer.step(state.params, mean, state.optimizerState);
    disposeParams(state.params, state.optimizerState);
    Object.assign(state, { params: next.params, optimizerState: next.state });
    return totals;
  } finally {
    disposeParams(sum);
  }
}

/** Loss and gradient of one batch; the running statistics in `state` are moved on. */
async function runBatch(
  state: TrainingState,
  { backbone, train, augment, rng, loss: lossOptions, classes, frozenStages }: ResolvedOptions,
  { images: bytes, labels }: StepBatch,
  index: number,
): Promise<{ grads: Params; loss: number; accuracy: number }> {
  const numClasses = classes.length;
  // Nothing is left out where all stages are frozen: the head is given what they say of an image.
  const random = frozenStages < backbone.stages.length ? { rng: rng.fork("left out", index) } : {};
  const { value, grads, aux } = tf.tidy(() => {
    const plain = imageTensor(bytes, train.imageShape);
    const hard = oneHot(labels, numClasses);
    const { images, targets } = withTargets(augment ? augment(plain, rng.fork("augment", index), hard) : plain, plain, hard);
    return valueAndGradsAux((params) => {
      const { logits, updates } = classifierLogits(backbone, { ...params, ...state.statistics }, images, {
        training: true,
        ...random,
        isFrozen: (name) => isInStages(backbone, frozenStages, name),
      });
      return { loss: crossEntropy(logits, targets, lossOptions), aux: { logits, ...updates } as Record<string, tf.Tensor> };
    })(state.params);
  });
  const [[loss], logits] = [await value.data(), await aux.logits.data()];
  const { logits: spent, ...updates } = aux;
  const replaced = Object.fromEntries(Object.keys(updates).map((name) => [name, state.statistics[name]]));
  disposeParams(replaced, { value, spent });
  state.statistics = { ...state.statistics, ...updates };
  const said = predictedClasses({ probabilities: logits, numClasses });
  return { grads, loss, accuracy: accuracy(confusionMatrix(labels, said, { numClasses })) };
}

function addGradients(sum: Params | undefined, grads: Params): Params {
  if (!sum) return grads;
  const total = Object.fromEntries(Object.entries(grads).map(([name, grad]) => [name, tf.add(sum[name], grad)]));
  disposeParams(sum, grads);
  return total;
}

function scaleGradients(sum: Params, factor: number): Params {
  const scaled = Object.fromEntries(Object.entries(sum).map(([name, grad]) => [name, tf.mul(grad, factor)]));
  disposeParams(sum);
  return scaled;
}
