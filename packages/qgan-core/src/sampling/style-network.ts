import { expect } from "repro-kit";
import { type Params, type StyleGanSnapshot, selectParams } from "tfjs-train";
import type { GanModel } from "../models/gan-model.ts";
import { createStyleGan2Network, type StyleGan2Network } from "../models/stylegan2/generator.ts";
import { generatorOptionsOf } from "../models/stylegan2/reference-options.ts";
import { paramsFromStateDict } from "../models/stylegan2/state-dict.ts";
import type { StyleGan2Options } from "../models/stylegan2/stylegan2.ts";

/** A style-based generator with its parameters by the network's own names; the caller owns them. */
export interface StyleNetwork {
  readonly network: StyleGan2Network;
  readonly params: Params;
}

/**
 * The style-based generator of a model of this package, for what goes by styles: mixing, interpolation, projection.
 *
 * @param params - Of the model, names beginning with `G.`; shared, not copied.
 * @returns Undefined for models that have no styles.
 */
export function styleNetworkOf({ name, options }: Pick<GanModel, "name" | "options">, params: Params): StyleNetwork | undefined {
  if (name !== "stylegan2") return undefined;
  const resolved = options as unknown as Required<StyleGan2Options>; // every option in force, by the contract of a model
  const { imageSize, channels, labelSize, latentSize, styleSize, mappingLayers, channelBase, channelMax, clamp } = resolved;
  const network = createStyleGan2Network({
    imageSize,
    channels,
    labelSize,
    latentSize,
    styleSize,
    mappingLayers,
    channelBase,
    channelMax,
    architecture: resolved.generatorArchitecture,
    ...(clamp > 0 ? { clamp } : {}),
  });
  return { network, params: selectParams(params, "G") };
}

/**
 * The averaged generator of one of the reference's snapshots (`readStyleGanPickle`), or the generator itself where there is no average.
 *
 * @throws UsageError if the snapshot holds no generator, or one that is not known here.
 */
export function styleNetworkOfSnapshot({ networks }: StyleGanSnapshot): StyleNetwork {
  const snapshot = networks.G_ema ?? networks.G;
  expect(
    snapshot,
    "stylegan2",
    () => `the snapshot holds no generator (G_ema or G); it holds ${Object.keys(networks).join(", ") || "no network"}.`,
  );
  const network = createStyleGan2Network(generatorOptionsOf(snapshot.initKwargs));
  return { network, params: paramsFromStateDict(snapshot.tensors) };
}
