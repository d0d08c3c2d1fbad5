import type { RasterImage } from "array-kernels";
import { expect } from "repro-kit";

export interface ToChannelsOptions {
  /** Channels wanted; undefined keeps grey grey and colour coloured. */
  readonly channels: 1 | 3 | undefined;
  /** What shines through transparent pixels; undefined refuses them. */
  readonly background: "black" | "white" | undefined;
}

/**
 * Takes away alpha, and turns grey to RGB or RGB to grey where that is asked for (luma as Pillow's mode "L",
 * ITU-R 601-2 in 16-bit fixed point).
 *
 * @throws UsageError if pixels are transparent and no background is given.
 */
export function toChannels(image: RasterImage<Uint8Array>, { channels, background }: ToChannelsOptions): RasterImage<Uint8Array> {
  const opaque = image.channels === 2 || image.channels === 4 ? withoutAlpha(image, background) : image;
  if (channels === undefined || channels === opaque.channels) return opaque;
  const { data, height, width } = opaque;
  const converted = new Uint8Array(height * width * channels);
  if (channels === 3) for (let i = 0; i < data.length; i++) converted.fill(data[i], 3 * i, 3 * i + 3);
  else
    for (let i = 0; i < converted.length; i++)
      converted[i] = (19595 * data[3 * i] + 38470 * data[3 * i + 1] + 7471 * data[3 * i + 2] + 0x8000) >> 16;
  return { data: converted, height, width, channels };
}

function withoutAlpha(
  { data, height, width, channels }: RasterImage<Uint8Array>,
  background: "black" | "white" | undefined,
): RasterImage<Uint8Array> {
  const kept = channels - 1;
  const behind = background === "white" ? 255 : 0;
  const opaque = new Uint8Array(height * width * kept);
  for (let i = 0; i < height * width; i++) {
    const alpha = data[i * channels + kept];
    expect(alpha === 255 || background, "importImages", "the image has transparent pixels. Give background: black or white.");
    for (let k = 0; k < kept; k++)
      opaque[i * kept + k] = Math.round((data[i * channels + k] * alpha + behind * (255 - alpha)) / 255);
  }
  return { data: opaque, height, width, channels: kept };
}
