import * as tf from "@tensorflow/tfjs-core";
import { clipGradients, disposeParams, type Optimizer, type Params, valueAndGradsAux } from "tfjs-train";
import type { PhaseContext, TrainingPhase } from "../models/gan-model.ts";
import { groupOf } from "../models/parameter-table.ts";
import { accumulate, LOGITS, OBSERVED } from "./accumulate.ts";
import { checkLosses, throwGradientDivergence } from "./finite.ts";

export interface RunPhaseOptions {
  readonly phase: TrainingPhase;
  /** All parameters and buffers; none is disposed. */
  readonly params: Params;
  readonly isTrainable: (name: string) => boolean;
  readonly optimizers: Readonly<Record<string, Optimizer>>;
  /** Optimiser states by group; none is disposed. */
  readonly states: Readonly<Record<string, Params>>;
  readonly context: PhaseContext;
  readonly clipNorm?: number;
  /** Most images in one pass; the gradients of the passes are averaged. */
  readonly microBatch?: number;
}

export interface PhaseOutcome {
  /** New tensors for some of the parameters and buffers. */
  readonly params: Params;
  /** New optimiser states of the groups that were updated. */
  readonly states: Readonly<Record<string, Params>>;
  readonly report: Readonly<Record<string, number>>;
  /** L2 norm of each group's gradient, before clipping. */
  readonly gradientNorms: Readonly<Record<string, number>>;
  readonly realLogits?: Float32Array;
  /** Values a row an image, by name. */
  readonly observed: Readonly<Record<string, Float32Array>>;
}

const REPORT = "report.";
const BUFFER = "buffer.";

/**
 * One phase of a step: loss, gradients, a look at every number, and the optimisers' update. The caller owns what is returned
 * and disposes what it replaces; nothing else stays behind, also when it throws.
 *
 * @throws DivergenceError if a loss or gradient is not finite; nothing has been updated then.
 */
export async function runPhase(options: RunPhaseOptions): Promise<PhaseOutcome> {
  const { phase, params, isTrainable, optimizers, states, context, clipNorm } = options;
  const groups = phase.groups(context.step);
  const namesOf = (group: string) => Object.keys(params).filter((name) => groupOf(name) === group && isTrainable(name));
  const names = groups.flatMap(namesOf);
  const trained = Object.fromEntries(names.map((name) => [name, params[name]]));
  const passOf = (part: PhaseContext) =>
    valueAndGradsAux((variables: Params) => evaluate(phase, { ...params, ...variables }, part));
  const { value, grads, aux } =
    options.microBatch !== undefined && options.microBatch < context.batchSize
      ? accumulate({ phase, params, context, size: options.microBatch }, (part) => passOf(part)(trained))
      : passOf(context)(trained);
  const buffers = part(aux, BUFFER);
  try {
    const { report, norms } = await readNumbers(value, part(aux, REPORT), grads, groups);
    const step = context.step + 1;
    checkLosses(step, phase.name, report);
    if (!norms.every(Number.isFinite)) await throwGradientDivergence(step, phase.name, grads);
    const clipped = clipNorm === undefined ? undefined : clipGradients(grads, clipNorm);
    const updated: Record<string, tf.Tensor> = { ...buffers };
    const newStates: Record<string, Params> = {};
    for (const group of groups) {
      const pick = (all: Params) => Object.fromEntries(namesOf(group).map((name) => [name, all[name]]));
      const result = optimizers[group].step(pick(trained), pick(clipped?.grads ?? grads), states[group]);
      Object.assign(updated, result.params);
      newStates[group] = result.state;
    }
    if (clipped) tf.dispose([clipped.grads, clipped.norm]);
    const realLogits = aux[LOGITS] ? ((await aux[LOGITS].data()) as Float32Array) : undefined; // float32 logits
    const observed = await readRows(part(aux, OBSERVED));
    const gradientNorms = Object.fromEntries(groups.map((group, i) => [group, norms[i]]));
    return { params: updated, states: newStates, report, gradientNorms, realLogits, observed };
  } catch (error) {
    disposeParams(buffers);
    throw error;
  } finally {
    disposeParams(grads, part(aux, REPORT), part(aux, OBSERVED), { value });
    aux[LOGITS]?.dispose();
  }
}

/** A phase's loss, with everything that it hands out beside it. */
function evaluate(phase: TrainingPhase, params: Params, context: PhaseContext): { loss: tf.Scalar; aux: Params } {
  const { loss, report, realLogits, observed = {}, buffers = {} } = phase.loss(params, context);
  const entries = [
    ...Object.entries(report).map(([name, scalar]) => [REPORT + name, scalar] as const),
    ...Object.entries(buffers).map(([name, buffer]) => [BUFFER + name, buffer] as const),
    ...Object.entries(observed).map(([name, rows]) => [OBSERVED + name, rows] as const),
    ...(realLogits ? [[LOGITS, realLogits] as const] : []),
  ];
  return { loss, aux: Object.fromEntries(entries) };
}

/** Values of tensors that have a row an image. */
async function readRows(tensors: Params): Promise<Record<string, Float32Array>> {
  const entries = Object.entries(tensors).map(async ([name, rows]) => [name, (await rows.data()) as Float32Array] as const); // float32
  return Object.fromEntries(await Promise.all(entries));
}

/** All numbers of a phase in one read: the loss under the name "loss", the report, and each group's gradient norm. */
async function readNumbers(
  value: tf.Scalar,
  scalars: Params,
  grads: Params,
  groups: readonly string[],
): Promise<{ report: Record<string, number>; norms: number[] }> {
  const packed = tf.tidy(() => {
    const squares = groups.map((group) =>
      tf.addN(
        Object.entries(grads)
          .filter(([name]) => groupOf(name) === group)
          .map(([, grad]) => tf.sum(tf.square(grad))),
      ),
    );
    return tf.stack([value, ...Object.values(scalars), ...squares]);
  });
  const numbers = await packed.data();
  packed.dispose();
  const names = Object.keys(scalars);
  const report = Object.fromEntries(names.map((name, i) => [name, numbers[i + 1]]));
  if (!Number.isFinite(numbers[0])) report.loss = numbers[0];
  return { report, norms: groups.map((_, i) => Math.sqrt(numbers[1 + names.length + i])) };
}

/** The entries whose names begin with the prefix, without it. */
function part(all: Params, prefix: string): Params {
  return Object.fromEntries(
    Object.entries(all)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}
