import { exposureFeatures } from "./exposure-features.ts";
import { type ImagePlanes, momentsOf, quantilesOf } from "./image-planes.ts";
import { mirrorFeatures } from "./mirror-features.ts";

/** Keeps logarithms of energies finite: about a tenth of a grey level of 8 bits. */
const FLOOR = 1e-3;
/** A pixel this near to mid-grey, and to its neighbours, counts as erased. */
const GREY = 0.04;

/**
 * What an image shows of each augmentation: colours, contrast, energy an octave, erased areas, reflected borders.
 *
 * @param planes - Of an image of at least 8 pixels a side.
 * @returns About 105 numbers for RGB, 50 for grey; always as many for one number of channels.
 */
export function imageFeatures(planes: ImagePlanes): number[] {
  return [
    ...colourFeatures(planes),
    ...exposureFeatures(planes),
    ...[planes.luma, ...planes.chroma].flatMap((plane) => detailFeatures(plane, planes)),
    ...erasedFeatures(planes),
    ...mirrorFeatures(planes),
    ...halves(planes),
  ];
}

function colourFeatures({ luma, chroma, channels }: ImagePlanes): number[] {
  const bright = momentsOf(luma);
  const out = [bright.mean, Math.log(bright.deviation + FLOOR)];
  for (const plane of chroma) {
    const { mean, deviation } = momentsOf(plane);
    let product = 0;
    for (let i = 0; i < plane.length; i++) product += (plane[i] - mean) * (luma[i] - bright.mean);
    const correlation = product / plane.length / (deviation * bright.deviation + FLOOR * FLOOR);
    out.push(mean, Math.log(deviation + FLOOR), correlation);
  }
  for (const plane of channels) {
    out.push(...quantilesOf(plane, [0.01, 0.1, 0.5, 0.9, 0.99]));
    const clipped = plane.reduce((sum, value) => sum + (Math.abs(value) > 0.99 ? 1 : 0), 0) / plane.length;
    out.push(Math.log(clipped + FLOOR));
  }
  return out;
}

/** Mean differences over 1, 2, 4 and 8 pixels in both directions, and the mean and median of the finest diagonal detail. */
function detailFeatures(plane: Float64Array, { height, width }: ImagePlanes): number[] {
  const out: number[] = [];
  for (const distance of [1, 2, 4, 8]) {
    let across = 0;
    let down = 0;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const value = plane[y * width + x];
        if (x + distance < width) across += Math.abs(plane[y * width + x + distance] - value);
        if (y + distance < height) down += Math.abs(plane[(y + distance) * width + x] - value);
      }
    out.push(Math.log(across / (height * Math.max(1, width - distance)) + FLOOR));
    out.push(Math.log(down / (width * Math.max(1, height - distance)) + FLOOR));
  }
  const diagonal = new Float64Array((height - 1) * (width - 1));
  for (let y = 0; y < height - 1; y++)
    for (let x = 0; x < width - 1; x++) {
      const i = y * width + x;
      diagonal[y * (width - 1) + x] = Math.abs(plane[i] - plane[i + 1] - plane[i + width] + plane[i + width + 1]) / 2;
    }
  out.push(Math.log(momentsOf(diagonal).mean + FLOOR), Math.log(diagonal.sort()[diagonal.length >> 1] + FLOOR));
  return out;
}

/** The logarithm of the share of pixels that are mid-grey like their neighbours: what cutout leaves. */
function erasedFeatures({ height, width, channels }: ImagePlanes): number[] {
  let erased = 0;
  for (let y = 0; y < height - 1; y++)
    for (let x = 0; x < width - 1; x++) {
      const i = y * width + x;
      if (channels.every((plane) => [i, i + 1, i + width].every((k) => Math.abs(plane[k]) < GREY))) erased++;
    }
  return [Math.log(erased / (height * width) + FLOOR)];
}

/** Left against right and upper against lower half: what flips and turns change, if the images have an orientation. */
function halves({ height, width, luma }: ImagePlanes): number[] {
  let sideways = 0;
  let upright = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      sideways += luma[y * width + x] * Math.sign(2 * x + 1 - width);
      upright += luma[y * width + x] * Math.sign(2 * y + 1 - height);
    }
  return [sideways / luma.length, upright / luma.length];
}
