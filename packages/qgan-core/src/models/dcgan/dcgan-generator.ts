import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import { batchNorm, convTranspose2d, type Params, relu, tanh } from "tfjs-train";
import type { Forward, ForwardOptions, Generator } from "../gan-model.ts";
import { layerOf, normalFill, normOf, normSpecs, type ParameterSpec } from "../parameter-spec.ts";

export interface DcganGeneratorOptions {
  /** Side of the image: a power of two, at least 8. */
  readonly imageSize: number;
  readonly channels: number;
  readonly latentSize: number;
  /** Channels before the last layer; twice as many a level below. */
  readonly width: number;
}

export interface DcganGenerator extends Generator {
  forward(params: Params, latents: tf.Tensor2D, options: ForwardOptions): Forward<tf.Tensor4D>;
}

/** Convolutions start from N(0, 0.02), as the paper's Sec. 4. */
export const DCGAN_FILL = normalFill(0, 0.02);

/**
 * DCGAN's generator: a 4×4 transposed convolution of the 1×1 latent, then one of stride 2 a level, batch norm and ReLU after
 * each, tanh after the last; no convolution has a bias.
 *
 * @see Radford et al. 2016, arXiv:1511.06434, Sec. 3 and Fig. 1; layer widths of the PyTorch example (3 576 704 parameters at 64×64).
 */
export function dcganGenerator({ imageSize, channels, latentSize, width }: DcganGeneratorOptions): DcganGenerator {
  const numLevels = countLevels("dcgan", imageSize);
  const widthAt = (level: number) => (level === numLevels ? channels : width * 2 ** (numLevels - 1 - level));
  const convolution = (name: string, inputs: number, outputs: number): ParameterSpec => ({
    name: `${name}.weight`,
    shape: [4, 4, outputs, inputs],
    isTrainable: true,
    fill: DCGAN_FILL,
  });
  const parameters = [convolution("generator.0.conv", latentSize, widthAt(0)), ...normSpecs("generator.0.norm", widthAt(0))];
  for (let level = 1; level <= numLevels; level++) {
    parameters.push(convolution(`generator.${level}.conv`, widthAt(level - 1), widthAt(level)));
    if (level < numLevels) parameters.push(...normSpecs(`generator.${level}.norm`, widthAt(level)));
  }

  const forward = (params: Params, latents: tf.Tensor2D, { training }: ForwardOptions): Forward<tf.Tensor4D> => {
    const buffers: Record<string, tf.Tensor> = {};
    const normalise = (x: tf.Tensor4D, name: string): tf.Tensor4D => {
      const { y, running_mean, running_var } = batchNorm(x, normOf(params, name), { training });
      if (running_mean) buffers[`${name}.running_mean`] = running_mean;
      if (running_var) buffers[`${name}.running_var`] = running_var;
      return relu(y);
    };
    // A transposed convolution of a 1×1 map is a matrix product: [batch, latent] × [4·4·out, latent]ᵀ.
    const first = tf.reshape(layerOf(params, "generator.0.conv").weight, [16 * widthAt(0), latentSize]);
    let x = tf.reshape(tf.matMul(latents, first as tf.Tensor2D, false, true), [-1, 4, 4, widthAt(0)]) as tf.Tensor4D;
    for (let level = 1; level <= numLevels; level++) {
      x = normalise(x, `generator.${level - 1}.norm`);
      x = convTranspose2d(x, layerOf(params, `generator.${level}.conv`), { stride: 2, padding: 1 }); // [batch, 2h, 2w, out]
    }
    return { output: tanh(x), buffers };
  };

  return {
    name: "dcgan",
    latentSize,
    imageShape: [imageSize, imageSize, channels],
    latentDistribution: "normal",
    parameters,
    forward,
    apply: (params, latents) => tf.tidy(() => forward(params, latents, { training: false }).output),
  };
}

/** Number of doublings from 4×4. @throws UsageError unless the size is a power of two from 8 to 1024. */
export function countLevels(scope: string, imageSize: number): number {
  const numLevels = Math.log2(imageSize) - 2;
  expect(
    Number.isInteger(numLevels) && numLevels >= 1 && numLevels <= 8,
    scope,
    `imageSize must be a power of two from 8 to 1024; got ${imageSize}. Resize the images, for example to 64.`,
  );
  return numLevels;
}
