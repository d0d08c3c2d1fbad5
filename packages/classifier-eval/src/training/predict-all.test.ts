import { expect, test } from "vitest";
import { openSource } from "../data/image-source.ts";
import { predictAll } from "./predict-all.ts";
import { drawToyImages } from "./toy-images.ts";

test("every image is read once for all classifiers, in order", async () => {
  const toy = drawToyImages(5, { size: 1 });
  const read: number[] = [];
  const images = (indices: readonly number[]) => {
    read.push(...indices);
    return Uint8Array.from(indices);
  };
  const source = openSource("test", { ...toy, images }, 2);
  const answering = (p: number) => ({
    classes: ["a", "b"],
    predict: async (images: Uint8Array) => Float64Array.from({ length: 2 * images.length }, (_, i) => p + images[i >> 1]),
  });
  const [first, second] = await predictAll([answering(0), answering(0.5)], source, 2);
  expect(read).toEqual([0, 1, 2, 3, 4]);
  expect(Array.from(first.probabilities)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  expect(second.probabilities[9]).toBe(4.5);
  expect(Array.from(second.labels)).toEqual(toy.labels);
});
