import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import { disposeParams, mapParams, type Params } from "tfjs-train";
import type { PhaseContext, TrainingPhase } from "../models/gan-model.ts";

/** Loss, gradients and what is handed out beside them; the caller owns all of it. */
export type Pass = {
  readonly value: tf.Scalar;
  readonly grads: Params;
  readonly aux: Params;
};

/** Entries of `aux` that have a row an image are put one after the other, not averaged: the logits, */
export const LOGITS = "logits";
/** and those whose names begin so. */
export const OBSERVED = "observed.";
const hasRows = (name: string): boolean => name === LOGITS || name.startsWith(OBSERVED);

export interface AccumulateOptions {
  readonly phase: TrainingPhase;
  readonly params: Params;
  /** Of the whole batch. */
  readonly context: PhaseContext;
  /** Most images in one pass. */
  readonly size: number;
}

/**
 * A batch in parts: mean loss, gradients, numbers and buffers, as one pass of the whole batch gives them; the logits of all.
 *
 * @param pass - One part's pass.
 * @throws UsageError if the phase takes whole batches only, or the batch cannot be split so.
 */
export function accumulate({ phase, params, context, size }: AccumulateOptions, pass: (part: PhaseContext) => Pass): Pass {
  const { parts } = phase;
  expect(parts, "trainGan", `the phase ${phase.name} takes whole batches only. Leave microBatch out, or choose a smaller batch.`);
  const contexts = parts(context.batchSize, size).map((samples) => partOf(context, samples));
  let prepared: Params = {};
  let sum: Pass | undefined;
  try {
    if (contexts.length > 1) prepared = phase.prepare?.(params, contexts) ?? {};
    for (const part of contexts) {
      const own = pass({ ...part, prepared });
      sum = sum ? addPasses(sum, own) : own;
    }
  } catch (error) {
    if (sum) tf.dispose([sum.value, sum.grads, sum.aux]);
    throw error;
  } finally {
    disposeParams(prepared);
    for (const { images, labels } of contexts) tf.dispose([images, labels ?? []]);
  }
  if (!sum) throw new Error("bug: a batch was split into no parts.");
  const { value, grads, aux } = sum;
  const mean = tf.tidy(() => scalePass({ value, grads, aux }, 1 / contexts.length));
  tf.dispose([value, grads, aux]);
  return mean;
}

/** The images and labels of some samples of a batch. */
function partOf(context: PhaseContext, samples: readonly number[]): PhaseContext {
  const rows = tf.tensor1d([...samples], "int32");
  const images = tf.gather(context.images, rows);
  const labels = context.labels && tf.gather(context.labels, rows);
  rows.dispose();
  return { ...context, images, labels, samples };
}

/** The sums of two passes, which are disposed; logits stand one after the other. */
function addPasses(a: Pass, b: Pass): Pass {
  const sums = tf.tidy(() => ({
    value: tf.add(a.value, b.value) as tf.Scalar, // of scalars
    grads: mapParams(a.grads, (grad, name) => tf.add(grad, b.grads[name])),
    aux: mapParams(a.aux, (tensor, name) => (hasRows(name) ? tf.concat([tensor, b.aux[name]]) : tf.add(tensor, b.aux[name]))),
  }));
  tf.dispose([a.value, a.grads, a.aux, b.value, b.grads, b.aux]);
  return sums;
}

function scalePass({ value, grads, aux }: Pass, share: number): Pass {
  return {
    value: tf.mul(value, share) as tf.Scalar, // of a scalar
    grads: mapParams(grads, (grad) => tf.mul(grad, share)),
    aux: mapParams(aux, (tensor, name) => (hasRows(name) ? tf.clone(tensor) : tf.mul(tensor, share))),
  };
}
