import { expect } from "repro-kit";
import { cloneParams, disposeParams, type Params } from "tfjs-train";
import { createBatchOrder } from "../data/batch-order.ts";
import { accuracy, balancedAccuracy } from "../metrics/accuracy.ts";
import { confusionMatrix } from "../metrics/confusion-matrix.ts";
import { logLoss } from "../metrics/log-loss.ts";
import { predictedClasses } from "../metrics/predictions.ts";
import { type Classifier, createClassifier } from "./classifier.ts";
import { type ResolvedOptions, resolveOptions, type TrainClassifierOptions } from "./options.ts";
import { predictAll } from "./predict-all.ts";
import { checkPlan, checkpointOf, type Progress, planOf, restoreState, type TrainingCheckpoint } from "./training-checkpoint.ts";
import { disposeState, initialState, type StepBatch, type TrainingState, takeStep } from "./training-state.ts";

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
  /** All that it takes to go on later (`resume`). @throws UsageError outside the loop over the steps. */
  checkpoint(): Promise<TrainingCheckpoint>;
  dispose(): void;
}

/**
 * Trains a classifier, by default with Adam and cross-entropy; the weights with the lowest validation loss are kept, and training stops
 * when it has not fallen for `patience` epochs. The same `rng` gives the same weights on one backend, interrupted and resumed or not.
 *
 * @throws UsageError for options or data that do not fit. The iterator throws an Error that names the step if the loss is not finite.
 */
export function trainClassifier(options: TrainClassifierOptions): ClassifierTraining {
  const resolved = resolveOptions(options);
  const { backbone, classes, train } = resolved;
  const run: Run = { options: resolved, progress: { step: 0, lowestLoss: Number.POSITIVE_INFINITY, bestEpoch: 0 } };
  let isStarted = false;
  return {
    [Symbol.asyncIterator]() {
      expect(!isStarted, "trainClassifier", "a training can be iterated once. Call trainClassifier again for another.");
      isStarted = true;
      return runTraining(run);
    },
    classifier() {
      expect(run.best, "trainClassifier", "there is no classifier before the first epoch is over.");
      return createClassifier({ backbone, params: cloneParams(run.best), classes, imageShape: train.imageShape });
    },
    async checkpoint() {
      const { state, best, progress } = run;
      expect(state, "trainClassifier", "a checkpoint is taken between two steps, inside the loop over them.");
      return checkpointOf(progress, state, best, await planOf(resolved));
    },
    dispose() {
      disposeParams(run.best);
      run.best = undefined;
    },
  };
}

/** A training under way. */
interface Run {
  readonly options: ResolvedOptions;
  readonly progress: Progress;
  /** While the loop runs. */
  state?: TrainingState;
  best?: Params;
}

async function* runTraining(run: Run): AsyncGenerator<ClassifierStep> {
  const { options, progress } = run;
  const { train, validation, batchSize, stepsPerEpoch, epochs, patience, rng, signal, accumulate } = options;
  const batchOf = createBatchOrder({ count: train.count, batchSize, rng: rng.fork("order") });
  const state = await begin(run);
  run.state = state;
  const isSpent = (): boolean =>
    progress.step % stepsPerEpoch === 0 && progress.step / stepsPerEpoch - progress.bestEpoch >= patience;
  try {
    while (progress.step < epochs * stepsPerEpoch && !signal?.aborted && !isSpent()) {
      await nextTask();
      const { step } = progress;
      const epoch = Math.floor(step / stepsPerEpoch) + 1;
      async function* batches(): AsyncGenerator<StepBatch> {
        for (let i = 0; i < accumulate; i++) {
          const indices = batchOf(step * accumulate + i);
          yield { images: await train.images(indices), labels: Int32Array.from(indices, (index) => train.labels[index]) };
        }
      }
      const result = await takeStep(state, options, { step, batches: batches() });
      const isEpochEnd = (step + 1) % stepsPerEpoch === 0;
      const scores = isEpochEnd && validation ? await validate(state, options) : undefined;
      const isBest = isEpochEnd && (!scores || scores.loss < progress.lowestLoss);
      progress.step = step + 1;
      if (isBest) {
        disposeParams(run.best);
        run.best = cloneParams({ ...state.params, ...state.statistics });
        progress.lowestLoss = scores?.loss ?? progress.lowestLoss;
        progress.bestEpoch = epoch;
      }
      yield {
        step: step + 1,
        epoch,
        totalSteps: epochs * stepsPerEpoch,
        ...result,
        ...(scores && { validation: scores }),
        isBest,
      };
    }
  } finally {
    run.state = undefined;
    disposeState(state);
  }
}

/** New tensors, or those of the checkpoint. */
async function begin(run: Run): Promise<TrainingState> {
  const { options, progress } = run;
  const { resume } = options;
  if (!resume) return initialState(options);
  checkPlan(resume, await planOf(options));
  const { state, best } = restoreState(resume);
  const { step, bestEpoch, lowestLoss } = resume;
  Object.assign(progress, { step, bestEpoch, lowestLoss: lowestLoss ?? Number.POSITIVE_INFINITY });
  run.best = best;
  return state;
}

/** Lets timers, signals and input be served: on wasm and cpu a step alone never gives way. */
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

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
