import { expect, test } from "vitest";
import { drawToyImages } from "./toy-images.ts";

test("the classes differ in the side that is bright, and a seed gives the same images", () => {
  const { images, labels } = drawToyImages(2, { noise: 0, size: 2 });
  expect([...images]).toEqual([150, 105, 150, 105, 105, 150, 105, 150]);
  expect(labels).toEqual([0, 1]);
  expect(drawToyImages(4, { seed: 3 })).toEqual(drawToyImages(4, { seed: 3 }));
});
