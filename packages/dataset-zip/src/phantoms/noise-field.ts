import type { Rng } from "repro-kit";

/** Smooth random values over the plane, about in [−1, 1]. */
export type NoiseField = (x: number, y: number) => number;

const LATTICE = 16;
const MASK = LATTICE - 1;

/**
 * Value noise: random numbers on a 16 × 16 lattice (periodic), smoothly interpolated, each octave twice as fine and half as
 * strong as the one before.
 *
 * @param frequency - Lattice cells a unit of length.
 */
export function createNoiseField(
  rng: Rng,
  { frequency, octaves = 1 }: { readonly frequency: number; readonly octaves?: number },
): NoiseField {
  const lattice = rng.fillUniform(new Float32Array(LATTICE * LATTICE), -1, 1);
  const total = 2 - 2 ** (1 - octaves);
  return (x, y) => {
    let sum = 0;
    let amplitude = 1;
    let fx = x * frequency + 64;
    let fy = y * frequency + 64;
    for (let octave = 0; octave < octaves; octave++) {
      const x0 = Math.floor(fx);
      const y0 = Math.floor(fy);
      const u = fade(fx - x0);
      const v = fade(fy - y0);
      const left = x0 & MASK;
      const right = (x0 + 1) & MASK;
      const top = (y0 & MASK) * LATTICE;
      const bottom = ((y0 + 1) & MASK) * LATTICE;
      const upper = lattice[top + left] + u * (lattice[top + right] - lattice[top + left]);
      const lower = lattice[bottom + left] + u * (lattice[bottom + right] - lattice[bottom + left]);
      sum += amplitude * (upper + v * (lower - upper));
      amplitude /= 2;
      fx = fx * 2 + 5.3;
      fy = fy * 2 + 1.7;
    }
    return sum / total;
  };
}

const fade = (t: number): number => t * t * (3 - 2 * t);

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothstep(low: number, high: number, x: number): number {
  const t = (x - low) / (high - low);
  return t <= 0 ? 0 : t >= 1 ? 1 : fade(t);
}
