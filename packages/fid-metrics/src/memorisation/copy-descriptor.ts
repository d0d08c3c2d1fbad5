import { resizeImage } from "array-kernels";
import { expect } from "repro-kit";
import type { ImageArray } from "../images.ts";

/** Side of the coarse grey picture that candidates are found by. */
export const COARSE = 16;
/** Largest side of the fine picture that candidates are compared by. */
const FINE = 64;
/** Gaussian blur of the fine picture in pixels: takes the blocks of a JPEG away, keeps what tells two images apart. */
const BLUR = 1;
/** Smallest images that a shift of 4 pixels leaves enough of. */
const SMALLEST = 16;

/** What copies are looked for by; 17 kB an image of 64×64 or more in colour. */
export interface CopyDescriptors {
  readonly count: number;
  /** [count, 16, 16], grey. */
  readonly coarse: Float32Array;
  /** [count, fineSize, fineSize, channels], blurred. */
  readonly fine: Uint8Array;
  /** [count, fineSize, fineSize], the same in grey. */
  readonly fineGrey: Uint8Array;
  readonly fineSize: number;
  readonly channels: number;
  /** Side of the images themselves. */
  readonly size: number;
}

/** Descriptors of square uint8 images. @throws UsageError for images that are not square or smaller than 16 pixels. */
export function describeForCopies({ data, count, height, width, channels }: ImageArray): CopyDescriptors {
  const isUsable = height === width && height >= SMALLEST;
  expect(isUsable, "memorisation", `square images of at least ${SMALLEST}×${SMALLEST} are needed; got ${height}×${width}.`);
  const fineSize = Math.min(FINE, height);
  const pixels = height * width * channels;
  const coarse = new Float32Array(count * COARSE * COARSE);
  const fine = new Uint8Array(count * fineSize * fineSize * channels);
  const fineGrey = new Uint8Array(count * fineSize * fineSize);
  for (let i = 0; i < count; i++) {
    const image = { data: data.subarray(i * pixels, (i + 1) * pixels), height, width, channels };
    const small = { data: greyOf(image.data, channels), height, width, channels: 1 };
    const shrunk = resizeImage(small, { height: COARSE, width: COARSE, filter: "box" });
    coarse.set(shrunk.data, i * COARSE * COARSE);
    const middle = fineSize === height ? image : resizeImage(image, { height: fineSize, width: fineSize, filter: "box" });
    const blurred = blur(middle.data, fineSize, channels);
    fine.set(blurred, i * fineSize * fineSize * channels);
    fineGrey.set(greyOf(blurred, channels).map(Math.round), i * fineSize * fineSize);
  }
  return { count, coarse, fine, fineGrey, fineSize, channels, size: height };
}

/** Rec. 601 luma. */
function greyOf(data: Uint8Array, channels: number): Float32Array {
  if (channels === 1) return Float32Array.from(data);
  const grey = new Float32Array(data.length / 3);
  for (let i = 0; i < grey.length; i++) grey[i] = 0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2];
  return grey;
}

const RADIUS = Math.ceil(3 * BLUR);
const WINDOW = ((): Float32Array => {
  const weights = Float32Array.from({ length: 2 * RADIUS + 1 }, (_, i) => Math.exp(-((i - RADIUS) ** 2) / (2 * BLUR * BLUR)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
})();

/** Separable blur, the border repeated. */
function blur(data: Uint8Array, size: number, channels: number): Uint8Array {
  const [rows, out] = [new Float32Array(data.length), new Uint8Array(data.length)];
  const clamp = (i: number): number => Math.max(0, Math.min(size - 1, i));
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let k = -RADIUS; k <= RADIUS; k++)
        for (let c = 0; c < channels; c++)
          rows[(y * size + x) * channels + c] += WINDOW[k + RADIUS] * data[(y * size + clamp(x + k)) * channels + c];
  const line = size * channels;
  for (let y = 0; y < size; y++)
    for (let i = 0; i < line; i++) {
      let sum = 0;
      for (let k = -RADIUS; k <= RADIUS; k++) sum += WINDOW[k + RADIUS] * rows[clamp(y + k) * line + i];
      out[y * line + i] = Math.round(sum);
    }
  return out;
}
