import * as tf from "@tensorflow/tfjs-core";
import {
  createDiscriminator,
  createStyleGan2Network,
  discriminatorObjective,
  type GeneratorDraws,
  generatorObjective,
  gradientPenalty,
  type NetworkParams,
  pathLengthPenalty,
  pathLengths,
  type StyleGan2Architecture,
  type StyleGan2Discriminator,
  type StyleGan2Network,
} from "qgan-core";
import type { Params } from "tfjs-train";

/** Sizes of a pair of networks, in the reference's words. */
export interface PairSizes {
  readonly G: Readonly<Record<string, number>>;
  readonly D: { readonly architecture: StyleGan2Architecture; readonly channel_base: number; readonly channel_max: number };
}

export interface Pair {
  readonly generator: StyleGan2Network;
  readonly discriminator: StyleGan2Discriminator;
}

/** The networks of a case; what is not stated is as the reference has it. */
export function pairOf({ G, D }: PairSizes): Pair {
  const labelSize = G.c_dim ?? 0;
  const shape = { imageSize: G.img_resolution, channels: G.img_channels ?? 3, labelSize };
  return {
    generator: createStyleGan2Network({
      ...shape,
      latentSize: G.z_dim,
      styleSize: G.w_dim,
      mappingLayers: G.mapping_layers,
      channelBase: G.channel_base,
      channelMax: G.channel_max,
      architecture: "skip",
    }),
    discriminator: createDiscriminator({
      ...shape,
      channelBase: D.channel_base,
      channelMax: D.channel_max,
      architecture: D.architecture,
      mappingLayers: 8,
      minibatchDeviation: { groupSize: 4, numChannels: 1 },
    }),
  };
}

export interface LossArguments {
  readonly style_mixing_prob: number;
  readonly r1_gamma: number;
  readonly pl_batch_shrink: number;
  readonly pl_decay: number;
  readonly pl_weight: number;
}

export interface PhaseInputs {
  readonly phase: string;
  readonly loss: LossArguments;
  readonly latents: tf.Tensor2D;
  readonly latentLabels: tf.Tensor2D | null;
  readonly images: tf.Tensor4D;
  readonly labels: tf.Tensor2D | null;
  readonly noiseMode: string;
  readonly lengthMean: number;
  /** Recorded numbers in the order in which the reference drew them; images' noise as [batch, height, width, 1]. */
  readonly next: () => tf.Tensor;
  readonly augment: (images: tf.Tensor4D) => tf.Tensor4D;
}

export interface PhaseResult {
  readonly loss: tf.Scalar;
  /** What the reference reports, by its names. */
  readonly reports: Readonly<Record<string, tf.Tensor>>;
  readonly average?: tf.Tensor;
  readonly lengthMean?: tf.Tensor;
}

/** One accumulation of one phase (`Gmain`, `Greg`, `Gboth`, `Dmain`, `Dreg`, `Dboth`), without its gain. */
export function phaseResult(pair: Pair, params: NetworkParams, inputs: PhaseInputs): PhaseResult {
  const { phase, loss, next } = inputs;
  const losses: tf.Tensor[] = [];
  const reports: Record<string, tf.Tensor> = {};
  let average: tf.Tensor | undefined;
  let lengthMean: tf.Tensor | undefined;
  const scores = (name: string, logits: tf.Tensor) => {
    reports[`Loss/scores/${name}`] = logits;
    reports[`Loss/signs/${name}`] = tf.sign(logits);
  };
  const ofGenerator = (): NetworkParams =>
    average ? { ...params, generator: { ...params.generator, "mapping.w_avg": average } } : params;
  if (phase === "Gmain" || phase === "Gboth") {
    const result = generatorObjective(pair, params, { draws: drawsOf(pair, inputs), augment: inputs.augment });
    losses.push(tf.mean(result.losses));
    average = result.average;
    scores("fake", result.fakeLogits);
    reports["Loss/G/loss"] = result.losses;
  }
  if ((phase === "Greg" || phase === "Gboth") && loss.pl_weight !== 0) {
    const batch = Math.floor(inputs.latents.shape[0] / loss.pl_batch_shrink);
    const draws = drawsOf(pair, inputs, batch);
    const size = pair.generator.imageSize;
    const noise = tf.div(next(), size) as tf.Tensor4D; // of the images' shape; divided by √(height·width)
    const pending = pathLengths(pair.generator, ofGenerator().generator, { draws, noise });
    average = pending.average;
    const { penalties, mean } = pathLengthPenalty(pending.lengths, { mean: tf.scalar(inputs.lengthMean), decay: loss.pl_decay });
    lengthMean = mean;
    losses.push(tf.mul(tf.mean(penalties), loss.pl_weight));
    reports["Loss/pl_penalty"] = penalties;
    reports["Loss/G/reg"] = tf.mul(penalties, loss.pl_weight);
  }
  const real = { images: inputs.images, labels: inputs.labels };
  if (phase === "Dmain" || phase === "Dboth") {
    const run = { draws: drawsOf(pair, inputs), real, augmentFake: inputs.augment, augmentReal: inputs.augment };
    const result = discriminatorObjective(pair, params, run);
    losses.push(tf.mean(result.losses));
    average = result.average;
    scores("fake", result.fakeLogits);
    scores("real", result.realLogits);
    reports["Loss/D/loss"] = result.losses;
  }
  if ((phase === "Dreg" || phase === "Dboth") && loss.r1_gamma !== 0) {
    const augment = phase === "Dboth" ? (images: tf.Tensor4D) => images : inputs.augment;
    const { penalties, realLogits } = gradientPenalty(pair.discriminator, params.discriminator, { real, augment });
    losses.push(tf.mul(tf.mean(penalties), loss.r1_gamma / 2));
    scores("real", realLogits);
    reports["Loss/r1_penalty"] = penalties;
    reports["Loss/D/reg"] = tf.mul(penalties, loss.r1_gamma / 2);
  }
  return { loss: tf.addN(losses) as tf.Scalar, reports, average, lengthMean }; // a sum of scalars
}

/** Recorded numbers of a run: cutoff, gate and latents of style mixing, then one map a layer. */
function drawsOf(
  { generator }: Pair,
  { latents, latentLabels, loss, noiseMode, next }: PhaseInputs,
  count = latents.shape[0],
): GeneratorDraws {
  const first = <T extends tf.Tensor>(x: T): T => tf.slice(x, [0, 0], [count, -1]);
  let mixing: GeneratorDraws["mixing"];
  if (loss.style_mixing_prob > 0) {
    const [cutoff, gate] = [next().dataSync()[0], next().dataSync()[0]];
    mixing = { cutoff: gate < loss.style_mixing_prob ? cutoff : generator.synthesis.numStyles, latents: next() as tf.Tensor2D }; // [count, latentSize]
  }
  const maps = noiseMode === "random" ? new Map(generator.synthesis.noiseLayers.map(({ name }) => [name, next()])) : null;
  const noise = maps ? (layer: string) => maps.get(layer) as tf.Tensor : "const"; // every layer has one, by the line above
  return { latents: first(latents), labels: latentLabels && first(latentLabels), noise, mixing };
}

/** The parameters of both networks with those of one of them replaced, which are the ones that are trained. */
export function withTrained(params: NetworkParams, network: keyof NetworkParams, trained: Params): NetworkParams {
  return { ...params, [network]: { ...params[network], ...trained } };
}
