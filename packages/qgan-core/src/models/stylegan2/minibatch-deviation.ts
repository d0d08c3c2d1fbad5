import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";

export interface MinibatchDeviationOptions {
  /** Images compared with one another; the batch if it is smaller, or if this is left out. */
  readonly groupSize?: number;
  /** Channels that are added. */
  readonly numChannels: number;
}

/** Images in a group of a batch. @throws UsageError if the groups do not fill the batch. */
export function groupSizeOf(batch: number, groupSize: number | undefined): number {
  const size = Math.min(groupSize ?? batch, batch);
  expect(
    batch % size === 0,
    "stylegan2",
    `a batch of ${batch} cannot be split into groups of ${size} for the minibatch deviation. Choose a batch that is a multiple of ${size}, or another group size.`,
  );
  return size;
}

/**
 * Adds channels that tell the discriminator how much the images of a group differ: the standard deviation over the group at each
 * place and feature, averaged over places and over the features of one of `numChannels` parts. Image i is in group
 * i mod (batch / groupSize).
 *
 * @param x - [batch, height, width, channels].
 * @returns [batch, height, width, channels + numChannels].
 * @see Karras et al. 2018, arXiv:1710.10196, Sec. 3.
 */
export function addMinibatchDeviation(x: tf.Tensor4D, { groupSize, numChannels }: MinibatchDeviationOptions): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const size = groupSizeOf(batch, groupSize);
  return tf.tidy(() => {
    const numGroups = batch / size;
    const parts = tf.reshape(x, [size, numGroups, height * width, numChannels, channels / numChannels]);
    const centred = tf.sub(parts, tf.mean(parts, 0, true));
    const deviation = tf.sqrt(tf.add(tf.mean(tf.square(centred), 0), 1e-8)); // [numGroups, places, numChannels, features]
    const perGroup = tf.reshape(tf.mean(deviation, [1, 3]), [numGroups, 1, 1, numChannels]);
    return tf.concat([x, tf.tile(perGroup, [size, height, width, 1]) as tf.Tensor4D], 3); // of rank 4
  });
}
