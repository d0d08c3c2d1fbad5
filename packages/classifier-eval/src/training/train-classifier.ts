import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
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
import { createBatchOrder } from "../data/batch-order.ts";
import { imageTensor } from "../data/image-tensor.ts";
import { accuracy, balancedAccuracy } from "../metrics/accuracy.ts";
import { confusionMatrix } from "../metrics/confusion-matrix.ts";
import { logLoss } from "../metrics/log-loss.ts";
import { predictedClasses } from "../metrics/predictions.ts";
import { type Classifier, classifierLogits, createClassifier } from "./classifier.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { type ResolvedOptions, resolveOptions, type TrainClassifierOptions } from "./options.ts";
import { predictAll } from "./predict-all.ts";

export interface ValidationScores {
  readonly loss: number;
  readonly accuracy: number;
  readonly balancedAccuracy: number;
}

/** What one step reports. */
export interface ClassifierStep {
  /** From 1. */
  readonly step: number;
  readonly epoch: number;
  /** Steps that the training takes at most. */
  readonly totalSteps: number;
  /** Of the batch, before the step. */
  readonly loss: number;
  readonly accuracy: number;
  /** At the end of an epoch, where validation images were given. */
  readonly validation?: ValidationScores;
  /** The weights after this step are the best so far by validation loss (without validation: the latest). */
  readonly isBest: boolean;
}

/** A training under way. Iterate it once, then take the classifier, then dispose. */
export interface ClassifierTraining extends AsyncIterable<ClassifierStep> {
  /** The best weights so far, as a classifier of its own. @throws UsageError before the first epoch is over. */
  classifier(): Classifier;
  dispose(): void;
}

interface TrainingState {
  /** What the optimiser moves. */
  params: Params;
  /** Running statistics, and the parameters of frozen stages. */
  statistics: Params;
  optimizerState: Params;
}

/**
 * Trains a classifier, by default with Adam and cross-entropy; the weights with the lowest validation loss are kept, and training stops
 * when it has not fallen for `patience` epochs. The same `rng` gives the same weights on one backend.
 *
 * @throws UsageError for options or data that do not fit. The iterator throws an Error that names the step if the loss is not finite.
 */
export function trainClassifier(options: TrainClassifierOptions): ClassifierTraining {
  const resolved = resolveOptions(options);
  const { backbone, classes, train } = resolved;
  let best: Params | undefined;
  let isStarted = false;
  const keep = (params: Params) => {
    disposeParams(best);
    best = cloneParams(params);
  };
  return {
    [Symbol.asyncIterator]() {
      expect(!isStarted, "trainClassifier", "a training can be iterated once. Call trainClassifier again for another.");
      isStarted = true;
      return runTraining(resolved, keep);
    },
    classifier() {
      expect(best, "trainClassifier", "there is no classifier before the first epoch is over.");
      return createClassifier({ backbone, params: cloneParams(best), classes, imageShape: train.imageShape });
    },
    dispose() {
      disposeParams(best);
      best = undefined;
    },
  };
}

async function* runTraining(options: ResolvedOptions, keep: (params: Params) => void): AsyncGenerator<ClassifierStep> {
  const { train, validation, batchSize, stepsPerEpoch, epochs, patience, rng, signal, optimizer } = options;
  const batchOf = createBatchOrder({ count: train.count, batchSize, rng: rng.fork("order") });
  const state = initialState(options, optimizer.init);
  let lowestLoss = Number.POSITIVE_INFINITY;
  let bestEpoch = 0;
  try {
    for (let step = 0; step < epochs * stepsPerEpoch && !signal?.aborted; step++) {
      await nextTask();
      const epoch = Math.floor(step / stepsPerEpoch) + 1;
      const indices = batchOf(step);
      const labels = Int32Array.from(indices, (i) => train.labels[i]);
      const result = await takeStep(state, { ...options, images: await train.images(indices), labels, step });
      const isEpochEnd = (step + 1) % stepsPerEpoch === 0;
      const scores = isEpochEnd && validation ? await validate(state, options) : undefined;
      const isBest = isEpochEnd && (!scores || scores.loss < lowestLoss);
      if (isBest) {
        keep({ ...state.params, ...state.statistics });
        [lowestLoss, bestEpoch] = [scores?.loss ?? lowestLoss, epoch];
      }
      yield {
        step: step + 1,
        epoch,
        totalSteps: epochs * stepsPerEpoch,
        ...result,
        ...(scores && { validation: scores }),
        isBest,
      };
      if (isEpochEnd && epoch - bestEpoch >= patience) return;
    }
  } finally {
    disposeParams(state.params, state.statistics, state.optimizerState);
  }
}

/** Lets timers, signals and input be served: on wasm and cpu a step alone never gives way. */
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function initialState(
  { backbone, train, classes, rng, weights, frozenStages }: ResolvedOptions,
  initOptimizer: (params: Params) => Params,
): TrainingState {
  const body = backbone.init(rng.fork("backbone"), { channels: train.imageShape[2] });
  if (weights) {
    checkStateDict(body, weights, {
      scope: "trainClassifier: weights",
      advice: `Load them with loadBackbone(${backbone.name}, …).`,
    });
    disposeParams(body);
  }
  const head = rng.fork("head");
  const all: Params = {
    ...prefixParams(weights ? cloneParams(weights) : body, "backbone"),
    "head.weight": kaimingUniform(head, [backbone.numFeatures, classes.length], backbone.numFeatures),
    "head.bias": tf.zeros([classes.length]),
  };
  const isMoved = (name: string) =>
    name.startsWith("head.") || (!isStatistic(name) && !isInStages(backbone, frozenStages, name.slice("backbone.".length)));
  const pick = (moved: boolean): Params => Object.fromEntries(Object.entries(all).filter(([name]) => isMoved(name) === moved));
  const params = pick(true);
  return { params, statistics: pick(false), optimizerState: initOptimizer(params) };
}

interface StepInput extends ResolvedOptions {
  readonly images: Uint8Array;
  readonly labels: Int32Array;
  readonly step: number;
}

/** One step of the optimiser: replaces the tensors in `state`. */
async function takeStep(state: TrainingState, input: StepInput): Promise<{ loss: number; accuracy: number }> {
  const { backbone, train, augment, rng, labels, loss: lossOptions, classes, optimizer, step, frozenStages } = input;
  const { value, grads, aux } = tf.tidy(() => {
    const plain = imageTensor(input.images, train.imageShape);
    const images = augment ? augment(plain, rng.fork("augment", step)) : plain;
    return valueAndGradsAux((params) => {
      const { logits, updates } = classifierLogits(backbone, { ...params, ...state.statistics }, images, {
        training: true,
        isFrozen: (name) => isInStages(backbone, frozenStages, name),
      });
      return { loss: crossEntropy(logits, labels, lossOptions), aux: { logits, ...updates } as Record<string, tf.Tensor> };
    })(state.params);
  });
  const [[loss], logits] = [await value.data(), await aux.logits.data()];
  if (!Number.isFinite(loss)) {
    disposeParams(grads, aux, { value });
    throw new Error(
      `[trainClassifier] the loss is ${loss} at step ${step + 1} (epoch ${Math.floor(step / input.stepsPerEpoch) + 1}). Lower the learning rate, or look for broken images.`,
    );
  }
  const next = optimizer.step(state.params, grads, state.optimizerState);
  const { logits: spent, ...updates } = aux;
  const replaced = Object.fromEntries(Object.keys(updates).map((name) => [name, state.statistics[name]]));
  disposeParams(state.params, state.optimizerState, grads, replaced, { value, spent });
  Object.assign(state, { params: next.params, optimizerState: next.state, statistics: { ...state.statistics, ...updates } });
  const numClasses = classes.length;
  return {
    loss,
    accuracy: accuracy(confusionMatrix(labels, predictedClasses({ probabilities: logits, numClasses }), { numClasses })),
  };
}

async function validate(
  state: TrainingState,
  { backbone, classes, train, validation, batchSize }: ResolvedOptions,
): Promise<ValidationScores> {
  if (!validation) throw new Error("bug: validate without validation images.");
  const params = { ...state.params, ...state.statistics };
  const [predictions] = await predictAll(
    [createClassifier({ backbone, params, classes, imageShape: train.imageShape })],
    validation,
    batchSize,
  );
  const numClasses = classes.length;
  const confusion = confusionMatrix(validation.labels, predictedClasses(predictions), { numClasses });
  return { loss: logLoss(predictions), accuracy: accuracy(confusion), balancedAccuracy: balancedAccuracy(confusion) };
}
