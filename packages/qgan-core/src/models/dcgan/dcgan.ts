import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { adam } from "tfjs-train";
import { losses } from "../../losses/index.ts";
import type { GanModel, GanModelKind, PhaseLoss, TrainingPhase } from "../gan-model.ts";
import { dcganDiscriminator } from "./dcgan-discriminator.ts";
import { dcganGenerator } from "./dcgan-generator.ts";

export interface DcganOptions {
  /** Side of the image: a power of two from 8 to 1024. */
  readonly imageSize?: number;
  /** 3 for RGB, 1 for grey. */
  readonly channels?: number;
  readonly latentSize?: number;
  /** Channels of the generator's last hidden layer. */
  readonly generatorWidth?: number;
  /** Channels of the discriminator's first layer. */
  readonly discriminatorWidth?: number;
  /** Adam's rate, of both. */
  readonly learningRate?: number;
  /** Adam's first decay. */
  readonly beta1?: number;
  /** Name in the registry `losses`. */
  readonly loss?: string;
}

/** DCGAN; 6 342 272 parameters at the defaults. @throws UsageError on an unknown or impossible option. */
function createDcgan(options: DcganOptions = {}): GanModel {
  checkOptions("dcgan", options, KNOWN);
  const resolved = { ...DEFAULTS, ...options };
  const { imageSize, channels, latentSize, generatorWidth, discriminatorWidth, learningRate, beta1 } = resolved;
  expect(channels === 1 || channels === 3, "dcgan", `channels must be 1 or 3; got ${channels}.`);
  for (const [name, value] of Object.entries({ latentSize, generatorWidth, discriminatorWidth }))
    expect(Number.isInteger(value) && value >= 1, "dcgan", `${name} must be an integer ≥ 1; got ${value}.`);
  expect(learningRate > 0, "dcgan", `learningRate must be above 0; got ${learningRate}.`);
  const loss = losses.resolve(resolved.loss);
  const generator = dcganGenerator({ imageSize, channels, latentSize, width: generatorWidth });
  const discriminator = dcganDiscriminator({ imageSize, channels, width: discriminatorWidth });

  const discriminatorPhase: TrainingPhase = {
    name: "discriminator",
    interval: 1,
    groups: () => ["discriminator"],
    loss(params, { images, latents, augment }): PhaseLoss {
      const fakes = generator.forward(params, latents, { training: true }).output;
      const real = discriminator.forward(params, augment(images, "real"), { training: true });
      const fake = discriminator.forward({ ...params, ...real.buffers }, augment(fakes, "fake"), { training: true });
      const total = loss.discriminator(real.output, fake.output);
      return {
        loss: total,
        report: { lossD: total, realLogit: tf.mean(real.output), fakeLogit: tf.mean(fake.output) },
        realLogits: real.output,
        buffers: fake.buffers,
      };
    },
  };
  const generatorPhase: TrainingPhase = {
    name: "generator",
    interval: 1,
    groups: () => ["generator"],
    loss(params, { latents, augment }): PhaseLoss {
      const { output, buffers } = generator.forward(params, latents, { training: true });
      const total = loss.generator(discriminator.forward(params, augment(output, "generator"), { training: true }).output);
      return { loss: total, report: { lossG: total }, buffers };
    },
  };

  return {
    name: "dcgan",
    options: resolved,
    generator,
    parameters: [...generator.parameters, ...discriminator.parameters],
    createOptimizers: () => ({
      generator: adam({ learningRate, beta1, beta2: 0.999 }),
      discriminator: adam({ learningRate, beta1, beta2: 0.999 }),
    }),
    phases: [discriminatorPhase, generatorPhase],
    judgesImages: true,
  };
}

const DEFAULTS = {
  imageSize: 64,
  channels: 3,
  latentSize: 100,
  generatorWidth: 64,
  discriminatorWidth: 64,
  learningRate: 2e-4,
  beta1: 0.5,
  loss: "logistic",
} as const satisfies DcganOptions;
const KNOWN = Object.keys(DEFAULTS);

export const dcgan: GanModelKind = {
  name: "dcgan",
  source: "Radford et al. 2016, arXiv:1511.06434",
  presets: {
    default64: { description: "64×64, the paper's widths: 6 342 272 parameters", options: {}, training: { batchSize: 32 } },
    demo32: {
      description: "32×32, narrow: visible lesions after minutes",
      options: { imageSize: 32, generatorWidth: 32, discriminatorWidth: 16 },
      training: { batchSize: 8 },
    },
    tiny: {
      description: "16×16, for tests",
      options: { imageSize: 16, latentSize: 8, generatorWidth: 4, discriminatorWidth: 4 },
      training: { batchSize: 4 },
    },
  },
  create: createDcgan,
};
