import * as tf from "@tensorflow/tfjs-core";
import { conv2d, convTranspose2d, dense, relu, tanh } from "tfjs-train";
import { countLevels } from "../dcgan/dcgan-generator.ts";
import { convSpecs, denseSpecs, fanInFill, layerOf, type ParameterSpec } from "../parameter-spec.ts";
import type { Coder } from "./encoder.ts";

export interface DenseDecoderOptions {
  readonly imageSize: number;
  readonly channels: number;
  readonly maps: number;
  readonly latentSize: number;
}

/**
 * Post-processing as the paper has it: dense to `maps` maps of the image's size, ReLU, 3×3 convolution, tanh.
 * Latents [batch, latentSize] → images [batch, size, size, channels]. 827 449 parameters at 64×64 with two maps.
 *
 * @see Jiao et al., HybridQ, Sec. 3.1; the number of maps is ours.
 */
export function denseDecoder({ imageSize, channels, maps, latentSize }: DenseDecoderOptions): Coder<tf.Tensor2D, tf.Tensor4D> {
  return {
    parameters: [
      ...denseSpecs("decoder.dense", latentSize, imageSize * imageSize * maps),
      ...convSpecs("decoder.conv", 3, maps, channels),
    ],
    apply: (params, latents) =>
      tf.tidy(() => {
        const flat = relu(dense(latents, layerOf(params, "decoder.dense")));
        const x = tf.reshape(flat, [-1, imageSize, imageSize, maps]) as tf.Tensor4D;
        return tanh(conv2d(x, layerOf(params, "decoder.conv"), { stride: 1, padding: 1 }));
      }),
  };
}

export interface ConvolutionalDecoderOptions {
  readonly imageSize: number;
  readonly channels: number;
  /** Channels at 4×4; half as many a level up, at least 4. */
  readonly width: number;
  readonly latentSize: number;
}

/**
 * The alternative to the dense decoder: dense to 4×4, ReLU, 4×4 transposed convolutions of stride 2 with ReLU, then the paper's
 * 3×3 convolution and tanh.
 */
export function convolutionalDecoder(options: ConvolutionalDecoderOptions): Coder<tf.Tensor2D, tf.Tensor4D> {
  const { imageSize, channels, width, latentSize } = options;
  const numLevels = countLevels("hybridq", imageSize);
  const widthAt = (level: number) => Math.max(4, Math.floor(width / 2 ** level));
  const transposed = (level: number): readonly ParameterSpec[] => {
    const [inputs, outputs] = [widthAt(level - 1), widthAt(level)];
    const fill = fanInFill(4 * inputs); // at stride 2 each output sees 2×2 of the 4×4 taps
    return [
      { name: `decoder.${level}.conv.weight`, shape: [4, 4, outputs, inputs], isTrainable: true, fill },
      { name: `decoder.${level}.conv.bias`, shape: [outputs], isTrainable: true, fill },
    ];
  };
  const levels = Array.from({ length: numLevels }, (_, index) => index + 1);
  return {
    parameters: [
      ...denseSpecs("decoder.dense", latentSize, 16 * widthAt(0)),
      ...levels.flatMap(transposed),
      ...convSpecs("decoder.conv", 3, widthAt(numLevels), channels),
    ],
    apply: (params, latents) =>
      tf.tidy(() => {
        const flat = relu(dense(latents, layerOf(params, "decoder.dense")));
        let x = tf.reshape(flat, [-1, 4, 4, widthAt(0)]) as tf.Tensor4D;
        for (const level of levels)
          x = relu(convTranspose2d(x, layerOf(params, `decoder.${level}.conv`), { stride: 2, padding: 1 })); // [batch, 2h, 2w, out]
        return tanh(conv2d(x, layerOf(params, "decoder.conv"), { stride: 1, padding: 1 }));
      }),
  };
}
