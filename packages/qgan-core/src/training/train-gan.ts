import { expect } from "repro-kit";
import type { TrainGanOptions } from "./options.ts";
import { createGanTrainer, type GanStep, type GanTrainer } from "./trainer.ts";

/** A training in progress: iterate over it for its steps, ask it for its state between them, dispose it in the end. */
export interface GanTraining extends AsyncIterable<GanStep>, Omit<GanTrainer, "step"> {}

/**
 * Trains a GAN; reports facts and prints nothing. One iteration is one step: each phase of the model that is due, then the
 * moving average. Stops at `steps`, or after the step in hand when the signal fires, or when the loop is left; a second loop goes on.
 *
 * ```ts
 * const training = trainGan({ model: "hybridq", data, steps: 1000 });
 * for await (const { step, losses } of training) console.log(step, losses);
 * const pixels = await generate(training.model, training.ema(), [0, 1, 2]);
 * training.dispose();
 * ```
 *
 * Every random number comes from `seed`: on wasm and cpu, equal options give equal bytes, and so does resuming from a `state()`.
 *
 * @throws UsageError for unknown or impossible options; DivergenceError (while iterating) when a loss or gradient is not finite.
 */
export function trainGan(options: TrainGanOptions): GanTraining {
  const trainer = createGanTrainer(options);
  const { steps = Number.POSITIVE_INFINITY, signal } = options;
  let isRunning = false;
  return {
    model: trainer.model,
    get stepsDone() {
      return trainer.stepsDone;
    },
    ema: trainer.ema,
    params: trainer.params,
    state: trainer.state,
    dispose: trainer.dispose,
    async *[Symbol.asyncIterator]() {
      expect(!isRunning, "trainGan", "this training is already being iterated over.");
      isRunning = true;
      try {
        while (trainer.stepsDone < steps && !signal?.aborted) {
          yield await trainer.step();
          await nextTask();
        }
      } finally {
        isRunning = false;
      }
    },
  };
}

/** Lets timers, signals and messages through: on wasm and cpu a step would otherwise hold the thread from end to end. */
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
