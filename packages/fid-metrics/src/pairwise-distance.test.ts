import { expect, test } from "vitest";
import { randomImages } from "./__fixtures__/random-features.ts";
import { pairwiseDistance } from "./pairwise-distance.ts";

test("by hand: grey images of 0, 30 and 90", async () => {
  const images = { data: Uint8Array.from([0, 0, 30, 30, 90, 90]), count: 3, height: 1, width: 2, channels: 1 };
  expect(await pairwiseDistance(images)).toBeCloseTo((30 + 90 + 60) / 3, 12);
});

test("copies of one image are at distance 0, also across tiles", async () => {
  const { data } = randomImages(1, 1, 4);
  const copies = new Uint8Array(130 * data.length).map((_, i) => data[i % data.length]);
  expect(await pairwiseDistance({ data: copies, count: 130, height: 4, width: 4, channels: 3 })).toBe(0);
});

test("equals the definition across tiles", async () => {
  const images = randomImages(2, 70, 3);
  let sum = 0;
  for (let i = 0; i < 70; i++)
    for (let j = i + 1; j < 70; j++) {
      let squared = 0;
      for (let k = 0; k < 27; k++) squared += (images.data[i * 27 + k] - images.data[j * 27 + k]) ** 2;
      sum += Math.sqrt(squared / 27);
    }
  expect(await pairwiseDistance(images)).toBeCloseTo(sum / 2415, 10);
});

test("one image has no pair", async () => {
  await expect(pairwiseDistance(randomImages(3, 1, 4))).rejects.toThrow(
    "[pairwiseDistance] at least 2 images are needed; got 1.",
  );
});
