import * as tf from "@tensorflow/tfjs-core";
import type { Params } from "tfjs-train";

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
  const halfLife = rampUp > 0 ? Math.min(halfLifeKimg * 1000, imagesSeen * rampUp) : halfLifeKimg * 1000;
  return 0.5 ** (batchSize / Math.max(halfLife, 1e-8));
}

/**
 * The average one step on: β·average + (1 − β)·params for the names in `averaged`, a copy of `params` for all others.
 * New tensors; the caller disposes the old.
 */
export function nextEma(average: Params, params: Params, decay: number, averaged: ReadonlySet<string>): Params {
  return Object.fromEntries(
    Object.keys(average).map((name) => [
      name,
      averaged.has(name)
        ? tf.tidy(() => tf.add(average[name], tf.mul(tf.sub(params[name], average[name]), 1 - decay)))
        : tf.clone(params[name]),
    ]),
  );
}
