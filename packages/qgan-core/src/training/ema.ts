import * as tf from "@tensorflow/tfjs-core";
import { halfLifeEma, type Params } from "tfjs-train";

export interface EmaOptions {
  /** Thousands of images after which a weight's share has halved. */
  readonly halfLifeKimg: number;
  /** The half-life is at most this share of the images seen, so that an average is of use early; 0 turns the ramp-up off. */
  readonly rampUp: number;
}

export const EMA_DEFAULTS: EmaOptions = { halfLifeKimg: 10, rampUp: 0.05 };

/**
 * Decay of the moving average for one step: 0.5^(batchSize / half-life), with the half-life in images.
 *
 * @param imagesSeen - Before the batch of this step: after the first step the average is a copy, where there is a ramp-up.
 * @see Karras et al. 2020, arXiv:2006.06676, the reference program's `ema_kimg` and `ema_rampup`.
 */
export function emaDecay(imagesSeen: number, batchSize: number, { halfLifeKimg, rampUp }: EmaOptions): number {
  return halfLifeEma({ batchSize, halfLifeImages: halfLifeKimg * 1000, rampUp })(imagesSeen / batchSize);
}

/**
 * The average one step on: β·average + (1 − β)·params for the names in `averaged`, a copy of `params` for all others.
 * New tensors; the caller disposes the old.
 */
export function nextEma(average: Params, params: Params, decay: number, averaged: ReadonlySet<string>): Params {
  return Object.fromEntries(
    Object.keys(average).map((name) => [
      name,
      averaged.has(name) ? tf.tidy(() => towards(params[name], average[name], decay)) : tf.clone(params[name]),
    ]),
  );
}

/** a + share·(b − a), taken from the nearer end, so that shares of 0 and 1 give a and b bit for bit. */
function towards(a: tf.Tensor, b: tf.Tensor, share: number): tf.Tensor {
  const way = tf.sub(b, a);
  return share < 0.5 ? tf.add(a, tf.mul(way, share)) : tf.sub(b, tf.mul(way, 1 - share));
}
