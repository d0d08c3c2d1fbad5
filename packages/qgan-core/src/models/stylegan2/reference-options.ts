import { expect, listKnown } from "repro-kit";
import type { StyleGan2Architecture } from "./architecture.ts";
import type { StyleGan2DiscriminatorOptions } from "./discriminator.ts";
import type { StyleGan2GeneratorOptions } from "./generator.ts";

/** Arguments of one of the reference's network classes, as its snapshots hold them. */
export type ReferenceArguments = Readonly<Record<string, unknown>>;

const GENERATOR = ["z_dim", "c_dim", "w_dim", "img_resolution", "img_channels", "mapping_kwargs", "synthesis_kwargs"];
/** Half precision and memory layout do not change what a network is. */
const IGNORED = ["class_name", "num_fp16_res", "fp16_channels_last"];
const DISCRIMINATOR = [
  "c_dim",
  "img_resolution",
  "img_channels",
  "architecture",
  "channel_base",
  "channel_max",
  "conv_clamp",
  "cmap_dim",
  "block_kwargs",
  "mapping_kwargs",
  "epilogue_kwargs",
];

/**
 * Options of our generator for the arguments of the reference's `Generator`.
 *
 * @throws UsageError for an argument that is not known here: such a network would not be the same.
 */
export function generatorOptionsOf(reference: ReferenceArguments): StyleGan2GeneratorOptions {
  checkKeys("Generator", reference, GENERATOR);
  const mapping = recordOf(reference, "mapping_kwargs");
  const synthesis = recordOf(reference, "synthesis_kwargs");
  checkKeys("mapping_kwargs", mapping, ["num_layers"]);
  checkKeys("synthesis_kwargs", synthesis, ["channel_base", "channel_max", "conv_clamp", "architecture"]);
  return {
    latentSize: numberOf(reference, "z_dim"),
    labelSize: numberOf(reference, "c_dim"),
    styleSize: numberOf(reference, "w_dim"),
    imageSize: numberOf(reference, "img_resolution"),
    channels: numberOf(reference, "img_channels"),
    mappingLayers: numberOf(mapping, "num_layers", 8),
    ...widthsOf(synthesis, "skip"),
  };
}

/**
 * Options of our discriminator for the arguments of the reference's `Discriminator`.
 *
 * @throws UsageError as `generatorOptionsOf`.
 */
export function discriminatorOptionsOf(reference: ReferenceArguments): StyleGan2DiscriminatorOptions {
  checkKeys("Discriminator", reference, DISCRIMINATOR);
  const block = recordOf(reference, "block_kwargs");
  const mapping = recordOf(reference, "mapping_kwargs");
  const epilogue = recordOf(reference, "epilogue_kwargs");
  checkKeys("block_kwargs", block, ["freeze_layers"]);
  checkKeys("mapping_kwargs", mapping, ["num_layers"]);
  checkKeys("epilogue_kwargs", epilogue, ["mbstd_group_size", "mbstd_num_channels"]);
  const groupSize = epilogue.mbstd_group_size === null ? undefined : numberOf(epilogue, "mbstd_group_size", 4);
  return {
    labelSize: numberOf(reference, "c_dim"),
    imageSize: numberOf(reference, "img_resolution"),
    channels: numberOf(reference, "img_channels"),
    mappingLayers: numberOf(mapping, "num_layers", 8),
    ...(typeof reference.cmap_dim === "number" ? { projectionSize: reference.cmap_dim } : {}),
    minibatchDeviation: {
      ...(groupSize === undefined ? {} : { groupSize }),
      numChannels: numberOf(epilogue, "mbstd_num_channels", 1),
    },
    freezeLayers: numberOf(block, "freeze_layers", 0),
    ...widthsOf(reference, "resnet"),
  };
}

function widthsOf(reference: ReferenceArguments, architecture: StyleGan2Architecture) {
  const clamp = reference.conv_clamp;
  return {
    channelBase: numberOf(reference, "channel_base", 32768),
    channelMax: numberOf(reference, "channel_max", 512),
    architecture: (reference.architecture ?? architecture) as StyleGan2Architecture, // the network checks the name
    ...(typeof clamp === "number" ? { clamp } : {}),
  };
}

function numberOf(reference: ReferenceArguments, key: string, otherwise?: number): number {
  const value = reference[key] ?? otherwise;
  expect(typeof value === "number", "stylegan2", `the network's argument ${key} must be a number; got ${JSON.stringify(value)}.`);
  return value;
}

function recordOf(reference: ReferenceArguments, key: string): ReferenceArguments {
  const value = reference[key] ?? {};
  expect(
    typeof value === "object" && !Array.isArray(value),
    "stylegan2",
    `the network's argument ${key} must be a dict; got ${JSON.stringify(value)}.`,
  );
  return value as ReferenceArguments; // an object, by the line above
}

function checkKeys(what: string, reference: ReferenceArguments, known: readonly string[]): void {
  for (const key of Object.keys(reference))
    expect(
      known.includes(key) || IGNORED.includes(key),
      "stylegan2",
      () => `the argument ${key} of ${what} is not known here; ${listKnown(key, known)}`,
    );
}
