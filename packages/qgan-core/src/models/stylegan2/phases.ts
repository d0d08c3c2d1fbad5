import * as tf from "@tensorflow/tfjs-core";
import { type Params, selectParams } from "tfjs-train";
import type { PhaseContext, PhaseLoss, TrainingPhase } from "../gan-model.ts";
import { partsByGroup, partsInOrder } from "./batch-parts.ts";
import { groupSizeOf } from "./minibatch-deviation.ts";
import {
  discriminatorObjective,
  generatorObjective,
  gradientPenalty,
  type NetworkParams,
  type Networks,
  pathLengthPenalty,
  pathLengths,
} from "./objectives.ts";
import { drawForPhase, normalMaps } from "./phase-draws.ts";
import { withoutGradient } from "./without-gradient.ts";

export interface StyleGan2PhaseOptions {
  /** Weight γ of R1; 0 leaves it out. */
  readonly r1Gamma: number;
  /** Weight of the path lengths' penalty; 0 leaves it out. */
  readonly pathLengthWeight: number;
  /** Share of a batch in the running mean of path lengths. */
  readonly pathLengthDecay: number;
  /** Path lengths are taken of one image in so many. */
  readonly pathLengthShrink: number;
  /** Probability of style mixing. */
  readonly styleMixing: number;
  /** Updates of the generator between two of its regulariser. */
  readonly generatorRegularization: number;
  /** Updates of the discriminator between two of its regulariser. */
  readonly discriminatorRegularization: number;
  /** Updates of the discriminator for one of the generator. */
  readonly discriminatorSteps: number;
}

/** Name of the running mean of path lengths among the model's buffers. */
export const PATH_LENGTH_MEAN = "loss.pl_mean";
const AVERAGE = "G.mapping.w_avg";

const networkParams = (params: Params): NetworkParams => ({
  generator: selectParams(params, "G"),
  discriminator: selectParams(params, "D"),
});

/**
 * The four phases of a StyleGAN2 step, in the reference's names and order: `Gmain`, `Greg` (path lengths), `Dmain`, `Dreg` (R1).
 * The regularisers run once in so many steps, their losses as many times as large.
 *
 * @see Karras et al. 2019, arXiv:1912.04958, App. B ("lazy regularization").
 */
export function createPhases(networks: Networks, options: StyleGan2PhaseOptions): readonly TrainingPhase[] {
  const { r1Gamma, pathLengthWeight, styleMixing, discriminatorSteps } = options;
  const { generator, discriminator } = networks;
  const drawsOf = (context: PhaseContext, phase: string) =>
    drawForPhase(context, { generator, phase, styleMixing, samples: context.samples });
  const { groupSize, numChannels } = discriminator.minibatchDeviation;
  const parts = (batchSize: number, size: number) =>
    partsByGroup(batchSize, size, numChannels > 0 ? groupSizeOf(batchSize, groupSize) : 1);

  const generatorPhase: TrainingPhase = {
    name: "Gmain",
    interval: discriminatorSteps,
    groups: () => ["G"],
    parts,
    loss(params, context): PhaseLoss {
      const { losses, fakeLogits, average } = generatorObjective(networks, networkParams(params), {
        draws: drawsOf(context, "Gmain"),
        augment: (images) => context.augment(images, "Gmain", context.samples),
      });
      const loss: tf.Scalar = tf.mean(losses);
      return {
        loss,
        report: { lossG: loss, fakeLogitG: tf.mean(fakeLogits) },
        observed: { "scores/fake": fakeLogits, "G/loss": losses },
        buffers: { [AVERAGE]: average },
      };
    },
  };

  const discriminatorPhase: TrainingPhase = {
    name: "Dmain",
    interval: 1,
    groups: () => ["D"],
    parts,
    loss(params, context): PhaseLoss {
      const { images, labels, samples } = context;
      const { losses, fakeLogits, realLogits, average } = discriminatorObjective(networks, networkParams(params), {
        draws: drawsOf(context, "Dmain"),
        real: { images, labels },
        augmentFake: (batch) => context.augment(batch, "Dmain.fake", samples),
        augmentReal: (batch) => context.augment(batch, "Dmain.real", samples),
      });
      const loss: tf.Scalar = tf.mean(losses);
      return {
        loss,
        report: { lossD: loss, realLogit: tf.mean(realLogits), fakeLogit: tf.mean(fakeLogits) },
        realLogits,
        observed: { "scores/fake": fakeLogits, "scores/real": realLogits, "D/loss": losses },
        buffers: { [AVERAGE]: average },
      };
    },
  };

  const gradientPenaltyPhase: TrainingPhase = {
    name: "Dreg",
    interval: options.discriminatorRegularization,
    groups: () => ["D"],
    parts,
    loss(params, context): PhaseLoss {
      const { penalties, realLogits } = gradientPenalty(discriminator, networkParams(params).discriminator, {
        real: context,
        augment: (batch) => context.augment(batch, "Dreg", context.samples),
      });
      const penalty: tf.Scalar = tf.mean(penalties);
      const loss = tf.mul(penalty, (r1Gamma / 2) * context.interval) as tf.Scalar; // of a scalar
      return { loss, report: { r1Penalty: penalty }, realLogits, observed: { "scores/real": realLogits, r1_penalty: penalties } };
    },
  };

  return [
    generatorPhase,
    ...(pathLengthWeight > 0 ? [pathLengthPhase(networks, options)] : []),
    discriminatorPhase,
    ...(r1Gamma > 0 ? [gradientPenaltyPhase] : []),
  ];
}

/** The penalty of path lengths, over a part of the batch. */
function pathLengthPhase({ generator }: Networks, options: StyleGan2PhaseOptions): TrainingPhase {
  const { pathLengthWeight, pathLengthDecay: decay, pathLengthShrink, styleMixing, discriminatorSteps } = options;
  const countOf = (batchSize: number) => Math.max(1, Math.floor(batchSize / pathLengthShrink));
  const lengthsOf = (params: Params, context: PhaseContext) => {
    const samples = context.samples.filter((sample) => sample < countOf(context.batchSize));
    const { imageSize, channels } = generator;
    const noise = normalMaps(context.rng.fork("Greg").fork("projection"), samples, [imageSize, imageSize, channels]);
    return pathLengths(generator, selectParams(params, "G"), {
      draws: drawForPhase(context, { generator, phase: "Greg", styleMixing, samples }),
      noise: tf.div(noise, imageSize) as tf.Tensor4D, // elementwise
    });
  };
  return {
    name: "Greg",
    interval: options.generatorRegularization * discriminatorSteps,
    groups: () => ["G"],
    parts: (batchSize, size) => partsInOrder(countOf(batchSize), size),
    /** The penalty of each image depends on the mean length of all of them, the gradient too. */
    prepare: (params, parts) =>
      tf.tidy(() => {
        const means = parts.map((part) => tf.mean(lengthsOf(params, part).lengths));
        return { meanLength: tf.mean(tf.stack(means)) };
      }),
    loss(params, context): PhaseLoss {
      const { lengths, average } = lengthsOf(params, context);
      const gain = pathLengthWeight * (context.interval / discriminatorSteps);
      const old = params[PATH_LENGTH_MEAN];
      const { meanLength } = context.prepared;
      const { penalties, mean } = meanLength
        ? pathLengthPenalty(tf.reshape(meanLength, [1]) as tf.Tensor1D, { mean: old, decay }) // a batch of one that has this mean
        : pathLengthPenalty(lengths, { mean: old, decay });
      const report = { pathLength: tf.mean(lengths) as tf.Scalar };
      const buffers = { [AVERAGE]: average, [PATH_LENGTH_MEAN]: mean };
      if (!meanLength) {
        const penalty: tf.Scalar = tf.mean(penalties);
        const loss = tf.mul(penalty, gain) as tf.Scalar; // of a scalar
        return { loss, report: { ...report, pathLengthPenalty: penalty }, observed: { pl_penalty: penalties }, buffers };
      }
      const factors = withoutGradient(() => partFactors(lengths, { mean, meanLength, decay }));
      const loss = tf.mul(tf.mean(tf.mul(factors, lengths)), gain) as tf.Scalar; // of a scalar
      const partPenalties = tf.square(tf.sub(lengths, mean));
      const penalty: tf.Scalar = tf.mean(partPenalties);
      return { loss, report: { ...report, pathLengthPenalty: penalty }, observed: { pl_penalty: partPenalties }, buffers };
    },
  };
}

/**
 * What the gradient of mean (ℓ − a)², with a = a₀ + d·(mean ℓ − a₀), multiplies each image's ∂ℓ by: 2·[(ℓ − a) − d·(mean ℓ − a)].
 * The mean is that of the whole batch, so that parts of it can be taken one after the other.
 */
function partFactors(
  lengths: tf.Tensor1D,
  { mean, meanLength, decay }: { readonly mean: tf.Scalar; readonly meanLength: tf.Tensor; readonly decay: number },
): tf.Tensor1D {
  const own = tf.sub(lengths, mean);
  return tf.mul(tf.sub(own, tf.mul(tf.sub(meanLength, mean), decay)), 2) as tf.Tensor1D; // [part]
}
