import type { Rng } from "repro-kit";
import { smoothstep } from "./noise-field.ts";

/** Red, green, blue in [0, 255]; may leave that range until it is drawn. */
export type Color = [red: number, green: number, blue: number];

/** One lesion, as it lies on the skin; lengths in units of half the picture's width. */
export interface Lesion {
  /** Border: distance from the centre in direction `theta` (radians). */
  radius(theta: number): number;
  /** Half the width of the passage from lesion to skin in direction `theta`, as a share of the radius. */
  softness(theta: number): number;
  /** How far the border wanders at (x, y), as a share of the radius: a small number of either sign. */
  wander(x: number, y: number): number;
  /** Share of the lesion's colour over the skin's within the border, in (0, 1]. */
  readonly opacity: number;
  /** Writes the colour at (x, y) from the centre into `color`; `depth` is 0 at the centre and 1 at the border. */
  shade(color: Color, x: number, y: number, depth: number): void;
}

/** A class of lesions: one file in `lesions/` and one entry in `lesions/index.ts`. */
export interface LesionKind {
  readonly name: string;
  create(rng: Rng): Lesion;
}

export const between = (rng: Rng, low: number, high: number): number => low + (high - low) * rng.uniform();

/** The colour shifted by normal amounts: lightness for all three channels, hue for each. */
export function varied(
  rng: Rng,
  [red, green, blue]: Color,
  { lightness, hue }: { readonly lightness: number; readonly hue: number },
): Color {
  const shift = lightness * rng.normal();
  return [red + shift + hue * rng.normal(), green + shift + hue * rng.normal(), blue + shift + hue * rng.normal()];
}

/** Moves `color` towards `other` by `share`. */
export function blend(color: Color, other: Readonly<Color>, share: number): void {
  for (let k = 0; k < 3; k++) color[k] += share * (other[k] - color[k]);
}

export interface OutlineOptions {
  /** Mean radius. */
  readonly radius: number;
  /** Long axis by short axis. */
  readonly elongation: number;
  /** Standard deviation of each harmonic, from the second on, as a share of the radius. */
  readonly harmonics: readonly number[];
}

const NUM_DIRECTIONS = 256;

/** A closed outline: an ellipse with random harmonics, tabulated in 256 directions. */
export function createOutline(rng: Rng, { radius, elongation, harmonics }: OutlineOptions): (theta: number) => number {
  const waves = harmonics.map((deviation, k) => ({
    order: k + 2,
    size: deviation * rng.normal(),
    phase: between(rng, 0, 2 * Math.PI),
  }));
  const stretch = Math.sqrt(elongation);
  const table = Float64Array.from({ length: NUM_DIRECTIONS + 1 }, (_, i) => {
    const theta = (2 * Math.PI * i) / NUM_DIRECTIONS;
    const ellipse = 1 / Math.hypot(Math.cos(theta) / stretch, Math.sin(theta) * stretch);
    const wave = waves.reduce((sum, { order, size, phase }) => sum + size * Math.cos(order * theta + phase), 0);
    return radius * ellipse * Math.max(0.3, 1 + wave);
  });
  return (theta) => {
    const place = ((theta / (2 * Math.PI) + 2) % 1) * NUM_DIRECTIONS;
    const i = Math.floor(place);
    return table[i] + (place - i) * (table[i + 1] - table[i]);
  };
}

export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Discs spread over the lesion, some way inside its border. */
export function scatterSpots(
  rng: Rng,
  count: number,
  { reach, radius }: { readonly reach: number; readonly radius: readonly [number, number] },
): readonly Spot[] {
  return Array.from({ length: count }, () => {
    const distance = reach * Math.sqrt(rng.uniform());
    const theta = between(rng, 0, 2 * Math.PI);
    return { x: distance * Math.cos(theta), y: distance * Math.sin(theta), radius: between(rng, ...radius) };
  });
}

/** How far (x, y) lies within any of the discs: 0 outside, 1 well inside. */
export function spotCoverage(spots: readonly Spot[], x: number, y: number): number {
  let most = 0;
  for (const spot of spots) {
    const squared = ((x - spot.x) ** 2 + (y - spot.y) ** 2) / spot.radius ** 2;
    if (squared < 1.7) most = Math.max(most, 1 - smoothstep(0.4, 1.7, squared));
  }
  return most;
}
