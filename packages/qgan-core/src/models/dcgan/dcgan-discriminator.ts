import * as tf from "@tensorflow/tfjs-core";
import { batchNorm, conv2d, leakyRelu, type Params } from "tfjs-train";
import type { Discriminator, Forward, ForwardOptions } from "../gan-model.ts";
import { layerOf, normOf, normSpecs, type ParameterSpec } from "../parameter-spec.ts";
import { countLevels, DCGAN_FILL } from "./dcgan-generator.ts";

export interface DcganDiscriminatorOptions {
  /** Side of the image: a power of two, at least 8. */
  readonly imageSize: number;
  readonly channels: number;
  /** Channels after the first layer; twice as many a level above. */
  readonly width: number;
}

/**
 * DCGAN's discriminator: 4×4 convolutions of stride 2, batch norm after all but the first, LeakyReLU 0.2, and a 4×4 convolution
 * to the logit; no convolution has a bias.
 *
 * @see Radford et al. 2016, arXiv:1511.06434, Sec. 3; layer widths of the PyTorch example (2 765 568 parameters at 64×64).
 */
export function dcganDiscriminator({ imageSize, channels, width }: DcganDiscriminatorOptions): Discriminator {
  const numLevels = countLevels("dcgan", imageSize);
  const widthAt = (level: number) => width * 2 ** level;
  const convolution = (level: number, inputs: number, outputs: number): ParameterSpec => ({
    name: `discriminator.${level}.conv.weight`,
    shape: [4, 4, inputs, outputs],
    isTrainable: true,
    fill: DCGAN_FILL,
  });
  const parameters: ParameterSpec[] = [convolution(0, channels, widthAt(0))];
  for (let level = 1; level < numLevels; level++)
    parameters.push(
      convolution(level, widthAt(level - 1), widthAt(level)),
      ...normSpecs(`discriminator.${level}.norm`, widthAt(level)),
    );
  const lastWidth = widthAt(numLevels - 1);
  parameters.push(convolution(numLevels, lastWidth, 1));

  const forward = (params: Params, images: tf.Tensor4D, { training }: ForwardOptions): Forward<tf.Tensor2D> => {
    const buffers: Record<string, tf.Tensor> = {};
    let x = images;
    for (let level = 0; level < numLevels; level++) {
      x = conv2d(x, layerOf(params, `discriminator.${level}.conv`), { stride: 2, padding: 1 }); // [batch, h/2, w/2, out]
      if (level > 0) {
        const name = `discriminator.${level}.norm`;
        const { y, running_mean, running_var } = batchNorm(x, normOf(params, name), { training });
        if (running_mean) buffers[`${name}.running_mean`] = running_mean;
        if (running_var) buffers[`${name}.running_var`] = running_var;
        x = y;
      }
      x = leakyRelu(x, 0.2);
    }
    // A 4×4 convolution of a 4×4 map is a matrix product.
    const last = tf.reshape(layerOf(params, `discriminator.${numLevels}.conv`).weight, [16 * lastWidth, 1]) as tf.Tensor2D;
    return { output: tf.matMul(tf.reshape(x, [-1, 16 * lastWidth]) as tf.Tensor2D, last), buffers };
  };

  return {
    name: "dcgan",
    parameters,
    forward,
    apply: (params, images) => tf.tidy(() => forward(params, images, { training: false }).output),
  };
}
