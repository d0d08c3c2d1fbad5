import { createRng } from "repro-kit";
import type { Features } from "../features.ts";
import type { ImageArray } from "../images.ts";

/** Standard normal features, shifted. */
export function randomFeatures(seed: number, count: number, dimension: number, shift = 0): Features {
  return { count, dimension, data: createRng(seed).fillNormal(new Float64Array(count * dimension), shift) };
}

/** uint8 noise. */
export function randomImages(seed: number, count: number, size: number, channels = 3): ImageArray {
  const rng = createRng(seed);
  const data = Uint8Array.from({ length: count * size * size * channels }, () => rng.integer(256));
  return { data, count, height: size, width: size, channels };
}

export function features(...rows: readonly (readonly number[])[]): Features {
  return { count: rows.length, dimension: rows[0].length, data: Float64Array.from(rows.flat()) };
}
