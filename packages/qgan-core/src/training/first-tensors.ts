import * as tf from "@tensorflow/tfjs-core";
import type { Rng } from "repro-kit";
import type { Optimizer, Params } from "tfjs-train";
import type { JsonObject } from "../models/gan-model.ts";
import { initParams } from "../models/parameter-spec.ts";
import { groupOf } from "../models/parameter-table.ts";
import type { ResolvedTrainOptions } from "./options.ts";
import { withSchedule } from "./schedule-buffers.ts";
import { restoreStates, shapesOf, uploadParams } from "./upload-params.ts";

/** The tensors of a training. */
export interface TrainerTensors {
  readonly params: Params;
  /** Moving average of the generator's. */
  readonly ema: Params;
  /** Optimiser states by group. */
  readonly states: Record<string, Params>;
}

export interface FirstTensorsOptions {
  /** The training's stream. */
  readonly rng: Rng;
  readonly schedule: JsonObject | null;
  readonly optimizers: Readonly<Record<string, Optimizer>>;
}

/**
 * What a training begins with: a saved state's tensors, or first values with those of `initial` in place of some. The caller owns
 * them; where it throws, nothing is left behind.
 *
 * @throws UsageError if the state is not of this model.
 */
export function firstTensors(
  { model, resume, initial }: Pick<ResolvedTrainOptions, "model" | "resume" | "initial">,
  { rng, schedule, optimizers }: FirstTensorsOptions,
): TrainerTensors {
  const trainable = model.parameters.filter(({ isTrainable }) => isTrainable).map(({ name }) => name);
  const freshStates = (params: Params): Record<string, Params> =>
    Object.fromEntries(
      [...new Set(trainable.map(groupOf))].map((group) => {
        const own = trainable.filter((name) => groupOf(name) === group).map((name) => [name, params[name]] as const);
        return [group, optimizers[group].init(Object.fromEntries(own))];
      }),
    );
  const begin = (): TrainerTensors => {
    if (resume) {
      const params = uploadParams(resume.params, shapesOf(model.parameters), "the parameters");
      const ema = uploadParams(resume.ema, shapesOf(model.generator.parameters), "the moving average");
      return { params, ema, states: restoreStates(resume.optimizers, () => freshStates(params)) };
    }
    const drawn = initParams(model.parameters, rng.fork("init"));
    const params = withSchedule(initial ? replaced(drawn, initial.params) : drawn, model, schedule);
    const copies = Object.fromEntries(model.generator.parameters.map(({ name }) => [name, tf.clone(params[name])]));
    return { params, ema: initial ? replaced(copies, initial.ema) : copies, states: freshStates(params) };
  };
  // Records of tensors are tensor containers; their types say so only without `readonly`.
  return tf.tidy(() => begin() as unknown as tf.TensorContainerObject) as unknown as TrainerTensors;
}

/** The same tensors with copies of some others in place of their own, which are disposed. */
function replaced(params: Params, others: Params): Params {
  const own = Object.entries(others).filter(([name]) => name in params);
  for (const [name] of own) params[name].dispose();
  return { ...params, ...Object.fromEntries(own.map(([name, tensor]) => [name, tf.clone(tensor)])) };
}
