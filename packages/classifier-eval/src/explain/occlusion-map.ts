import { checkOptions, expect } from "repro-kit";
import type { Classifier } from "../training/classifier.ts";
import { type Heatmap, scaleToOne } from "./grad-cam.ts";

export interface OcclusionOptions {
  /** Class that is asked for. Default: the most probable. */
  readonly target?: number;
  /** Side of the square that is covered, px. Default: a quarter of the shorter side. */
  readonly size?: number;
  /** Steps of the square, px. Default: half its side. */
  readonly stride?: number;
  /** @defaultValue 32 */
  readonly batchSize?: number;
}

/** Falls of the probability below this are the rounding of float32, which must not be made as large as a finding. */
const LEAST_DROP = 1e-6;

/**
 * Occlusion map: how far the class's probability falls when a square of the image is covered with the image's mean colour, at each place
 * the mean over the squares that cover it, cut off at 0 and divided by the largest.
 *
 * @param image - uint8 [height, width, channels] of the classifier's shape.
 * @returns All 0 where no square takes away a millionth of the probability.
 * @see Zeiler & Fergus 2014, §4.2.
 */
export async function occlusionMap(classifier: Classifier, image: Uint8Array, options: OcclusionOptions = {}): Promise<Heatmap> {
  const scope = "occlusionMap";
  checkOptions(scope, options, ["target", "size", "stride", "batchSize"]);
  const [height, width, channels] = classifier.imageShape;
  const bytes = height * width * channels;
  expect(image.length === bytes, scope, `an image has ${bytes} bytes; got ${image.length}.`);
  const size = options.size ?? Math.max(1, Math.round(Math.min(height, width) / 4));
  const stride = options.stride ?? Math.max(1, Math.round(size / 2));
  const { batchSize = 32 } = options;
  for (const [name, value] of Object.entries({ size, stride, batchSize }))
    expect(Number.isInteger(value) && value >= 1, scope, `${name} must be an integer ≥ 1; got ${value}.`);
  const numClasses = classifier.classes.length;
  const plain = await classifier.predict(image);
  const target = options.target ?? plain.indexOf(plain.reduce((a, b) => Math.max(a, b)));
  expect(
    Number.isInteger(target) && target >= 0 && target < numClasses,
    scope,
    `target must be a class from 0 to ${numClasses - 1}; got ${target}.`,
  );
  const colour = meanColour(image, channels);
  const corners = cornersOf(height, size, stride).flatMap((y) => cornersOf(width, size, stride).map((x) => [y, x] as const));
  const drops = new Float64Array(height * width);
  const covers = new Uint32Array(height * width);
  for (let start = 0; start < corners.length; start += batchSize) {
    const batch = corners.slice(start, start + batchSize);
    const covered = new Uint8Array(batch.length * bytes);
    batch.forEach(([top, left], i) => {
      covered.set(image, i * bytes);
      for (let y = top; y < Math.min(top + size, height); y++)
        for (let x = left; x < Math.min(left + size, width); x++) covered.set(colour, i * bytes + (y * width + x) * channels);
    });
    const answers = await classifier.predict(covered);
    batch.forEach(([top, left], i) => {
      const drop = plain[target] - answers[i * numClasses + target];
      for (let y = top; y < Math.min(top + size, height); y++)
        for (let x = left; x < Math.min(left + size, width); x++) {
          drops[y * width + x] += drop;
          covers[y * width + x]++;
        }
    });
  }
  const data = Float32Array.from(drops, (sum, i) => Math.max(0, sum / covers[i]));
  if (data.every((drop) => drop < LEAST_DROP)) data.fill(0);
  return { data: scaleToOne(data), height, width };
}

/** Where squares begin along a side, so that the last one ends at its end. */
function cornersOf(length: number, size: number, stride: number): number[] {
  const last = Math.max(0, length - size);
  const count = Math.ceil(last / stride);
  return Array.from({ length: count + 1 }, (_, i) => Math.min(i * stride, last));
}

function meanColour(image: Uint8Array, channels: number): Uint8Array {
  const sums = new Float64Array(channels);
  for (let i = 0; i < image.length; i++) sums[i % channels] += image[i];
  return Uint8Array.from(sums, (sum) => Math.round((sum * channels) / image.length));
}
