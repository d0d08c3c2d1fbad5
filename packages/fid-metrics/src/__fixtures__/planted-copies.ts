import { createRng, type Rng } from "repro-kit";
import type { ImageArray } from "../images.ts";

/** Smooth random pictures, each of a few dozen blobs on a shaded ground. */
export function blobImages(seed: number, count: number, size: number): ImageArray {
  const data = new Uint8Array(count * size * size * 3);
  for (let i = 0; i < count; i++) {
    const rng = createRng(seed).fork("blobs", i);
    const blobs = Array.from({ length: 24 }, () => ({
      y: rng.uniform() * size,
      x: rng.uniform() * size,
      radius: size * (0.04 + 0.12 * rng.uniform()),
      colour: [rng.normal(), rng.normal(), rng.normal()].map((value) => 45 * value),
    }));
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++)
        for (let c = 0; c < 3; c++) {
          let value = 128;
          for (const blob of blobs)
            value += blob.colour[c] * Math.exp(-((y - blob.y) ** 2 + (x - blob.x) ** 2) / (2 * blob.radius ** 2));
          data[((i * size + y) * size + x) * 3 + c] = Math.max(0, Math.min(255, Math.round(value)));
        }
  }
  return { data, count, height: size, width: size, channels: 3 };
}

/** Copies of some images: mirrored or not, moved by up to 4 pixels both ways, ± 10 % brightness, compressed as JPEG 75 is. */
export function plantCopies({ data, height: size }: ImageArray, indices: readonly number[], rng: Rng): ImageArray {
  const pixels = size * size * 3;
  const out = new Uint8Array(indices.length * pixels);
  const clamp = (i: number): number => Math.max(0, Math.min(size - 1, i));
  indices.forEach((index, k) => {
    const [isFlipped, dy, dx, gain] = [rng.uniform() < 0.5, rng.integer(9) - 4, rng.integer(9) - 4, 0.9 + 0.2 * rng.uniform()];
    const copy = new Float64Array(pixels);
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++)
        for (let c = 0; c < 3; c++) {
          const from = isFlipped ? size - 1 - clamp(x + dx) : clamp(x + dx);
          copy[(y * size + x) * 3 + c] = gain * data[index * pixels + (clamp(y + dy) * size + from) * 3 + c];
        }
    out.set(compressLikeJpeg(copy, size), k * pixels);
  });
  return { data: out, count: indices.length, height: size, width: size, channels: 3 };
}

/** Luminance table of ITU-T T.81, K.1, scaled to quality 75 (half). */
const TABLE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112,
  100, 103, 99,
].map((step) => Math.floor((step * 50 + 50) / 100));
const COSINES = Float64Array.from({ length: 64 }, (_, i) => {
  const [k, n] = [Math.floor(i / 8), i % 8];
  return Math.sqrt((k === 0 ? 1 : 2) / 8) * Math.cos(((2 * n + 1) * k * Math.PI) / 16);
});

/** Each 8 × 8 block of each channel through the cosine transform, rounded to the table's steps, and back. */
function compressLikeJpeg(image: Float64Array, size: number): Uint8Array {
  const out = new Uint8Array(image.length);
  const block = new Float64Array(64);
  const transform = (isBack: boolean): void => {
    const middle = new Float64Array(64);
    const weight = (k: number, n: number): number => (isBack ? COSINES[n * 8 + k] : COSINES[k * 8 + n]);
    for (let r = 0; r < 8; r++)
      for (let k = 0; k < 8; k++) for (let n = 0; n < 8; n++) middle[r * 8 + k] += weight(k, n) * block[r * 8 + n];
    block.fill(0);
    for (let k = 0; k < 8; k++)
      for (let c = 0; c < 8; c++) for (let n = 0; n < 8; n++) block[k * 8 + c] += weight(k, n) * middle[n * 8 + c];
  };
  for (let top = 0; top < size; top += 8)
    for (let left = 0; left < size; left += 8)
      for (let c = 0; c < 3; c++) {
        const at = (i: number): number => ((top + Math.floor(i / 8)) * size + left + (i % 8)) * 3 + c;
        for (let i = 0; i < 64; i++) block[i] = image[at(i)] - 128;
        transform(false);
        for (let i = 0; i < 64; i++) block[i] = Math.round(block[i] / TABLE[i]) * TABLE[i];
        transform(true);
        for (let i = 0; i < 64; i++) out[at(i)] = Math.max(0, Math.min(255, Math.round(block[i] + 128)));
      }
  return out;
}
