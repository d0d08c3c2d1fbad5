import { checkOptions, expect, type Rng } from "repro-kit";
import type { Schedule } from "tfjs-train";
import { createBatchOrder } from "../data/batch-order.ts";
import type { FeatureTable } from "../features/extract-features.ts";
import { logLoss } from "../metrics/log-loss.ts";
import type { Predictions } from "../metrics/predictions.ts";
import { softmaxRows } from "./classifier.ts";
import { balancedWeights } from "./cross-entropy.ts";
import { DivergenceError } from "./divergence-error.ts";
import { headStep } from "./head-step.ts";

/** Features with the classes of their images. */
export interface LabelledFeatures {
  readonly features: FeatureTable;
  readonly labels: ArrayLike<number>;
}

/** One dense layer: logits = x·weight + bias. */
export interface DenseHead {
  /** [dimension, numClasses] row-major. */
  readonly weight: Float32Array;
  /** [numClasses] */
  readonly bias: Float32Array;
}

export interface TrainHeadOptions {
  readonly train: LabelledFeatures;
  /** Chooses the weights that are kept and when to stop. */
  readonly validation?: LabelledFeatures;
  readonly numClasses: number;
  readonly rng: Rng;
  /** @defaultValue 50 */
  readonly epochs?: number;
  /** @defaultValue 32 */
  readonly batchSize?: number;
  /** Of AdamW; a schedule counts steps from 0. @defaultValue 0.001 */
  readonly learningRate?: number | Schedule;
  /** Decoupled, as AdamW's. @defaultValue 0.01 */
  readonly weightDecay?: number;
  /** "balanced": every class counts the same; or one weight a class. Default: every image counts the same. */
  readonly classWeights?: "balanced" | readonly number[];
  /** Share of each target that is spread over all classes, in [0, 1). @defaultValue 0 */
  readonly labelSmoothing?: number;
  /** Epochs without a better validation loss after which it stops. @defaultValue epochs */
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

export interface HeadEpoch {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the epoch's batches. */
  readonly loss: number;
  readonly validationLoss?: number;
  readonly isBest: boolean;
}

export interface HeadTraining extends AsyncIterable<HeadEpoch> {
  /** The best weights so far. @throws UsageError before the first epoch is over. */
  head(): DenseHead;
}

/**
 * Trains a dense layer on features that were computed once, with AdamW and cross-entropy: what fine-tuning with every stage frozen does,
 * without running the network again. Plain float64 arithmetic, so the bytes are the same on every backend.
 *
 * O(epochs · count · dimension · classes): 50 epochs over 800 images of 1280 features take a few tenths of a second.
 */
export function trainHead(options: TrainHeadOptions): HeadTraining {
  const {
    train,
    validation,
    numClasses,
    rng,
    epochs,
    batchSize,
    learningRate,
    weightDecay,
    labelSmoothing,
    patience,
    weights,
    signal,
  } = check(options);
  const { count, dimension } = train.features;
  let best: DenseHead | undefined;

  async function* run(): AsyncGenerator<HeadEpoch> {
    const stepsPerEpoch = Math.ceil(count / batchSize);
    const batchOf = createBatchOrder({ count, batchSize, rng: rng.fork("order") });
    const data = Float64Array.from(train.features.data); // converted once, not at every use
    const state = initialHead(dimension, numClasses, rng.fork("head"));
    let lowest = Number.POSITIVE_INFINITY;
    let bestEpoch = 0;
    for (let epoch = 1; epoch <= epochs && !signal?.aborted; epoch++) {
      let loss = 0;
      for (let k = 0; k < stepsPerEpoch; k++) {
        const step = (epoch - 1) * stepsPerEpoch + k;
        const rate = typeof learningRate === "number" ? learningRate : learningRate(step);
        loss += headStep(state, {
          data,
          dimension,
          labels: train.labels,
          rows: batchOf(step),
          numClasses,
          weights,
          labelSmoothing,
          weightDecay,
          rate,
          step,
        });
      }
      if (!Number.isFinite(loss))
        throw new DivergenceError(`[trainHead] the loss is ${loss} in epoch ${epoch}. Lower the learning rate.`);
      const head = asHead(state.weights, dimension, numClasses);
      const validationLoss = validation && logLoss(predictHead(head, validation, numClasses));
      const isBest = validationLoss === undefined || validationLoss < lowest;
      if (isBest) [best, lowest, bestEpoch] = [head, validationLoss ?? lowest, epoch];
      yield { epoch, loss: loss / stepsPerEpoch, ...(validationLoss === undefined ? {} : { validationLoss }), isBest };
      if (epoch - bestEpoch >= patience) return;
    }
  }
  return {
    [Symbol.asyncIterator]: run,
    head() {
      expect(best, "trainHead", "there is no head before the first epoch is over.");
      return best;
    },
  };
}

/** What a head says of each row. */
export function predictHead(head: DenseHead, { features, labels }: LabelledFeatures, numClasses: number): Predictions {
  const { count, dimension, data } = features;
  const logits = new Float64Array(count * numClasses);
  for (let i = 0; i < count; i++)
    for (let k = 0; k < numClasses; k++) {
      let sum = head.bias[k];
      for (let d = 0; d < dimension; d++) sum += data[i * dimension + d] * head.weight[d * numClasses + k];
      logits[i * numClasses + k] = sum;
    }
  return { labels, probabilities: softmaxRows(logits, numClasses), numClasses };
}

/** Weights [numClasses, dimension + 1], the bias last, and Adam's moments. */
function initialHead(dimension: number, numClasses: number, rng: Rng) {
  const size = numClasses * (dimension + 1);
  const bound = 1 / Math.sqrt(dimension); // as PyTorch's Linear
  const weights = rng.fillUniform(new Float64Array(size), -bound, bound);
  for (let k = 0; k < numClasses; k++) weights[k * (dimension + 1) + dimension] = 0;
  return { weights, means: new Float64Array(size), squares: new Float64Array(size), gradient: new Float64Array(size) };
}

function asHead(weights: Float64Array, dimension: number, numClasses: number): DenseHead {
  const weight = new Float32Array(dimension * numClasses);
  for (let k = 0; k < numClasses; k++)
    for (let d = 0; d < dimension; d++) weight[d * numClasses + k] = weights[k * (dimension + 1) + d];
  return { weight, bias: Float32Array.from({ length: numClasses }, (_, k) => weights[k * (dimension + 1) + dimension]) };
}

function check(options: TrainHeadOptions) {
  const scope = "trainHead";
  checkOptions(scope, options, [
    "train",
    "validation",
    "numClasses",
    "rng",
    "epochs",
    "batchSize",
    "learningRate",
    "weightDecay",
    "classWeights",
    "labelSmoothing",
    "patience",
    "signal",
  ]);
  const { train, validation, numClasses, epochs = 50, batchSize = 32, learningRate = 1e-3, weightDecay = 0.01 } = options;
  const { classWeights, labelSmoothing = 0 } = options;
  for (const part of [train, ...(validation ? [validation] : [])]) {
    const { features, labels } = part;
    expect(
      labels.length === features.count && features.count > 0,
      scope,
      `needs a label for each of ${features.count} rows, at least one; got ${labels.length}.`,
    );
    expect(
      features.dimension === train.features.dimension,
      scope,
      `all features must be of one dimension; got ${train.features.dimension} and ${features.dimension}. Use one backbone and one tap.`,
    );
    for (let i = 0; i < labels.length; i++)
      expect(
        Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < numClasses,
        scope,
        `label of row ${i} must be a class from 0 to ${numClasses - 1}; got ${labels[i]}.`,
      );
  }
  for (const [name, value] of Object.entries({ epochs, batchSize, patience: options.patience ?? epochs }))
    expect(Number.isInteger(value) && value >= 1, scope, `${name} must be an integer ≥ 1; got ${value}.`);
  expect(weightDecay >= 0, scope, `weightDecay must be at least 0; got ${weightDecay}.`);
  expect(labelSmoothing >= 0 && labelSmoothing < 1, scope, `labelSmoothing must lie in [0, 1); got ${labelSmoothing}.`);
  const weights = classWeights === "balanced" ? balancedWeights(train.labels, numClasses) : classWeights;
  expect(
    weights === undefined || (weights.length === numClasses && weights.every((weight) => weight > 0)),
    scope,
    `classWeights must be "balanced" or ${numClasses} numbers above 0; got ${JSON.stringify(classWeights)}.`,
  );
  const patience = options.patience ?? epochs;
  return {
    ...options,
    train,
    validation,
    numClasses,
    epochs,
    batchSize,
    learningRate,
    weightDecay,
    labelSmoothing,
    patience,
    weights,
  };
}
