import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import { downsample2d, type Params } from "tfjs-train";
import type { ParameterSpec } from "../parameter-spec.ts";
import { type ChannelOptions, channelsAt, checkArchitecture } from "./architecture.ts";
import {
  addMaps,
  type ConvolutionLayerSpec,
  convolutionLayer,
  convolutionSpecs,
  filterOf,
  fullyConnected,
  fullyConnectedSpecs,
  resampleFilterSpec,
} from "./layers.ts";
import { createMapping } from "./mapping.ts";
import { addMinibatchDeviation, type MinibatchDeviationOptions } from "./minibatch-deviation.ts";

export interface StyleGan2DiscriminatorOptions extends ChannelOptions {
  /** Length of a label vector; 0 for none. */
  readonly labelSize: number;
  /** Size of the projection by class; the widest layer's by default. */
  readonly projectionSize?: number;
  readonly mappingLayers: number;
  /** numChannels 0 leaves the deviation out. */
  readonly minibatchDeviation: MinibatchDeviationOptions;
  /** Largest magnitude of a convolution's result. */
  readonly clamp?: number;
  /** The first so many layers are not trained. Default 0. */
  readonly freezeLayers?: number;
}

export interface DiscriminatorRun {
  /** [batch, labelSize]. */
  readonly labels?: tf.Tensor2D | null;
  /** Is shown the features after each resolution, `b4.mbstd` and the projection `cmap`. */
  readonly watch?: (name: string, x: tf.Tensor) => void;
}

export interface StyleGan2Discriminator extends StyleGan2DiscriminatorOptions {
  readonly parameters: readonly ParameterSpec[];
  /** Logits, [batch, 1], of images [batch, imageSize, imageSize, channels]. */
  apply(params: Params, images: tf.Tensor4D, options?: DiscriminatorRun): tf.Tensor2D;
}

/** The sum of the maps that are there; at least one is. */
function join(a: tf.Tensor4D | null, b: tf.Tensor4D | null): tf.Tensor4D {
  if (a && b) return addMaps(a, b);
  const one = a ?? b;
  if (!one) throw new Error("bug: a resolution has neither features nor an image.");
  return one;
}

interface Layer extends ConvolutionLayerSpec {
  readonly name: string;
}

/**
 * StyleGAN2's discriminator: two convolutions at each resolution, features added up ("resnet"), images looked at again ("skip")
 * or neither ("orig"), the minibatch deviation at 4×4, and a logit or, with labels, a projection by class.
 *
 * @throws UsageError for sizes that no network can be built of.
 * @see Karras et al. 2019, arXiv:1912.04958, Fig. 7; Miyato & Koyama 2018, arXiv:1802.05637 (projection).
 */
export function createDiscriminator(options: StyleGan2DiscriminatorOptions): StyleGan2Discriminator {
  const { imageSize, channels, architecture, labelSize, clamp, minibatchDeviation, freezeLayers = 0 } = options;
  const sizes = [...checkArchitecture(options)].reverse();
  const last = channelsAt(options, 4);
  const projectionSize = labelSize > 0 ? (options.projectionSize ?? last) : 0;
  expect(
    minibatchDeviation.numChannels === 0 || last % minibatchDeviation.numChannels === 0,
    "stylegan2",
    `the ${last} features at 4×4 cannot be split into ${minibatchDeviation.numChannels} channels of the minibatch deviation.`,
  );
  expect(
    Number.isInteger(freezeLayers) && freezeLayers >= 0,
    "stylegan2",
    `freezeLayers must be an integer ≥ 0; got ${freezeLayers}.`,
  );
  const mapping =
    projectionSize > 0
      ? createMapping({
          latentSize: 0,
          labelSize,
          styleSize: projectionSize,
          numLayers: options.mappingLayers,
          hasAverage: false,
        })
      : null;
  const parameters: ParameterSpec[] = [];
  let numLayers = 0;
  const add = (layer: Layer): void => {
    parameters.push(...convolutionSpecs(layer.name, { ...layer, isTrainable: numLayers++ >= freezeLayers }));
  };
  for (const size of sizes.slice(0, -1)) {
    const [inputs, outputs] = [channelsAt(options, size), channelsAt(options, size / 2)];
    parameters.push(resampleFilterSpec(`b${size}`));
    if (size === imageSize || architecture === "skip")
      add({ name: `b${size}.fromrgb`, inputs: channels, outputs: inputs, kernel: 1 });
    add({ name: `b${size}.conv0`, inputs, outputs: inputs, kernel: 3 });
    add({ name: `b${size}.conv1`, inputs, outputs, kernel: 3 });
    if (architecture === "resnet") add({ name: `b${size}.skip`, inputs, outputs, kernel: 1, hasBias: false });
  }
  if (mapping) parameters.push(...mapping.parameters);
  if (architecture === "skip") parameters.push(...convolutionSpecs("b4.fromrgb", { inputs: channels, outputs: last, kernel: 1 }));
  parameters.push(
    ...convolutionSpecs("b4.conv", { inputs: last + minibatchDeviation.numChannels, outputs: last, kernel: 3 }),
    ...fullyConnectedSpecs("b4.fc", last * 16, last),
    ...fullyConnectedSpecs("b4.out", last, projectionSize > 0 ? projectionSize : 1),
  );

  const run = (params: Params, images: tf.Tensor4D, { labels = null, watch }: DiscriminatorRun): tf.Tensor2D => {
    const layer = { activation: "lrelu", clamp } as const;
    let x: tf.Tensor4D | null = null;
    let image = images;
    for (const size of sizes.slice(0, -1)) {
      const name = `b${size}`;
      const seen = !x || architecture === "skip" ? convolutionLayer(image, params, `${name}.fromrgb`, layer) : null;
      const features: tf.Tensor4D = join(x, seen);
      if (architecture === "skip") image = downsample2d(image, filterOf(params, name));
      const isResnet = architecture === "resnet";
      const side = isResnet ? convolutionLayer(features, params, `${name}.skip`, { down: 2, gain: Math.SQRT1_2 }) : null;
      const inner = convolutionLayer(features, params, `${name}.conv0`, layer);
      x = join(side, convolutionLayer(inner, params, `${name}.conv1`, { ...layer, down: 2, gain: side ? Math.SQRT1_2 : 1 }));
      watch?.(name, x);
    }
    if (architecture === "skip") x = join(x, convolutionLayer(image, params, "b4.fromrgb", { activation: "lrelu" }));
    expect(x, "stylegan2", 'a discriminator of 4×4 images needs the architecture "skip".');
    if (minibatchDeviation.numChannels > 0) x = addMinibatchDeviation(x, minibatchDeviation);
    watch?.("b4.mbstd", x);
    x = convolutionLayer(x, params, "b4.conv", layer);
    // The reference flattens [channels, height, width].
    const flat = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [-1, last * 16]) as tf.Tensor2D;
    const features = fullyConnected(flat, params, "b4.fc", { activation: "lrelu" });
    const scores = fullyConnected(features, params, "b4.out");
    if (!mapping) {
      expect(labels === null, "stylegan2", "this discriminator is not conditional: leave the labels out.");
      return scores;
    }
    const projection = mapping.apply(params, null, labels);
    watch?.("cmap", projection);
    return tf.mul(tf.sum(tf.mul(scores, projection), 1, true), 1 / Math.sqrt(projectionSize)) as tf.Tensor2D; // [batch, 1]
  };

  return {
    ...options,
    parameters,
    apply: (params, images, { labels, watch } = {}) => tf.tidy(() => run(params, images, { labels, watch })),
  };
}
