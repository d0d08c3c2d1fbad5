import { expect } from "repro-kit";

export interface AnimationOptions {
  readonly format: "webp" | "gif";
  /** [height, width, channels]. */
  readonly imageShape: readonly [number, number, number];
  /** Frames a second. */
  readonly fps: number;
  /** Each pixel drawn as a square of this side, for small images. */
  readonly scale: number;
}

/** The part of sharp that animations need; it is an optional peer. */
type Sharp = typeof import("sharp").default;

/** sharp, or undefined where it is not installed. */
export async function findSharp(): Promise<Sharp | undefined> {
  try {
    return (await import("sharp")).default;
  } catch {
    return undefined;
  }
}

/** What to say where sharp is absent. */
export const SHARP_MISSING = "An animation needs sharp, which is optional: `npm install sharp`. The frames do not.";

/**
 * An endless animation of frames of one size, enlarged without smoothing.
 *
 * @param pixels - uint8 NHWC.
 * @throws UsageError if sharp is too old to join frames.
 */
export async function encodeAnimation(sharp: Sharp, pixels: Uint8Array, options: AnimationOptions): Promise<Uint8Array> {
  const { format, fps, scale } = options;
  const [height, width, channels] = options.imageShape;
  const count = pixels.length / (height * width * channels);
  const [tall, wide] = [height * scale, width * scale];
  const large = new Uint8Array(count * tall * wide * channels);
  for (let y = 0; y < count * tall; y++)
    for (let x = 0; x < wide; x++) {
      const from = (Math.floor(y / scale) * width + Math.floor(x / scale)) * channels;
      large.set(pixels.subarray(from, from + channels), (y * wide + x) * channels);
    }
  const raw = { width: wide, height: count * tall, channels: channels as 1 | 3, pageHeight: tall }; // grey or RGB
  const image = sharp(large, { raw });
  const delay = new Array<number>(count).fill(Math.round(1000 / fps));
  const encoded = format === "webp" ? image.webp({ quality: 90, loop: 0, delay }) : image.gif({ loop: 0, delay });
  const bytes = await encoded.toBuffer();
  const { pages = 1 } = await sharp(bytes).metadata();
  expect(
    pages > 1 || count === 1,
    "interpolate",
    `this sharp (${sharp.versions.sharp}) cannot join frames; 0.34 can. Update it: \`npm install sharp@latest\`.`,
  );
  return bytes;
}
