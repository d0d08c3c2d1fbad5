import { createRng } from "repro-kit";
import type { ImageArrays } from "../data/image-source.ts";

/** Noisy images for tests: class 0 is brighter on the left, class 1 on the right. */
export function drawToyImages(count: number, { seed = 0, size = 8, channels = 1, noise = 60 } = {}): ImageArrays {
  const rng = createRng(seed);
  const images = new Uint8Array(count * size * size * channels);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  images.forEach((_, k) => {
    const label = labels[Math.floor(k / (size * size * channels))];
    const x = Math.floor(k / channels) % size;
    const isBright = x < size / 2 === (label === 0);
    images[k] = Math.min(Math.max(Math.round((isBright ? 150 : 105) + noise * rng.normal()), 0), 255);
  });
  return { images, labels, imageShape: [size, size, channels] };
}
