import * as tf from "@tensorflow/tfjs-core";
import { losses } from "../../losses/index.ts";
import type { PhaseLoss, TrainingPhase } from "../gan-model.ts";
import type { HybridQParts } from "./hybridq-parts.ts";
import type { ResolvedHybridQOptions } from "./options.ts";

const TRAINING = { training: true };

/**
 * The two updates of a step. With E encoder, Q circuits (each latent normalised), P decoder, D_z and D_x the discriminators:
 *
 *   discriminator: L_D(D_z(E(x)), D_z(Q(z)))  +  L_D(D_x(x), D_x(P(Q(z))))
 *   generator:     L_G(D_z(Q(z))) + w_x·L_G(D_x(P(Q(z)))) + w_r·mean (P(E(x)) − x)² + w_a·L_G(−D_z(E(x)))
 *
 * Terms of a discriminator that the reading does not have, or not yet (`imageWarmupSteps`), are left out. In the last
 * term, the alignment, the encoder makes its latents look generated; in reading "latent" the circuits get no other gradient than
 * the first term's and the decoder no other than the third's.
 */
export function hybridQPhases(parts: HybridQParts, options: ResolvedHybridQOptions): readonly TrainingPhase[] {
  const { group, latentDiscriminator, imageDiscriminator } = parts;
  const { imageWeight, imageWarmupSteps, reconstructionWeight, alignmentWeight } = options;
  const loss = losses.resolve(options.loss);
  const isAligned = latentDiscriminator !== undefined && alignmentWeight > 0;
  const hasImages = (step: number) => imageDiscriminator !== undefined && step >= imageWarmupSteps;

  const discriminatorPhase: TrainingPhase = {
    name: "discriminator",
    interval: 1,
    groups: (step) => [...(latentDiscriminator ? ["latent_discriminator"] : []), ...(hasImages(step) ? ["discriminator"] : [])],
    loss(params, { step, images, latents, augment }): PhaseLoss {
      const generated = parts.generate(params, latents, TRAINING).output;
      const terms: tf.Scalar[] = [];
      const report: Record<string, tf.Scalar> = {};
      let buffers = {};
      let realLogits: tf.Tensor2D | undefined;
      if (latentDiscriminator) {
        const encoded = parts.encode(params, images, TRAINING).output;
        const real = latentDiscriminator.forward(params, encoded, TRAINING).output;
        const fake = latentDiscriminator.forward(params, generated, TRAINING).output;
        terms.push((report.lossDLatent = loss.discriminator(real, fake)));
        report.realLatentLogit = tf.mean(real);
        report.fakeLatentLogit = tf.mean(fake);
      }
      if (imageDiscriminator && hasImages(step)) {
        const real = imageDiscriminator.forward(params, augment(images, "real"), TRAINING);
        const decoded = augment(parts.decode(params, generated), "fake");
        const fake = imageDiscriminator.forward({ ...params, ...real.buffers }, decoded, TRAINING);
        terms.push((report.lossDImage = loss.discriminator(real.output, fake.output)));
        report.realLogit = tf.mean(real.output);
        report.fakeLogit = tf.mean(fake.output);
        realLogits = real.output;
        buffers = fake.buffers;
      }
      const total = sum(terms);
      return { loss: total, report: { lossD: total, ...report }, realLogits, buffers };
    },
  };

  const generatorPhase: TrainingPhase = {
    name: "generator",
    interval: 1,
    groups: (step) => [
      ...(latentDiscriminator || hasImages(step) ? [group.name] : []),
      ...(reconstructionWeight > 0 || isAligned ? ["encoder"] : []),
      ...(reconstructionWeight > 0 || hasImages(step) ? ["decoder"] : []),
    ],
    loss(params, { step, images, latents, augment }): PhaseLoss {
      const generated = parts.generate(params, latents, TRAINING);
      const encoded = parts.encode(params, images, TRAINING);
      const adversarial: tf.Scalar[] = [];
      const others: tf.Scalar[] = [];
      const report: Record<string, tf.Scalar> = {};
      if (latentDiscriminator) {
        const fake = latentDiscriminator.forward(params, generated.output, TRAINING).output;
        adversarial.push((report.lossGLatent = loss.generator(fake)));
      }
      if (imageDiscriminator && hasImages(step)) {
        const decoded = augment(parts.decode(params, generated.output), "generator");
        const fake = imageDiscriminator.forward(params, decoded, TRAINING).output;
        report.lossGImage = loss.generator(fake);
        adversarial.push(tf.mul(report.lossGImage, imageWeight));
      }
      if (reconstructionWeight > 0) {
        report.reconstruction = tf.mean(tf.squaredDifference(parts.decode(params, encoded.output), images));
        others.push(tf.mul(report.reconstruction, reconstructionWeight));
      }
      if (latentDiscriminator && isAligned) {
        const real = latentDiscriminator.forward(params, encoded.output, TRAINING).output;
        report.alignment = loss.generator(tf.neg(real));
        others.push(tf.mul(report.alignment, alignmentWeight));
      }
      if (adversarial.length > 0) report.lossG = sum(adversarial);
      return {
        loss: sum([...adversarial, ...others]),
        report,
        buffers: { ...encoded.buffers, ...generated.buffers },
      };
    },
  };
  return [discriminatorPhase, generatorPhase];
}

/** Sum of at least one scalar. */
function sum(terms: readonly tf.Scalar[]): tf.Scalar {
  return terms.reduce((total, term) => tf.add(total, term));
}
