import * as tf from "@tensorflow/tfjs-core";
import { entriesOf, fixed, type GradientCase } from "./cases/gradient-case.ts";

/** First and second order: the gradient of a loss made of the case, and that of a loss made of this gradient. */
export type Orders<T> = readonly [first: T, second: T];

type Loss = (x: tf.Tensor) => tf.Tensor;

const STEP = 1e-5; // central differences in double precision are then good to about 1e-9

/** Σ z(z+1)·w: not linear, so that a wrong scale cannot cancel, and with a weight of its own for every entry. */
const weighed = (z: tf.Tensor, seed: number) => tf.sum(tf.mul(tf.mul(z, tf.add(z, 1)), fixed(z.shape, seed)));

function losses({ op }: GradientCase): Orders<Loss> {
  const inner: Loss = (x) => weighed(op(x), 5);
  return [inner, (x) => weighed(tf.grad(inner)(x), 7)];
}

/** Both gradients on the current backend. */
export function gradientsOf(one: GradientCase): Orders<number[]> {
  const [first, second] = losses(one).map((loss) =>
    tf.tidy(() => [
      ...tf
        .grad(loss)(tf.tensor(entriesOf(one), [...one.shape]))
        .dataSync(),
    ]),
  );
  return [first, second];
}

/** Both gradients as central differences of what they are the gradients of; in double precision only. */
export function centralDifferences(one: GradientCase): Orders<number[]> {
  const entries = entriesOf(one);
  const [first, second] = losses(one).map((loss) => {
    const at = (values: readonly number[]) => tf.tidy(() => loss(tf.tensor([...values], [...one.shape])).dataSync()[0]);
    return entries.map((entry, i) => {
      const moved = (by: number) => at(entries.map((value, k) => (k === i ? entry + by : value)));
      return (moved(STEP) - moved(-STEP)) / (2 * STEP);
    });
  });
  return [first, second];
}

/** Largest difference, relative to 1 + the largest wanted entry; infinite where one is not a number. */
export function gapBetween(measured: readonly number[], wanted: readonly number[]): number {
  const largest = wanted.reduce((sofar, value) => Math.max(sofar, Math.abs(value)), 0);
  const worst = wanted.reduce((sofar, value, i) => {
    const gap = Math.abs(measured[i] - value);
    return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(sofar, gap);
  }, 0);
  return worst / (1 + largest);
}
