import * as tf from "@tensorflow/tfjs-core";

/** Pyramids end at this side. */
const SMALLEST = 8;

/**
 * How far noise maps are from white: the squared correlation with their neighbours, over all scales, so that a projection cannot paint
 * the image into the noise. For a map n and its averages over 2×2 pixels down to 8×8: Σ (mean n(x,y)·n(x−1,y))² + (mean n(x,y)·n(x,y−1))².
 *
 * @param maps - [batch, size, size], where size is a power of two.
 * @returns [batch].
 * @see Karras et al. 2019, arXiv:1912.04958, App. D.
 */
export function noiseRegularization(maps: tf.Tensor3D): tf.Tensor1D {
  return tf.tidy(() => {
    let noise = maps;
    let total: tf.Tensor = tf.zeros([maps.shape[0]]);
    for (;;) {
      for (const axis of [1, 2]) {
        const correlation = tf.mean(tf.mul(noise, rollByOne(noise, axis)), [1, 2]); // [batch]
        total = tf.add(total, tf.square(correlation));
      }
      const [batch, size] = noise.shape;
      if (size <= SMALLEST) return total as tf.Tensor1D; // one number a map
      const half = size / 2;
      const pairs = tf.reshape(noise, [batch, half, 2, half, 2]);
      noise = tf.mean(pairs, [2, 4]) as tf.Tensor3D;
    }
  });
}

/** Moves everything on by one; what leaves at the end enters at the beginning. */
function rollByOne(x: tf.Tensor3D, axis: number): tf.Tensor3D {
  const [batch, height, width] = x.shape;
  const size = x.shape[axis];
  const from = (at: number, count: number): tf.Tensor3D =>
    axis === 1 ? tf.slice(x, [0, at, 0], [batch, count, width]) : tf.slice(x, [0, 0, at], [batch, height, count]);
  return tf.concat([from(size - 1, 1), from(0, size - 1)], axis);
}

/** Maps brought to mean 0 and mean square 1, each by itself. */
export function normalizeNoise(maps: tf.Tensor3D): tf.Tensor3D {
  return tf.tidy(() => {
    const centred = tf.sub(maps, tf.mean(maps, [1, 2], true));
    return tf.mul(centred, tf.rsqrt(tf.mean(tf.square(centred), [1, 2], true)));
  });
}
