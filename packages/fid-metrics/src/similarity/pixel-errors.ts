import { checkOptions, expect } from "repro-kit";
import type { SsimImage } from "./structural-similarity.ts";

export interface PixelErrors {
  /** mean((a − b)²) */
  readonly meanSquared: number;
  /** mean(|a − b|) */
  readonly meanAbsolute: number;
  /** 10·log10(range²/meanSquared) in decibels; Infinity for equal images. */
  readonly peakSignalToNoise: number;
}

/**
 * Differences of two images value by value.
 *
 * @param options.range - Largest minus smallest possible value. Default 255.
 * @throws UsageError for unlike sizes or a range that is not positive.
 */
export function pixelErrors(a: SsimImage, b: SsimImage, options: { readonly range?: number } = {}): PixelErrors {
  const scope = "pixelErrors";
  checkOptions(scope, options, ["range"]);
  const { range = 255 } = options;
  const size = ({ height, width, channels }: SsimImage): string => `${height}×${width}×${channels}`;
  expect(size(a) === size(b), scope, `images must have one size; got ${size(a)} and ${size(b)}.`);
  expect(range > 0 && Number.isFinite(range), scope, `range must be positive; got ${range}.`);
  let [squares, absolutes] = [0, 0];
  for (let i = 0; i < a.data.length; i++) {
    const difference = a.data[i] - b.data[i];
    squares += difference * difference;
    absolutes += Math.abs(difference);
  }
  const meanSquared = squares / a.data.length;
  const peakSignalToNoise = 10 * Math.log10((range * range) / meanSquared);
  return { meanSquared, meanAbsolute: absolutes / a.data.length, peakSignalToNoise };
}
