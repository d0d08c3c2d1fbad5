import type { Homogeneous } from "../homogeneous.ts";

/** Sides of an image, in pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** How many reflected pixels stand beyond each border; what lies farther out is 0. */
export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Half the support of the resampling filter, in pixels, once for each of the two resamplings. */
const FILTER_REACH = 6;

/**
 * The reflected margins that an image needs to be read through `inverse`: as far as its corners go, and the reach of the filters; no
 * more than the reflection has, which is the side less one.
 *
 * @param inverse - 3×3, from output to input coordinates, in pixels from the image centre.
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B.
 */
export function marginsOf(inverse: Homogeneous, { height, width }: ImageSize): Margins {
  const centreX = (width - 1) / 2;
  const centreY = (height - 1) / 2;
  const corners = [-1, 1].flatMap((i) => [-1, 1].map((k) => [i * centreX, k * centreY]));
  const xs = corners.map(([x, y]) => inverse[0] * x + inverse[1] * y + inverse[2]);
  const ys = corners.map(([x, y]) => inverse[3] * x + inverse[4] * y + inverse[5]);
  const margin = (farthest: number, centre: number) =>
    Math.ceil(Math.min(Math.max(farthest + FILTER_REACH - centre, 0), 2 * centre));
  return {
    left: margin(-Math.min(...xs), centreX),
    right: margin(Math.max(...xs), centreX),
    top: margin(-Math.min(...ys), centreY),
    bottom: margin(Math.max(...ys), centreY),
  };
}

/** The larger of each side. */
export function widestMargins(all: readonly Margins[]): Margins {
  const most = (side: keyof Margins) => Math.max(0, ...all.map((margins) => margins[side]));
  return { left: most("left"), right: most("right"), top: most("top"), bottom: most("bottom") };
}

/** The place at which a sample is taken: position = offset + sample·step, in pixels of the image at twice its size, 0 the first. */
export interface SamplePositions {
  readonly x: readonly [offset: number, alongX: number, alongY: number];
  readonly y: readonly [offset: number, alongX: number, alongY: number];
}

/**
 * Where sample (sx, sy) of the doubled output lies in the doubled input. Output pixel n is filtered from samples 2n … 2n + 11, so the
 * samples number 2·size + 10 a side; of the identity, sample s is pixel s − 5.
 */
export function samplePositions(inverse: Homogeneous, { height, width }: ImageSize): SamplePositions {
  const [a, b, shiftX, c, d, shiftY] = inverse;
  // The doubled coordinates of a point p are 2p − ½ from the centre: once for the way there, once for the way back.
  const startX = 4 + width;
  const startY = 4 + height;
  return {
    x: [2 * shiftX + width - 1 - a * startX - b * startY, a, b],
    y: [2 * shiftY + height - 1 - c * startX - d * startY, c, d],
  };
}
