import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, type Rng } from "repro-kit";
import { checkRange } from "../op.ts";

/** Images with what they are to be taken for. */
export interface LabelledBatch {
  /** [batch, height, width, channels] */
  readonly images: tf.Tensor4D;
  /** [batch · numClasses], row-major; each row sums to 1: what `crossEntropy` of classifier-eval takes. */
  readonly targets: Float32Array;
}

/** Mixes a batch with itself in another order; gives new images and targets and disposes nothing. */
export type BatchMix = (batch: LabelledBatch, rng: Rng) => LabelledBatch;

export interface MixOptions {
  /** Both parameters of the beta distribution of the share λ. */
  readonly alpha?: number;
  /** Probability that a batch is mixed at all. @defaultValue 1 */
  readonly p?: number;
}

/** Targets of plain labels: 1 at the label. @throws UsageError if a label is no class. */
export function targetsOf(labels: ArrayLike<number>, numClasses: number): Float32Array {
  const out = new Float32Array(labels.length * numClasses);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    expect(
      Number.isInteger(label) && label >= 0 && label < numClasses,
      "targetsOf",
      `label ${i} must be an integer in [0, ${numClasses}); got ${label}.`,
    );
    out[i * numClasses + label] = 1;
  }
  return out;
}

/**
 * x ← λ·x + (1 − λ)·x′ and so the targets, x′ the batch in another order, one λ ~ Beta(α, α) a batch.
 *
 * @param options.alpha - @defaultValue 0.2
 * @see Zhang et al. 2018, arXiv:1710.09412, eq. 1.
 */
export function mixup(options: MixOptions = {}): BatchMix {
  const { alpha, p } = checkMix("mixup", options, 0.2);
  return (batch, rng) => {
    const order = orderOf(batch, rng);
    const share = rng.fork("gate").uniform() < p ? drawBeta(rng.fork("share"), alpha) : 1;
    const images = tf.tidy(() => {
      const others = tf.gather(batch.images, tf.tensor1d(order, "int32"));
      return tf.add(tf.mul(batch.images, share), tf.mul(others, 1 - share)) as tf.Tensor4D; // shapes are alike
    });
    return { images, targets: mixTargets(batch, order, share) };
  };
}

/**
 * Puts a rectangle of x′ into x: its area is 1 − λ of the image's, λ ~ Beta(α, α), its place uniform, cut off at the border; the
 * targets are mixed by the area that is left.
 *
 * @param options.alpha - @defaultValue 1
 * @see Yun et al. 2019, arXiv:1905.04899, eq. 1 and 2.
 */
export function cutmix(options: MixOptions = {}): BatchMix {
  const { alpha, p } = checkMix("cutmix", options, 1);
  return (batch, rng) => {
    const [, height, width] = batch.images.shape;
    const order = orderOf(batch, rng);
    const share = rng.fork("gate").uniform() < p ? drawBeta(rng.fork("share"), alpha) : 1;
    const place = rng.fork("place");
    const side = Math.sqrt(1 - share);
    const edges = (length: number): [number, number] => {
      const middle = place.uniform() * length;
      return [Math.max(0, Math.round(middle - (side * length) / 2)), Math.min(length, Math.round(middle + (side * length) / 2))];
    };
    const [left, right] = edges(width);
    const [top, bottom] = edges(height);
    const keep = new Float32Array(height * width).fill(1);
    for (let y = top; y < bottom; y++) keep.fill(0, y * width + left, y * width + right);
    const left0 = keep.reduce((sum, value) => sum + value, 0) / keep.length;
    const images = tf.tidy(() => {
      const mask = tf.tensor4d(keep, [1, height, width, 1]);
      const others = tf.gather(batch.images, tf.tensor1d(order, "int32"));
      return tf.add(tf.mul(batch.images, mask), tf.mul(others, tf.sub(1, mask))) as tf.Tensor4D; // shapes are alike
    });
    return { images, targets: mixTargets(batch, order, left0) };
  };
}

function checkMix(scope: string, options: MixOptions, defaultAlpha: number): { alpha: number; p: number } {
  checkOptions(scope, options, ["alpha", "p"]);
  const { alpha = defaultAlpha, p = 1 } = options;
  expect(alpha > 0 && Number.isFinite(alpha), scope, `alpha must be above 0; got ${alpha}.`);
  checkRange(scope, "p", p, 0, 1);
  return { alpha, p };
}

function orderOf({ images, targets }: LabelledBatch, rng: Rng): number[] {
  const [count] = images.shape;
  expect(
    targets.length > 0 && targets.length % count === 0,
    "mix",
    `targets must be ${count} rows, one an image; got ${targets.length} numbers. Make them with targetsOf(labels, numClasses).`,
  );
  return rng.fork("order").shuffle(Array(count).keys());
}

function mixTargets({ images, targets }: LabelledBatch, order: readonly number[], share: number): Float32Array {
  const numClasses = targets.length / images.shape[0];
  return targets.map((value, i) => {
    const other = order[Math.floor(i / numClasses)] * numClasses + (i % numClasses);
    return share * value + (1 - share) * targets[other];
  });
}

/** Beta(α, α) as G/(G + G′) of gamma variates: Marsaglia and Tsang 2000, raised for α < 1 by U^(1/α). */
function drawBeta(rng: Rng, alpha: number): number {
  const logGamma = (): number => {
    const d = Math.max(alpha, alpha < 1 ? alpha + 1 : alpha) - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const z = rng.normal();
      const v = (1 + c * z) ** 3;
      if (v <= 0 || Math.log(rng.uniform()) >= 0.5 * z * z + d - d * v + d * Math.log(v)) continue;
      return Math.log(d * v) + (alpha < 1 ? Math.log(1 - rng.uniform()) / alpha : 0);
    }
  };
  return 1 / (1 + Math.exp(logGamma() - logGamma()));
}
