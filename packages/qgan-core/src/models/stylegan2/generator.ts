import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";
import type { Params } from "tfjs-train";
import type { ParameterSpec } from "../parameter-spec.ts";
import { broadcastStyles, createMapping, type Mapping, type Truncation, truncateStyles } from "./mapping.ts";
import { createSynthesis, type Synthesis, type SynthesisOptions, type SynthesisRun } from "./synthesis.ts";

export interface StyleGan2GeneratorOptions extends SynthesisOptions {
  readonly latentSize: number;
  /** Length of a label vector; 0 for none. */
  readonly labelSize: number;
  readonly mappingLayers: number;
}

export interface GeneratorRun extends SynthesisRun {
  /** [batch, labelSize]. */
  readonly labels?: tf.Tensor2D | null;
  readonly truncation?: Truncation;
}

export interface StyleGan2Network extends StyleGan2GeneratorOptions {
  readonly mapping: Mapping;
  readonly synthesis: Synthesis;
  /** Names as in the reference: `mapping.fc0.weight`, `synthesis.b4.conv1.weight`. */
  readonly parameters: readonly ParameterSpec[];
  /** Styles, [batch, numStyles, styleSize], of latents [batch, latentSize]. */
  styles(params: Params, latents: tf.Tensor2D, options?: Pick<GeneratorRun, "labels" | "truncation">): tf.Tensor3D;
  /** Images, [batch, imageSize, imageSize, channels], not bounded. */
  apply(params: Params, latents: tf.Tensor2D, options?: GeneratorRun): tf.Tensor4D;
}

/**
 * StyleGAN2-ADA's generator: mapping and synthesis.
 *
 * @throws UsageError for sizes that no network can be built of.
 * @see Karras et al. 2020, arXiv:2006.06676; Karras et al. 2019, arXiv:1912.04958.
 */
export function createStyleGan2Network(options: StyleGan2GeneratorOptions): StyleGan2Network {
  const { latentSize, labelSize, styleSize, mappingLayers } = options;
  for (const [name, value] of Object.entries({ latentSize, styleSize, mappingLayers }))
    expect(Number.isInteger(value) && value >= 1, "stylegan2", `${name} must be an integer ≥ 1; got ${value}.`);
  expect(Number.isInteger(labelSize) && labelSize >= 0, "stylegan2", `labelSize must be an integer ≥ 0; got ${labelSize}.`);
  const synthesis = createSynthesis(options);
  const mapping = createMapping({ latentSize, labelSize, styleSize, numLayers: mappingLayers, hasAverage: true });
  const network: StyleGan2Network = {
    ...options,
    mapping,
    synthesis,
    parameters: [...synthesis.parameters, ...mapping.parameters],
    styles: (params, latents, { labels = null, truncation } = {}) =>
      tf.tidy(() => {
        const styles = broadcastStyles(mapping.apply(params, latents, labels), synthesis.numStyles);
        return truncation ? truncateStyles(styles, params["mapping.w_avg"], truncation) : styles;
      }),
    apply: (params, latents, { labels, truncation, ...run } = {}) =>
      tf.tidy(() => synthesis.apply(params, network.styles(params, latents, { labels, truncation }), run)),
  };
  return network;
}
