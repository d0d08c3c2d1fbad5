import * as tf from "@tensorflow/tfjs-core";
import { createRng, expect, type Rng, restoreRng } from "repro-kit";
import { disposeParams, type Params, weightsFromParams } from "tfjs-train";
import type { GanModel, JsonObject } from "../models/gan-model.ts";
import { isStatistic } from "../models/parameter-spec.ts";
import { fillLatents } from "../sampling/draw-latents.ts";
import { imagesFromPixels } from "../sampling/pixels.ts";
import { emaDecay, nextEma } from "./ema.ts";
import { firstTensors } from "./first-tensors.ts";
import { type ResolvedTrainOptions, resolveTrainOptions, type TrainGanOptions } from "./options.ts";
import { type PhaseOutcome, runPhase } from "./run-phase.ts";
import { withSchedule } from "./schedule-buffers.ts";
import { checkResumable, type HostTensors, type TrainerState } from "./trainer-state.ts";
import { joinStates } from "./upload-params.ts";

/** Facts of one step. */
export interface GanStep {
  /** Steps done, this one included. */
  readonly step: number;
  /** Real images seen so far. */
  readonly images: number;
  /** Numbers of the losses: `lossD`, `lossG` and each of their terms. */
  readonly losses: Readonly<Record<string, number>>;
  /** L2 norm of each group's gradient before clipping; where several phases of the step update a group, that of the last. */
  readonly gradientNorms: Readonly<Record<string, number>>;
  /** What the model's schedule says: `noiseBound`, radians. */
  readonly facts: Readonly<Record<string, number>>;
  /** What the phases saw of each image, by name: logits, losses and penalties whose mean and spread a log can tell. */
  readonly observed: Readonly<Record<string, Float32Array>>;
  /** Augmentation probability, where augmentation is on; a controller without an upper bound may stand above 1. */
  readonly augmentProbability?: number;
  /** Milliseconds: `total`, `data`, each phase, `update` (averages), and parts of the phases that the model counts (`quantum`). */
  readonly ms: Readonly<Record<string, number>>;
}

export interface GanTrainer {
  readonly model: GanModel;
  /** Steps done. */
  readonly stepsDone: number;
  /** Does one step. @throws DivergenceError if a number is not finite; the parameters are then those before that update. */
  step(): Promise<GanStep>;
  /** The moving average of the generator: what to sample from. The trainer owns it; it is replaced at every step. */
  ema(): Params;
  /** All current parameters, owned by the trainer and replaced at every step. */
  params(): Params;
  /** A copy of everything on the host, as it is between two steps. @throws UsageError while a step is in hand, or after one that failed. */
  state(): Promise<TrainerState>;
  dispose(): void;
}

const IN_HAND = "a step is in hand. Wait for it.";

/** A training without the loop. @throws UsageError for options that do not fit together, or a state that is another training's. */
export function createGanTrainer(options: TrainGanOptions): GanTrainer {
  const resolved = resolveTrainOptions(options);
  const { model, data, augment, resume } = resolved;
  if (resume) checkResumable(resume, model, trainingOptions(resolved));
  const rng = resume ? restoreRng(resume.rng) : createRng(resolved.seed);
  const trainable = new Set(model.parameters.filter(({ isTrainable }) => isTrainable).map(({ name }) => name));
  const averaged = new Set(
    model.generator.parameters.map(({ name }) => name).filter((name) => trainable.has(name) || isStatistic(name)),
  );
  const optimizers = model.createOptimizers();

  let schedule = resume ? resume.schedule : (model.schedule?.start ?? null);
  if (resume) {
    data.restore(resume.data);
    if (augment?.controller && resume.augment) augment.controller.restore(resume.augment as never); // restore checks the shape
  }
  const first = firstTensors(resolved, { rng, schedule, optimizers });
  let { params, ema } = first;
  const { states } = first;
  let step = resume?.step ?? 0;
  let images = resume?.images ?? 0;
  let failure: unknown;
  let isStepping = false;

  const apply = (outcome: PhaseOutcome): void => {
    disposeParams(Object.fromEntries(Object.keys(outcome.params).map((name) => [name, params[name]])));
    params = { ...params, ...outcome.params };
    for (const [group, state] of Object.entries(outcome.states)) {
      disposeParams(states[group]);
      states[group] = state;
    }
  };

  const runStep = async (): Promise<GanStep> => {
    const clock = createClock();
    const pixels = await data.next();
    const real = imagesFromPixels(pixels, data.imageShape);
    const [batch] = real.shape;
    const { latentSize } = model.generator;
    const latents = tf.tensor2d(fillLatents(model.generator, rng.fork("latents", step), new Float32Array(batch * latentSize)), [
      batch,
      latentSize,
    ]);
    clock.lap("data");
    const p = augment ? (augment.controller?.p ?? augment.p) : 0;
    const augmentRng = rng.fork("augment", step);
    const { labelSize = 0 } = model.generator;
    const labels = labelSize > 0 && data.labels ? tf.tensor2d(data.labels(), [batch, labelSize]) : null;
    const context = {
      step,
      images: real,
      labels,
      latents,
      augment: (batchImages: tf.Tensor4D, label: string, samples?: readonly number[]) =>
        augment
          ? augment.pipeline(batchImages, { p: Math.min(p, 1), rng: byPlace(augmentRng.fork(label), samples) })
          : batchImages,
      drawLabels: (stream: Rng, count: number) => (labelSize > 0 && data.drawLabels ? data.drawLabels(stream, count) : null),
      rng: rng.fork("phases", step),
      batchSize: batch,
      samples: Array.from({ length: batch }, (_, i) => i),
      prepared: {},
    };
    model.takeTimings?.();
    const losses: Record<string, number> = {};
    const gradientNorms: Record<string, number> = {};
    const realLogits: number[] = [];
    const observed: Record<string, Float32Array> = {};
    try {
      for (const phase of model.phases) {
        const interval = resolved.intervals[phase.name] ?? phase.interval;
        if (step % interval !== 0 || phase.groups(step).length === 0) continue;
        const isTrainable = (name: string) => trainable.has(name);
        const outcome = await runPhase({
          phase,
          params,
          isTrainable,
          optimizers,
          states,
          context: { ...context, interval },
          clipNorm: resolved.clipGradients,
          microBatch: resolved.microBatch,
        });
        apply(outcome);
        Object.assign(losses, outcome.report);
        Object.assign(gradientNorms, outcome.gradientNorms);
        if (outcome.realLogits) realLogits.push(...outcome.realLogits);
        for (const [name, values] of Object.entries(outcome.observed))
          observed[name] = name in observed ? Float32Array.of(...observed[name], ...values) : values;
        clock.lap(phase.name);
      }
    } finally {
      tf.dispose([real, latents, labels ?? []]);
    }
    const seenBefore = images;
    step += 1;
    images += batch;
    if (model.schedule && schedule) {
      schedule = model.schedule.next(schedule, losses);
      params = withSchedule(params, model, schedule);
    }
    if (realLogits.length > 0) augment?.controller?.update(realLogits, batch);
    const average = nextEma(ema, params, emaDecay(seenBefore, batch, resolved.ema), averaged);
    disposeParams(ema);
    ema = average;
    clock.lap("update");
    return {
      step,
      images,
      losses,
      gradientNorms,
      observed,
      facts: model.schedule && schedule ? model.schedule.facts(schedule) : {},
      ...(augment ? { augmentProbability: p } : {}),
      ms: { ...clock.times(), ...model.takeTimings?.() },
    };
  };

  return {
    model,
    get stepsDone() {
      return step;
    },
    async step() {
      expect(failure === undefined, "trainGan", () => `this training has stopped: ${(failure as Error).message}`);
      expect(!isStepping, "trainGan", IN_HAND);
      isStepping = true;
      try {
        return await runStep();
      } catch (error) {
        failure = error; // half a step may be done: nothing may be saved from here on
        throw error;
      } finally {
        isStepping = false;
      }
    },
    ema: () => ema,
    params: () => params,
    async state() {
      expect(failure === undefined, "trainGan", () => `there is no whole state to save: ${(failure as Error).message}`);
      expect(!isStepping, "trainGan", IN_HAND);
      const download = (tensors: Params): Promise<HostTensors> => weightsFromParams(tensors, { layout: "tfjs" });
      const counters = { step, images, data: data.state(), schedule };
      const adaptive = (augment?.controller?.state() ?? null) as TrainerState["augment"]; // plain numbers
      // All of them are asked for at once: a step that begins meanwhile replaces the tensors.
      const [weights, average, moments] = await Promise.all([download(params), download(ema), download(joinStates(states))]);
      return {
        model: { name: model.name, options: model.options },
        training: trainingOptions(resolved),
        ...counters,
        augment: adaptive,
        rng: rng.state(),
        params: weights,
        ema: average,
        optimizers: moments,
      };
    },
    dispose: () => disposeParams(params, ema, ...Object.values(states)),
  };
}

/** What a resumed training must have in common with the first. */
function trainingOptions({ seed, data, ema, clipGradients, intervals, augment }: ResolvedTrainOptions): JsonObject {
  return {
    seed,
    batchSize: data.batchSize,
    imageShape: data.imageShape,
    ema: { ...ema },
    intervals,
    clipGradients: clipGradients ?? null,
    augment: augment ? { ops: augment.pipeline.ops.map(({ name }) => name), p: augment.controller ? null : augment.p } : null,
  };
}

/** Image i of a part of a batch draws what it would draw in the whole batch. */
function byPlace(rng: Rng, samples: readonly number[] | undefined): Rng {
  if (!samples) return rng;
  return { ...rng, fork: (label, index) => rng.fork(label, index === undefined ? undefined : samples[index]) };
}

function createClock() {
  const start = performance.now();
  let last = start;
  const laps: Record<string, number> = {};
  return {
    lap(name: string): void {
      const now = performance.now();
      laps[name] = now - last;
      last = now;
    },
    times: (): Record<string, number> => ({ total: performance.now() - start, ...laps }),
  };
}
