import type { Rng } from "repro-kit";
import { between, blend, type Color } from "./lesion.ts";
import { createNoiseField, smoothstep } from "./noise-field.ts";

/** The skin around a lesion, and what a dermoscope adds. */
export interface Skin {
  /** Writes the skin's colour at (x, y) into `color`. */
  shade(color: Color, x: number, y: number): void;
  /** Light that arrives at (x, y), as a factor. */
  light(x: number, y: number): number;
}

const TONES: readonly Color[] = [
  [232, 204, 204],
  [230, 188, 176],
  [222, 158, 144],
  [206, 150, 130],
  [178, 128, 106],
];

/** Skin of a random tone, unevenly reddish, with fine lines and a darker edge of the picture. */
export function createSkin(rng: Rng): Skin {
  const place = 0.999 * rng.uniform() ** 1.2 * (TONES.length - 1);
  const tone: Color = [...TONES[Math.floor(place)]];
  blend(tone, TONES[Math.floor(place) + 1], place % 1);
  const redness = createNoiseField(rng, { frequency: 1.1, octaves: 2 });
  const lines = createNoiseField(rng, { frequency: 5, octaves: 3 });
  const vignette = rng.uniform() < 0.15 ? between(rng, 0.6, 0.9) : between(rng, 0.05, 0.3);
  const tilt = between(rng, 0, 2 * Math.PI);
  const slope = between(rng, 0, 0.05);
  return {
    shade(color, x, y) {
      const red = 1.5 * redness(x, y);
      const line = 9 * lines(x, y);
      color[0] = tone[0] + 5 * red + line;
      color[1] = tone[1] - 8 * red + line;
      color[2] = tone[2] - 6 * red + line;
    },
    light: (x, y) => 1 + slope * (x * Math.cos(tilt) + y * Math.sin(tilt)) - vignette * smoothstep(0.8, 1.45, Math.hypot(x, y)),
  };
}

/** A hair: a parabola across the picture. */
interface Hair {
  readonly cos: number;
  readonly sin: number;
  readonly offset: number;
  readonly bend: number;
  readonly width: number;
  readonly strength: number;
}

/** No hair in most pictures, up to four in the others. */
export function createHairs(rng: Rng): readonly Hair[] {
  const count = Math.max(0, rng.integer(10) - 5);
  return Array.from({ length: count }, () => {
    const angle = between(rng, 0, Math.PI);
    return {
      cos: Math.cos(angle),
      sin: Math.sin(angle),
      offset: between(rng, -1, 1),
      bend: 0.25 * rng.normal(),
      width: between(rng, 0.006, 0.014),
      strength: between(rng, 0.45, 0.8),
    };
  });
}

/** How much hair covers (x, y), for pixels `pixelSize` wide. */
export function hairCoverage(hairs: readonly Hair[], x: number, y: number, pixelSize: number): number {
  let most = 0;
  for (const { cos, sin, offset, bend, width, strength } of hairs) {
    const along = cos * x + sin * y;
    const slope = 2 * bend * along;
    const distance = Math.abs(cos * y - sin * x - offset - bend * along * along) / Math.sqrt(1 + slope * slope);
    // A hair thinner than a pixel darkens it in proportion.
    const share = Math.min(1, (2 * width) / pixelSize) * (1 - smoothstep(0, width + 0.75 * pixelSize, distance));
    most = Math.max(most, strength * share);
  }
  return most;
}
