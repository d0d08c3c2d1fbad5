import * as tf from "@tensorflow/tfjs-core";
import { type Params, softplus } from "tfjs-train";
import type { StyleGan2Discriminator } from "./discriminator.ts";
import type { StyleGan2Network } from "./generator.ts";
import { broadcastStyles, nextStyleAverage } from "./mapping.ts";
import type { SynthesisNoise } from "./synthesis-layer.ts";
import { valueAndInputGradient, withoutGradient } from "./without-gradient.ts";

/** Random numbers of one run of the generator. */
export interface GeneratorDraws {
  /** [batch, latentSize]. */
  readonly latents: tf.Tensor2D;
  /** [batch, labelSize], or null without labels. */
  readonly labels: tf.Tensor2D | null;
  readonly noise: SynthesisNoise;
  /** Styles from place `cutoff` on are those of other latents. */
  readonly mixing?: { readonly cutoff: number; readonly latents: tf.Tensor2D };
}

interface DrawnStyles {
  /** [batch, numStyles, styleSize]. */
  readonly styles: tf.Tensor3D;
  /** The running mean of w, one batch on. */
  readonly average: tf.Tensor1D;
}

/** Changes an image discriminator's input; the identity without augmentation. */
export type Augment = (images: tf.Tensor4D) => tf.Tensor4D;

/**
 * Styles of a batch in training, with style mixing.
 *
 * @see Karras et al. 2018, arXiv:1812.04948, Sec. 3.1 (mixing regularisation).
 */
function drawStyles(network: StyleGan2Network, params: Params, draws: GeneratorDraws): DrawnStyles {
  const { latents, labels, mixing } = draws;
  const { numStyles } = network.synthesis;
  const w = network.mapping.apply(params, latents, labels);
  const average = withoutGradient(() => nextStyleAverage(params["mapping.w_avg"], w));
  const styles = broadcastStyles(w, numStyles);
  if (!mixing || mixing.cutoff >= numStyles) return { styles, average };
  const { cutoff } = mixing;
  const other = broadcastStyles(network.mapping.apply(params, mixing.latents, labels), numStyles - cutoff);
  return { styles: tf.concat([tf.slice(styles, [0, 0, 0], [-1, cutoff, -1]), other], 1), average };
}

export interface GeneratorObjective {
  /** softplus(−D(G(z))) of each image, [batch, 1]. */
  readonly losses: tf.Tensor2D;
  readonly fakeLogits: tf.Tensor2D;
  readonly average: tf.Tensor1D;
}

export interface Networks {
  readonly generator: StyleGan2Network;
  readonly discriminator: StyleGan2Discriminator;
}

/** Parameters of both networks, each by its own names. */
export interface NetworkParams {
  readonly generator: Params;
  readonly discriminator: Params;
}

/** What the generator minimises in each image: the non-saturating logistic loss. */
export function generatorObjective(
  { generator, discriminator }: Networks,
  params: NetworkParams,
  { draws, augment }: { readonly draws: GeneratorDraws; readonly augment: Augment },
): GeneratorObjective {
  const { styles, average } = drawStyles(generator, params.generator, draws);
  const images = generator.synthesis.apply(params.generator, styles, { noise: draws.noise });
  const fakeLogits = discriminator.apply(params.discriminator, augment(images), { labels: draws.labels });
  return { losses: softplus(tf.neg(fakeLogits)) as tf.Tensor2D, fakeLogits, average }; // elementwise
}

/**
 * Lengths of the gradient of ⟨image, noise⟩ by the styles: √(mean over layers of the squared norm), [batch]. Differentiable by the
 * generator's parameters.
 *
 * @param noise - Standard normal divided by √(height·width), of the images' shape.
 * @see Karras et al. 2019, arXiv:1912.04958, Sec. 3.2 and App. B.
 */
export function pathLengths(
  generator: StyleGan2Network,
  params: Params,
  { draws, noise }: { readonly draws: GeneratorDraws; readonly noise: tf.Tensor4D },
): { readonly lengths: tf.Tensor1D; readonly average: tf.Tensor1D } {
  const { styles, average } = drawStyles(generator, params, draws);
  const projected = (ws: tf.Tensor3D) => tf.sum(tf.mul(generator.synthesis.apply(params, ws, { noise: draws.noise }), noise));
  const { gradient } = valueAndInputGradient(projected, styles);
  return { lengths: tf.sqrt(tf.mean(tf.sum(tf.square(gradient), 2), 1)) as tf.Tensor1D, average }; // [batch]
}

/**
 * (length − a)² of each image, where a is the running mean of all lengths with this batch in it: a + decay·(mean(length) − a).
 * The gradient flows through it too, as in the reference.
 */
export function pathLengthPenalty(
  lengths: tf.Tensor1D,
  { mean, decay }: { readonly mean: tf.Tensor; readonly decay: number },
): { readonly penalties: tf.Tensor1D; readonly mean: tf.Scalar } {
  const next = tf.add(mean, tf.mul(tf.sub(tf.mean(lengths), mean), decay)) as tf.Scalar; // of scalars
  return { penalties: tf.square(tf.sub(lengths, next)) as tf.Tensor1D, mean: next }; // elementwise
}

export interface DiscriminatorObjective {
  /** softplus(D(G(z))) + softplus(−D(x)) of each pair, [batch, 1]. */
  readonly losses: tf.Tensor2D;
  readonly fakeLogits: tf.Tensor2D;
  readonly realLogits: tf.Tensor2D;
  readonly average: tf.Tensor1D;
}

export interface RealImages {
  readonly images: tf.Tensor4D;
  /** [batch, labelSize], or null without labels. */
  readonly labels: tf.Tensor2D | null;
}

/** What the discriminator minimises in each pair of a generated and a real image. No gradient reaches the generator. */
export function discriminatorObjective(
  networks: Networks,
  params: NetworkParams,
  run: {
    readonly draws: GeneratorDraws;
    readonly real: RealImages;
    readonly augmentFake: Augment;
    readonly augmentReal: Augment;
  },
): DiscriminatorObjective {
  const { draws, real, augmentFake, augmentReal } = run;
  const { discriminator } = networks;
  const { fakes, average } = generateWithoutGradient(networks.generator, params.generator, draws);
  const fakeLogits = discriminator.apply(
    params.discriminator,
    withoutGradient(() => augmentFake(fakes)),
    { labels: draws.labels },
  );
  const realImages = withoutGradient(() => augmentReal(real.images));
  const realLogits = discriminator.apply(params.discriminator, realImages, { labels: real.labels });
  const losses = tf.add(softplus(fakeLogits), softplus(tf.neg(realLogits))) as tf.Tensor2D; // elementwise
  return { losses, fakeLogits, realLogits, average };
}

function generateWithoutGradient(
  generator: StyleGan2Network,
  params: Params,
  draws: GeneratorDraws,
): { readonly fakes: tf.Tensor4D; readonly average: tf.Tensor1D } {
  let average: tf.Tensor1D | undefined;
  const fakes = withoutGradient(() => {
    const drawn = drawStyles(generator, params, draws);
    average = tf.keep(tf.clone(drawn.average));
    return generator.synthesis.apply(params, drawn.styles, { noise: draws.noise });
  });
  if (!average) throw new Error("bug: no image was generated.");
  const tracked = tf.clone(average);
  average.dispose();
  return { fakes, average: tracked };
}

/**
 * The squared norm of the gradient of D(augment(x)) by x, of each real image, [batch]; and D's logits. Differentiable by the
 * discriminator's parameters.
 *
 * @see Mescheder et al. 2018, arXiv:1801.04406, Eq. 9 (R1), without the factor γ/2.
 */
export function gradientPenalty(
  discriminator: StyleGan2Discriminator,
  params: Params,
  { real, augment }: { readonly real: RealImages; readonly augment: Augment },
): { readonly penalties: tf.Tensor1D; readonly realLogits: tf.Tensor2D } {
  const judge = (images: tf.Tensor4D) => discriminator.apply(params, augment(images), { labels: real.labels });
  const { value, gradient } = valueAndInputGradient(judge, real.images);
  return { penalties: tf.sum(tf.square(gradient), [1, 2, 3]) as tf.Tensor1D, realLogits: value }; // [batch]
}
