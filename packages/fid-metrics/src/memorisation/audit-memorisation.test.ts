import { createRng } from "repro-kit";
import { describe, expect, test } from "vitest";
import { blobImages, plantCopies } from "../__fixtures__/planted-copies.ts";
import { randomFeatures } from "../__fixtures__/random-features.ts";
import { selectFeatures } from "../features.ts";
import { auditMemorisation } from "./audit-memorisation.ts";
import { createCopyFinder } from "./find-copies.ts";

const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe.each([32, 64])("by pixel, %d × %d pixels", (size) => {
  const training = blobImages(1, 80, size);
  const copies = plantCopies(training, indices(40), createRng(5));
  const heldOut = blobImages(2, 40, size);
  const { byPixel } = auditMemorisation({
    training: { images: training },
    generated: { images: copies },
    heldOut: { images: heldOut },
  });
  test("mirrored, moved, brightened and compressed copies are found, with the image that they come from", () => {
    expect(byPixel?.copied).toBe(1);
    expect(byPixel?.matches.map(({ trainingIndex }) => trainingIndex)).toEqual(indices(40));
  });
  test("other images of the kind are no copies", () => {
    expect(byPixel?.falseAlarm).toBe(0);
    expect(byPixel?.threshold).toBe(0.5);
  });
});

test("an exact copy scores 0, its mirror image says so; flat images are no copies", () => {
  const training = blobImages(3, 12, 32);
  const finder = createCopyFinder(training);
  const [match] = finder.find({ ...training, data: training.data.slice(0, 32 * 32 * 3), count: 1 });
  expect(match).toEqual({ trainingIndex: 0, isFlipped: false, score: expect.closeTo(0, 3) });
  const mirrored = Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => {
    const [pixel, c] = [Math.floor(i / 3), i % 3];
    return training.data[(pixel - (pixel % 32) + 31 - (pixel % 32)) * 3 + c];
  });
  expect(finder.find({ ...training, data: mirrored, count: 1 })[0]).toMatchObject({ trainingIndex: 0, isFlipped: true });
  const flat = { ...training, data: Uint8Array.from({ length: 12 * 32 * 32 * 3 }, (_, i) => 90 + Math.floor(i / (32 * 32 * 3))) };
  expect(createCopyFinder(flat).find(flat)[3].score).toBe(1);
});

test("an image that stands in the training set many times, which is what generators copy, still gives its copies away", () => {
  const others = blobImages(6, 20, 32);
  const size = 32 * 32 * 3;
  const often = others.data.slice(0, size);
  const data = new Uint8Array((20 + 40) * size);
  data.set(others.data);
  for (let i = 20; i < 60; i++) data.set(often, i * size);
  const training = { ...others, data, count: 60 };
  const [match] = createCopyFinder(training).find(plantCopies(training, [41], createRng(5)));
  expect(match.trainingIndex).toBe(0); // the first of the equal ones
  expect(match.score).toBeLessThan(0.5);
  const same = { ...others, data: data.slice(20 * size), count: 40 };
  expect(() => createCopyFinder(same)).toThrow("at least 8 different training images are needed; got 1.");
});

test("by feature: the threshold lets 1 % of held-out images through, copies lie below", () => {
  const training = randomFeatures(1, 600, 12);
  const noisy = selectFeatures(training, indices(200));
  for (let i = 0; i < noisy.data.length; i++) noisy.data[i] += 0.05;
  const heldOut = randomFeatures(2, 500, 12);
  const { byFeature, byPixel } = auditMemorisation({
    training: { features: training },
    generated: { features: noisy },
    heldOut: { features: heldOut },
  });
  expect(byPixel).toBeUndefined();
  expect(byFeature?.copied).toBe(1);
  expect(byFeature?.falseAlarm).toBeLessThanOrEqual(0.01);
  expect(byFeature?.matches[7].trainingIndex).toBe(7);
});

test("refuses what cannot be audited", () => {
  const images = blobImages(1, 8, 16);
  const sets = { training: { images }, generated: { images }, heldOut: {} };
  expect(() => auditMemorisation(sets)).toThrow("are needed of all three");
  expect(() => createCopyFinder({ ...images, count: 4, data: images.data.slice(0, 4 * 768) })).toThrow("at least 8 training");
  expect(() => createCopyFinder({ ...images, height: 8, width: 32 })).toThrow("square images of at least 16×16");
  expect(() => createCopyFinder(images).find(blobImages(1, 1, 32))).toThrow("one size; got 16×16×3 and 32×32×3");
  expect(() => auditMemorisation({ ...sets, pixelThreshold: 0 })).toThrow("pixelThreshold must lie in (0, 1]");
});
