import { expect } from "repro-kit";

/** How the resolutions of a network are joined: images added up ("skip"), features added up ("resnet"), or neither ("orig"). */
export type StyleGan2Architecture = "skip" | "resnet" | "orig";

const ARCHITECTURES: readonly StyleGan2Architecture[] = ["skip", "resnet", "orig"];

export interface ChannelOptions {
  /** Side of the image: a power of two from 4 to 1024. */
  readonly imageSize: number;
  /** 3 for RGB, 1 for grey. */
  readonly channels: number;
  /** Feature maps times side; the sum of all work goes with its square. */
  readonly channelBase: number;
  /** Most feature maps of a layer. */
  readonly channelMax: number;
  readonly architecture: StyleGan2Architecture;
}

/** The sides 4, 8, … up to the image's. @throws UsageError for what no network can be built of. */
export function checkArchitecture({
  imageSize,
  channels,
  channelBase,
  channelMax,
  architecture,
}: ChannelOptions): readonly number[] {
  const numDoublings = Math.log2(imageSize) - 2;
  expect(
    Number.isInteger(numDoublings) && numDoublings >= 0 && numDoublings <= 8,
    "stylegan2",
    `imageSize must be a power of two from 4 to 1024; got ${imageSize}. Pad, crop or stretch the images to ${nearestSize(imageSize)} when the dataset is made.`,
  );
  for (const [name, value] of Object.entries({ channels, channelBase, channelMax }))
    expect(Number.isInteger(value) && value >= 1, "stylegan2", `${name} must be an integer ≥ 1; got ${value}.`);
  expect(
    channelBase >= imageSize,
    "stylegan2",
    `channelBase must be at least the side of the image, ${imageSize}, to leave the last layers a channel; got ${channelBase}.`,
  );
  expect(
    ARCHITECTURES.includes(architecture),
    "stylegan2",
    `no architecture "${architecture}"; known: ${ARCHITECTURES.join(", ")}.`,
  );
  return Array.from({ length: numDoublings + 1 }, (_, i) => 4 * 2 ** i);
}

function nearestSize(imageSize: number): number {
  return Math.min(1024, Math.max(4, 2 ** Math.round(Math.log2(Math.max(imageSize, 1)))));
}

/** Feature maps at a resolution. */
export function channelsAt(
  { channelBase, channelMax }: Pick<ChannelOptions, "channelBase" | "channelMax">,
  size: number,
): number {
  return Math.min(Math.floor(channelBase / size), channelMax);
}
