import * as tf from "@tensorflow/tfjs-core";
import { checkOptions } from "repro-kit";
import { type Conv2dResampleOptions, conv2dResample } from "./conv2d-resample.ts";

export interface ModulatedConv2dOptions extends Omit<Conv2dResampleOptions, "groups"> {
  /** Added to the result: [batch or 1, height, width, 1]. */
  readonly noise?: tf.Tensor;
  /** Scale every output channel to unit variance under unit inputs. Default true. */
  readonly demodulate?: boolean;
}

const KNOWN = ["filter", "up", "down", "padding", "flipWeight", "flipFilter", "noise", "demodulate"];
const EPSILON = 1e-8;

/**
 * A convolution whose weights each sample scales by its style: with w′ = s_in·w and d_out = 1/√(Σ w′² + 1e-8),
 * y = d·conv(x, w′) + noise. Computed as d·conv(s·x, w) with shared weights, which is the same and needs no grouped convolution;
 * Σ w′² is the matrix product of s² and Σ_k w².
 *
 * @param x - [batch, height, width, in].
 * @param weight - [kernel, kernel, in, out].
 * @param options.styles - [batch, in].
 * @returns [batch, newHeight, newWidth, out].
 * @see Karras et al. 2019, arXiv:1912.04958, Sec. 2.2, Eqs. 1–3.
 */
export function modulatedConv2d(
  x: tf.Tensor4D,
  weight: tf.Tensor4D,
  { styles, ...options }: ModulatedConv2dOptions & { readonly styles: tf.Tensor2D },
): tf.Tensor4D {
  checkOptions("modulatedConv2d", options, KNOWN);
  const { noise, demodulate = true, ...resampling } = options;
  return tf.tidy(() => {
    const scaled = tf.mul(x, perChannel(styles)) as tf.Tensor4D; // [batch, 1, 1, in] spreads over the image
    let y = conv2dResample(scaled, weight, resampling);
    if (demodulate) {
      const energy = tf.sum(tf.square(weight), [0, 1]) as tf.Tensor2D; // [in, out]
      const factor = tf.rsqrt(tf.add(tf.matMul(tf.square(styles), energy), EPSILON)); // [batch, out]
      y = tf.mul(y, perChannel(factor));
    }
    return noise ? tf.add(y, noise) : y;
  });
}

const perChannel = (values: tf.Tensor): tf.Tensor => tf.reshape(values, [values.shape[0], 1, 1, values.shape[1] ?? 1]);
