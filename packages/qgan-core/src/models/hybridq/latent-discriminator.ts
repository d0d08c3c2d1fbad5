import * as tf from "@tensorflow/tfjs-core";
import { dense, leakyRelu, type Params } from "tfjs-train";
import type { Discriminator } from "../gan-model.ts";
import { denseSpecs, layerOf } from "../parameter-spec.ts";

export interface LatentDiscriminatorOptions {
  readonly latentSize: number;
  /** Hidden widths. */
  readonly widths: readonly number[];
}

/** Judges latents: dense layers with LeakyReLU 0.2 between them, [batch, latentSize] → [batch, 1]. 100-256-128-1 by default. */
export function latentDiscriminator({ latentSize, widths }: LatentDiscriminatorOptions): Discriminator<tf.Tensor2D> {
  const sizes = [latentSize, ...widths, 1];
  const apply = (params: Params, latents: tf.Tensor2D): tf.Tensor2D =>
    tf.tidy(() => {
      let x = latents;
      for (let i = 0; i + 1 < sizes.length; i++) {
        x = dense(x, layerOf(params, `latent_discriminator.${i}`)); // [batch, sizes[i + 1]]
        if (i + 2 < sizes.length) x = leakyRelu(x, 0.2);
      }
      return x;
    });
  return {
    name: "latent-mlp",
    parameters: sizes.slice(1).flatMap((size, i) => denseSpecs(`latent_discriminator.${i}`, sizes[i], size)),
    apply,
    forward: (params, latents) => ({ output: apply(params, latents), buffers: {} }),
  };
}
