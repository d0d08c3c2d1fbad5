import type { EmaOptions } from "../../training/ema.ts";
import type { StyleGan2Options } from "./stylegan2.ts";
import type { StyleGan2TrainingPlan } from "./training-options.ts";

/** The images that a configuration is for. */
export interface PlannedImages {
  readonly channels: number;
  /** Number of classes to train by; 0 for none. */
  readonly labelSize: number;
}

/** A derived configuration in this program's terms: what `createModel` and `trainGan` are given. */
export interface PlannedStyleGan2 {
  /** Options of the model "stylegan2". */
  readonly modelOptions: StyleGan2Options;
  readonly batchSize: number;
  /** Steps until `total_kimg` images have been seen. */
  readonly steps: number;
  readonly ema: EmaOptions;
  /** Target of adaptive augmentation, or a fixed probability; absent without augmentation. */
  readonly augment?:
    | { readonly kind: "ada"; readonly target: number; readonly rampKimg: number }
    | { readonly kind: "fixed"; readonly p: number };
  readonly clipGradients?: number;
  readonly microBatch?: number;
}

/** Thousands of images in which p can move by 1, where the configuration does not say. */
const ADA_KIMG = 500;

/** The part of a derived configuration that is read here, in the reference's names. */
interface Configuration {
  readonly training_set_kwargs: { readonly resolution: number };
  readonly G_kwargs: {
    readonly z_dim: number;
    readonly w_dim: number;
    readonly mapping_kwargs: { readonly num_layers: number };
    readonly synthesis_kwargs: {
      readonly channel_base: number;
      readonly channel_max: number;
      readonly conv_clamp: number | null;
    };
  };
  readonly D_kwargs: {
    readonly block_kwargs: { readonly freeze_layers?: number };
    readonly epilogue_kwargs: { readonly mbstd_group_size: number };
    readonly architecture?: "orig";
  };
  readonly G_opt_kwargs: { readonly lr: number; readonly betas: readonly [number, number] };
  readonly D_opt_kwargs: { readonly lr: number };
  readonly loss_kwargs: { readonly r1_gamma: number; readonly pl_weight?: number; readonly style_mixing_prob?: number };
  readonly total_kimg: number;
  readonly batch_size: number;
  readonly ema_kimg: number;
  readonly ema_rampup: number | null;
  readonly ada_target?: number;
  readonly augment_p?: number;
  readonly ada_kimg?: number;
  readonly clip_gradients?: number;
  readonly d_steps?: number;
  readonly micro_batch?: number;
}

/**
 * What `createModel("stylegan2", …)` and `trainGan` are given for a configuration that `planStyleGan2Training` derived.
 *
 * @param plan - The derived configuration.
 * @param images - What the images are besides their side.
 */
export function readStyleGan2Plan(
  { trainingOptions }: Pick<StyleGan2TrainingPlan, "trainingOptions">,
  { channels, labelSize }: PlannedImages,
): PlannedStyleGan2 {
  const plan = trainingOptions as unknown as Configuration; // planStyleGan2Training writes these keys
  const { G_kwargs: generator, D_kwargs: discriminator, loss_kwargs: loss, G_opt_kwargs: adam } = plan;
  const { synthesis_kwargs: synthesis } = generator;
  const { freeze_layers: freezeLayers } = discriminator.block_kwargs;
  return {
    modelOptions: {
      imageSize: plan.training_set_kwargs.resolution,
      channels,
      labelSize,
      latentSize: generator.z_dim,
      styleSize: generator.w_dim,
      mappingLayers: generator.mapping_kwargs.num_layers,
      channelBase: synthesis.channel_base,
      channelMax: synthesis.channel_max,
      clamp: synthesis.conv_clamp ?? 0,
      minibatchGroup: discriminator.epilogue_kwargs.mbstd_group_size,
      ...(discriminator.architecture ? { discriminatorArchitecture: discriminator.architecture } : {}),
      ...(freezeLayers === undefined ? {} : { freezeLayers }),
      generatorLearningRate: adam.lr,
      discriminatorLearningRate: plan.D_opt_kwargs.lr,
      beta1: adam.betas[0],
      beta2: adam.betas[1],
      r1Gamma: loss.r1_gamma,
      ...(loss.pl_weight === undefined ? {} : { pathLengthWeight: loss.pl_weight }),
      ...(loss.style_mixing_prob === undefined ? {} : { styleMixing: loss.style_mixing_prob }),
      ...(plan.d_steps === undefined ? {} : { discriminatorSteps: plan.d_steps }),
    },
    batchSize: plan.batch_size,
    steps: Math.ceil((plan.total_kimg * 1000) / plan.batch_size),
    ema: { halfLifeKimg: plan.ema_kimg, rampUp: plan.ema_rampup ?? 0 },
    ...augmentOf(plan),
    ...(plan.clip_gradients === undefined ? {} : { clipGradients: plan.clip_gradients }),
    ...(plan.micro_batch === undefined ? {} : { microBatch: plan.micro_batch }),
  };
}

function augmentOf({ ada_target: target, augment_p: p, ada_kimg: rampKimg = ADA_KIMG }: Configuration) {
  if (target !== undefined) return { augment: { kind: "ada", target, rampKimg } as const };
  return p === undefined ? {} : { augment: { kind: "fixed", p } as const };
}
