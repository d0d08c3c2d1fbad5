import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import type { Params } from "tfjs-train";
import { constantFill, type ParameterSpec } from "../parameter-spec.ts";
import { fullyConnected, fullyConnectedSpecs } from "./layers.ts";
import { normalizeSecondMoment } from "./second-moment.ts";

export interface MappingOptions {
  /** 0 in the discriminator, which maps labels only. */
  readonly latentSize: number;
  /** Length of a label vector; 0 for none. */
  readonly labelSize: number;
  readonly styleSize: number;
  readonly numLayers: number;
  /** Whether it keeps a running mean of its results, which truncation needs. */
  readonly hasAverage: boolean;
}

export interface Mapping extends MappingOptions {
  /** Names begin with `mapping.`. */
  readonly parameters: readonly ParameterSpec[];
  /** w, [batch, styleSize]. @param labels - [batch, labelSize]; must be given exactly if labelSize is not 0. */
  apply(params: Params, latents: tf.Tensor2D | null, labels: tf.Tensor2D | null): tf.Tensor2D;
}

/** The mapping network's weights learn this much slower than the others. */
export const LEARNING_RATE_MULTIPLIER = 0.01;
/** Share of the old running mean that each call keeps. */
const AVERAGE_DECAY = 0.995;

/**
 * The mapping network: latents and labels, each brought to unit second moment, through leaky fully connected layers to styles w.
 *
 * @see Karras et al. 2018, arXiv:1812.04948, Sec. 2; conditional as in Karras et al. 2020, arXiv:2006.06676, App. D.
 */
export function createMapping(options: MappingOptions): Mapping {
  const { latentSize, labelSize, styleSize, numLayers, hasAverage } = options;
  const firstSize = latentSize + (labelSize > 0 ? styleSize : 0);
  const layers = Array.from({ length: numLayers }, (_, i) => `mapping.fc${i}`);
  const parameters: ParameterSpec[] = [
    ...(labelSize > 0 ? fullyConnectedSpecs("mapping.embed", labelSize, styleSize) : []),
    ...layers.flatMap((name, i) =>
      fullyConnectedSpecs(name, i === 0 ? firstSize : styleSize, styleSize, { learningRateMultiplier: LEARNING_RATE_MULTIPLIER }),
    ),
  ];
  if (hasAverage) parameters.push({ name: "mapping.w_avg", shape: [styleSize], isTrainable: false, fill: constantFill(0) });

  return {
    ...options,
    parameters,
    apply(params, latents, labels) {
      expect(
        (labels !== null) === labelSize > 0,
        "stylegan2",
        labelSize > 0
          ? `this network is conditional: give labels of ${labelSize} entries for each image, or choose a class.`
          : "this network is not conditional: leave the labels out.",
      );
      return tf.tidy(() => {
        const parts: tf.Tensor2D[] = [];
        if (latents && latentSize > 0) parts.push(normalizeSecondMoment(latents));
        if (labels) parts.push(normalizeSecondMoment(fullyConnected(labels, params, "mapping.embed")));
        let w = parts.length === 1 ? parts[0] : tf.concat(parts, 1);
        const layer = { activation: "lrelu", learningRateMultiplier: LEARNING_RATE_MULTIPLIER } as const;
        for (const name of layers) w = fullyConnected(w, params, name, layer);
        return w;
      });
    },
  };
}

/** The running mean one batch on: 0.995·average + 0.005·mean(w). @param w - [batch, styleSize]. */
export function nextStyleAverage(average: tf.Tensor, w: tf.Tensor2D): tf.Tensor1D {
  return tf.tidy(() => {
    const mean = tf.mean(w, 0);
    return tf.add(mean, tf.mul(tf.sub(average, mean), AVERAGE_DECAY)) as tf.Tensor1D; // [styleSize]
  });
}

/** One style for every layer: [batch, styleSize] → [batch, numStyles, styleSize]. */
export function broadcastStyles(w: tf.Tensor2D, numStyles: number): tf.Tensor3D {
  return tf.tidy(() => tf.tile(tf.expandDims(w, 1), [1, numStyles, 1]) as tf.Tensor3D); // a third axis was put in
}

export interface Truncation {
  /** 1 leaves the styles as they are, 0 gives their mean, negative numbers the other side of it. */
  readonly psi: number;
  /** Only the first so many styles are truncated; all by default. */
  readonly cutoff?: number;
}

/**
 * Styles pulled towards their mean: w̄ + ψ·(w − w̄).
 *
 * @param styles - [batch, numStyles, styleSize].
 * @param average - w̄, [styleSize].
 * @see Karras et al. 2018, arXiv:1812.04948, App. B.
 */
export function truncateStyles(styles: tf.Tensor3D, average: tf.Tensor, { psi, cutoff }: Truncation): tf.Tensor3D {
  const [batch, numStyles, size] = styles.shape;
  const count = Math.min(cutoff ?? numStyles, numStyles);
  expect(
    Number.isFinite(psi) && Number.isInteger(count) && count >= 0,
    "stylegan2",
    `truncation needs a finite psi and a cutoff that is an integer ≥ 0; got ${psi} and ${cutoff}.`,
  );
  return tf.tidy(() => {
    if (psi === 1 || count === 0) return tf.clone(styles);
    const pull = (part: tf.Tensor3D) => tf.add(average, tf.mul(tf.sub(part, average), psi)) as tf.Tensor3D; // elementwise
    if (count === numStyles) return pull(styles);
    const rest = tf.slice(styles, [0, count, 0], [batch, numStyles - count, size]);
    return tf.concat([pull(tf.slice(styles, [0, 0, 0], [batch, count, size])), rest], 1);
  });
}
