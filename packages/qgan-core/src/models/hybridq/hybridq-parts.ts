import * as tf from "@tensorflow/tfjs-core";
import { batchNorm, type Params } from "tfjs-train";
import { dcganDiscriminator } from "../dcgan/dcgan-discriminator.ts";
import type { Discriminator, Forward, ForwardOptions, Generator } from "../gan-model.ts";
import { constantFill, normOf, normSpecs, type ParameterSpec } from "../parameter-spec.ts";
import { convolutionalDecoder, denseDecoder } from "./decoder.ts";
import { encoder } from "./encoder.ts";
import { latentDiscriminator } from "./latent-discriminator.ts";
import type { LatentGroup } from "./latent-group.ts";
import { NOISE_BOUND } from "./noise-bound.ts";
import type { ResolvedHybridQOptions } from "./options.ts";

/** HybridQ taken apart: what its losses are made of. */
export interface HybridQParts {
  readonly group: LatentGroup;
  readonly parameters: readonly ParameterSpec[];
  /** Undefined where latents are not judged. */
  readonly latentDiscriminator?: Discriminator<tf.Tensor2D>;
  /** Undefined where images are not judged. */
  readonly imageDiscriminator?: Discriminator;
  /** Real images → latents [batch, outputSize], normalised if `latentNorm`. */
  encode(params: Params, images: tf.Tensor4D, options: ForwardOptions): Forward<tf.Tensor2D>;
  /** Noise in [0, 1) → latents [batch, outputSize], normalised if `latentNorm`. */
  generate(params: Params, latents: tf.Tensor2D, options: ForwardOptions): Forward<tf.Tensor2D>;
  /** Latents → images in [−1, 1]. */
  decode(params: Params, latents: tf.Tensor2D): tf.Tensor4D;
  readonly generator: Generator;
}

/** Puts the parts together around a group of circuits, or of the classical networks that stand in for them. */
export function hybridQParts(name: string, options: ResolvedHybridQOptions, group: LatentGroup): HybridQParts {
  const { imageSize, channels, latentFusion, latentNorm } = options;
  const latentSize = group.outputSize;
  const pre = encoder({ imageSize, channels, maps: options.encoderMaps, latentSize });
  const post =
    options.decoder === "dense"
      ? denseDecoder({ imageSize, channels, maps: options.decoderMaps, latentSize })
      : convolutionalDecoder({ imageSize, channels, width: options.decoderWidth, latentSize });
  const judgesLatents = latentFusion !== "image";
  const judgesImages = latentFusion !== "latent";
  const latentJudge = judgesLatents ? latentDiscriminator({ latentSize, widths: options.latentDiscriminatorWidths }) : undefined;
  const imageJudge = judgesImages ? dcganDiscriminator({ imageSize, channels, width: options.discriminatorWidth }) : undefined;

  const normalise = (
    params: Params,
    latents: tf.Tensor2D,
    source: string,
    { training }: ForwardOptions,
  ): Forward<tf.Tensor2D> => {
    if (!latentNorm) return { output: latents, buffers: {} };
    const norm = `latent_norm.${source}`;
    const { y, running_mean, running_var } = batchNorm(latents, normOf(params, norm), { training });
    const buffers =
      running_mean && running_var ? { [`${norm}.running_mean`]: running_mean, [`${norm}.running_var`]: running_var } : {};
    return { output: y, buffers };
  };
  const encode: HybridQParts["encode"] = (params, images, mode) => normalise(params, pre.apply(params, images), "encoded", mode);
  const generate: HybridQParts["generate"] = (params, latents, mode) =>
    normalise(params, group.apply(params, tf.mul(latents, params[NOISE_BOUND])), "generated", mode);
  const norms = latentNorm ? ["encoded", "generated"] : [];
  const generatorParameters: ParameterSpec[] = [
    { name: NOISE_BOUND, shape: [], isTrainable: false, fill: constantFill(options.noiseBoundRadians) },
    ...group.parameters,
    ...norms.flatMap((source) => normSpecs(`latent_norm.${source}`, latentSize, { isAffine: false })),
    ...post.parameters,
  ];
  return {
    group,
    parameters: [
      ...pre.parameters,
      ...generatorParameters,
      ...(latentJudge?.parameters ?? []),
      ...(imageJudge?.parameters ?? []),
    ],
    latentDiscriminator: latentJudge,
    imageDiscriminator: imageJudge,
    encode,
    generate,
    decode: post.apply,
    generator: {
      name,
      latentSize: group.inputSize,
      imageShape: [imageSize, imageSize, channels],
      latentDistribution: "uniform",
      parameters: generatorParameters,
      apply: (params, latents) => tf.tidy(() => post.apply(params, generate(params, latents, { training: false }).output)),
    },
  };
}
