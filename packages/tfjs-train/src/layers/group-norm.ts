import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";

/** Scale and shift after normalisation, one a channel. */
export interface NormParams {
  readonly weight?: tf.Tensor;
  readonly bias?: tf.Tensor;
}

/**
 * Group normalisation: channels in `groups` equal groups; each group of each image is normalised over its channels and all
 * positions, y = (x − μ)/√(σ² + ε)·weight + bias with the biased variance. One group: layer norm over an image; as many groups as
 * channels: instance norm. Of plain ops, differentiable as often as one likes.
 *
 * @param x - [batch, ..., channels].
 * @throws UsageError if the channels do not divide by the groups.
 * @see Wu & He 2018, eq. 7; torch.nn.GroupNorm.
 */
export function groupNorm<T extends tf.Tensor>(
  x: T,
  { weight, bias }: NormParams,
  options: { readonly groups: number; readonly epsilon?: number },
): T {
  checkOptions("groupNorm", options, ["groups", "epsilon"]);
  const { groups, epsilon = 1e-5 } = options;
  const channels = x.shape[x.rank - 1];
  expect(
    Number.isInteger(groups) && groups >= 1 && channels % groups === 0,
    "groupNorm",
    `groups must divide the ${channels} channels; got ${groups}.`,
  );
  return tf.tidy(() => {
    const grouped = tf.reshape(x, [x.shape[0], -1, groups, channels / groups]); // [batch, positions, groups, channels a group]
    const y = tf.reshape(normalise(grouped, [1, 3], epsilon), x.shape);
    return scale(y, weight, bias) as T; // the shape of x
  });
}

/**
 * Layer normalisation over the last axis: y = (x − μ)/√(σ² + ε)·weight + bias with the biased variance.
 *
 * @param x - [..., features].
 * @see Ba et al. 2016, eq. 4; torch.nn.LayerNorm over one axis.
 */
export function layerNorm<T extends tf.Tensor>(
  x: T,
  { weight, bias }: NormParams,
  options: { readonly epsilon?: number } = {},
): T {
  checkOptions("layerNorm", options, ["epsilon"]);
  const { epsilon = 1e-5 } = options;
  return tf.tidy(() => scale(normalise(x, [x.rank - 1], epsilon), weight, bias) as T); // the shape of x
}

function normalise(x: tf.Tensor, axes: number[], epsilon: number): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, axes, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), axes, true), epsilon)));
}

function scale(y: tf.Tensor, weight: tf.Tensor | undefined, bias: tf.Tensor | undefined): tf.Tensor {
  const scaled = weight ? tf.mul(y, weight) : y;
  return bias ? tf.add(scaled, bias) : scaled;
}
