import { expect, listKnown } from "repro-kit";
import { channelsAt, type StyleGan2Architecture } from "./architecture.ts";
import type { StyleGan2DiscriminatorOptions } from "./discriminator.ts";
import type { StyleGan2GeneratorOptions } from "./generator.ts";
import { LEARNING_RATE_MULTIPLIER } from "./mapping.ts";

/** Arguments of one of the reference's network classes, as its snapshots hold them. */
export type ReferenceArguments = Readonly<Record<string, unknown>>;

const GENERATOR = ["z_dim", "c_dim", "w_dim", "img_resolution", "img_channels", "mapping_kwargs", "synthesis_kwargs"];
/** Half precision, memory layout and the running mean's rate in training do not change what a network computes. */
const IGNORED = ["class_name", "num_fp16_res", "fp16_channels_last", "w_avg_beta"];
/** What the networks here always have. The published snapshots, converted from TensorFlow, name it all. */
const RESAMPLE_FILTER = [1, 3, 3, 1];
const ACTIVATION = "lrelu";
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
  const labelSize = numberOf(reference, "c_dim");
  const styleSize = numberOf(reference, "w_dim");
  checkMapping(mapping, styleSize, labelSize);
  checkKeys("synthesis_kwargs", synthesis, ["channel_base", "channel_max", "conv_clamp", "architecture"], {
    resample_filter: RESAMPLE_FILTER,
    use_noise: true,
    activation: ACTIVATION,
  });
  return {
    latentSize: numberOf(reference, "z_dim"),
    labelSize,
    styleSize,
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
  const labelSize = numberOf(reference, "c_dim");
  const widths = widthsOf(reference, "resnet");
  const projectionSize = typeof reference.cmap_dim === "number" ? reference.cmap_dim : channelsAt(widths, 4);
  checkKeys("block_kwargs", block, ["freeze_layers"], { resample_filter: RESAMPLE_FILTER, activation: ACTIVATION });
  if (labelSize > 0) checkMapping(mapping, projectionSize, labelSize); // without classes there is none
  checkKeys("epilogue_kwargs", epilogue, ["mbstd_group_size", "mbstd_num_channels"], { activation: ACTIVATION });
  const groupSize = epilogue.mbstd_group_size === null ? undefined : numberOf(epilogue, "mbstd_group_size", 4);
  return {
    labelSize,
    imageSize: numberOf(reference, "img_resolution"),
    channels: numberOf(reference, "img_channels"),
    mappingLayers: numberOf(mapping, "num_layers", 8),
    projectionSize,
    minibatchDeviation: {
      ...(groupSize === undefined ? {} : { groupSize }),
      numChannels: numberOf(epilogue, "mbstd_num_channels", 1),
    },
    freezeLayers: numberOf(block, "freeze_layers", 0),
    ...widths,
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

/** The mapping network's layers are as wide as its result. */
function checkMapping(mapping: ReferenceArguments, width: number, labelSize: number): void {
  checkKeys("mapping_kwargs", mapping, labelSize > 0 ? ["num_layers"] : ["num_layers", "embed_features"], {
    ...(labelSize > 0 ? { embed_features: width } : {}),
    layer_features: width,
    activation: ACTIVATION,
    lr_multiplier: LEARNING_RATE_MULTIPLIER,
  });
}

/** Refuses arguments that are not known, and those of `fixed` that have another value; null stands for the default. */
function checkKeys(
  what: string,
  reference: ReferenceArguments,
  known: readonly string[],
  fixed: Readonly<Record<string, unknown>> = {},
): void {
  for (const [key, value] of Object.entries(reference)) {
    const isFixed = Object.hasOwn(fixed, key);
    expect(
      isFixed || known.includes(key) || IGNORED.includes(key),
      "stylegan2",
      () => `the argument ${key} of ${what} is not known here; ${listKnown(key, [...known, ...Object.keys(fixed)])}`,
    );
    expect(
      !isFixed || value === null || JSON.stringify(value) === JSON.stringify(fixed[key]),
      "stylegan2",
      () => `the argument ${key} of ${what} is ${JSON.stringify(value)}; only ${JSON.stringify(fixed[key])} is built here.`,
    );
  }
}
