import { expect, type Rng } from "repro-kit";
import type { ImageArray } from "./images.ts";

/** A sample of images that pass by. */
export interface ImageSample {
  offer(batch: ImageArray): void;
  /** In the order in which they came. @throws UsageError if none came. */
  result(): ImageArray;
  /** Whether all that passed were the same image. */
  readonly areIdentical: boolean;
}

/**
 * Keeps at most `capacity` images, each that passes with the same chance (reservoir sampling); all, in their order, where there are no
 * more. Memory does not grow with what passes.
 *
 * @see Vitter 1985, ACM TOMS 11, algorithm R.
 */
export function createImageSample(capacity: number, rng: Rng): ImageSample {
  const kept: { readonly place: number; readonly pixels: Uint8Array }[] = [];
  let shape: ImageArray | undefined;
  let first: Uint8Array | undefined;
  let [passed, areIdentical] = [0, true];
  return {
    get areIdentical() {
      return passed >= 2 && areIdentical;
    },
    offer(batch) {
      shape ??= batch;
      const size = batch.height * batch.width * batch.channels;
      for (let i = 0; i < batch.count; i++) {
        const pixels = batch.data.subarray(i * size, (i + 1) * size);
        first ??= pixels.slice();
        areIdentical &&= pixels.every((value, k) => value === (first as Uint8Array)[k]);
        const place = kept.length < capacity ? kept.length : rng.integer(passed + 1);
        if (place < capacity) kept[place] = { place: passed, pixels: pixels.slice() };
        passed++;
      }
    },
    result() {
      expect(shape, "images", "at least one image is needed; got none.");
      const { height, width, channels } = shape;
      const size = height * width * channels;
      const data = new Uint8Array(kept.length * size);
      [...kept]
        .sort((a, b) => a.place - b.place)
        .forEach(({ pixels }, i) => {
          data.set(pixels, i * size);
        });
      return { data, count: kept.length, height, width, channels };
    },
  };
}
