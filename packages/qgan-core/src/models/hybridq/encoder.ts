import * as tf from "@tensorflow/tfjs-core";
import { conv2d, dense, leakyRelu, type Params } from "tfjs-train";
import { convSpecs, denseSpecs, layerOf, type ParameterSpec } from "../parameter-spec.ts";

/** Turns images into latents, or latents into images. */
export interface Coder<I extends tf.Tensor, O extends tf.Tensor> {
  readonly parameters: readonly ParameterSpec[];
  apply(params: Params, input: I): O;
}

export interface EncoderOptions {
  readonly imageSize: number;
  readonly channels: number;
  readonly maps: number;
  readonly latentSize: number;
}

/**
 * Pre-processing: 4×4 convolution of stride 2, LeakyReLU 0.2, dense.
 * Images [batch, size, size, channels] in [−1, 1] → latents [batch, latentSize]. 102 549 parameters at 64×64 with one map.
 *
 * @see Jiao et al., HybridQ, Sec. 3.1; stride and number of maps are ours.
 */
export function encoder({ imageSize, channels, maps, latentSize }: EncoderOptions): Coder<tf.Tensor4D, tf.Tensor2D> {
  const numFeatures = (imageSize / 2) ** 2 * maps;
  return {
    parameters: [...convSpecs("encoder.conv", 4, channels, maps), ...denseSpecs("encoder.dense", numFeatures, latentSize)],
    apply: (params, images) =>
      tf.tidy(() => {
        const x = leakyRelu(conv2d(images, layerOf(params, "encoder.conv"), { stride: 2, padding: 1 }), 0.2); // [batch, size/2, size/2, maps]
        return dense(tf.reshape(x, [-1, numFeatures]), layerOf(params, "encoder.dense"));
      }),
  };
}
