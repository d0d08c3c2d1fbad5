import { expect, type Rng } from "repro-kit";
import type { ImageArray } from "../images.ts";
import type { SsimImage } from "./structural-similarity.ts";

/** Pairs that the mean is taken over: its standard error is some 1e-2 then. */
const PAIRS = 200;

/**
 * Mean of a similarity over random pairs of images of one set, or over all pairs where there are no more than 200.
 *
 * @throws UsageError for fewer than two images.
 */
export function pairwiseSimilarity(
  { data, count, height, width, channels }: ImageArray,
  { rng, compare }: { readonly rng: Rng; readonly compare: (a: SsimImage, b: SsimImage) => number },
): number {
  expect(count >= 2, "pairwiseSimilarity", `at least 2 images are needed; got ${count}.`);
  const size = height * width * channels;
  const image = (i: number): SsimImage => ({ data: data.subarray(i * size, (i + 1) * size), height, width, channels });
  const all = (count * (count - 1)) / 2;
  let [sum, taken] = [0, 0];
  if (all <= PAIRS) {
    for (let i = 0; i < count; i++) for (let j = 0; j < i; j++, taken++) sum += compare(image(i), image(j));
  } else
    for (; taken < PAIRS; taken++) {
      const i = rng.integer(count);
      const j = (i + 1 + rng.integer(count - 1)) % count;
      sum += compare(image(i), image(j));
    }
  return sum / taken;
}
