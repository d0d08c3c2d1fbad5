import { expect, test } from "vitest";
import { compactCnn } from "../backbones/compact-cnn.ts";
import type { Classifier } from "./classifier.ts";
import { testTimeAugmentation, views } from "./test-time-augmentation.ts";

/** Answers with the first pixel. */
const firstPixel = (imageShape: [number, number, number]): Classifier => ({
  backbone: compactCnn(),
  classes: ["a", "b"],
  imageShape,
  params: {},
  async predict(images) {
    const size = imageShape[0] * imageShape[1] * imageShape[2];
    return Float64Array.from({ length: (2 * images.length) / size }, (_, i) => {
      const value = images[Math.floor(i / 2) * size] / 100;
      return i % 2 === 0 ? value : 1 - value;
    });
  },
  dispose() {},
});

test("the answer is the mean over the views", async () => {
  const images = Uint8Array.of(10, 20, 30, 40, 50, 60);
  const twoByThree = firstPixel([2, 3, 1]);
  expect((await testTimeAugmentation(twoByThree).predict(images))[0]).toBeCloseTo((0.1 + 0.3) / 2, 12);
  const four = testTimeAugmentation(twoByThree, ["identity", "flip-x", "flip-y", "rotate-180"]);
  expect((await four.predict(images))[0]).toBeCloseTo((0.1 + 0.3 + 0.4 + 0.6) / 4, 12);
});

test("the eight views of a square are all different, and each keeps all pixels", async () => {
  const images = Uint8Array.from({ length: 18 }, (_, i) => i);
  const seen = new Set<string>();
  for (const view of views) {
    const spy: Classifier = {
      ...firstPixel([3, 3, 2]),
      async predict(given) {
        expect([...given].sort((a, b) => a - b)).toEqual([...images]);
        seen.add(given.join());
        return new Float64Array(2);
      },
    };
    await testTimeAugmentation(spy, [view]).predict(images);
  }
  expect(seen.size).toBe(8);
});

test("mistakes are named", () => {
  expect(() => testTimeAugmentation(firstPixel([2, 3, 1]), ["flip"])).toThrow('no view "flip"; did you mean "flip-x"');
  expect(() => testTimeAugmentation(firstPixel([2, 3, 1]), ["transpose"])).toThrow(
    '"transpose" needs square images; these are 2×3×1.',
  );
  expect(() => testTimeAugmentation(firstPixel([2, 3, 1]), [])).toThrow("needs at least one view");
  expect(() => testTimeAugmentation(firstPixel([2, 3, 1]), ["flip-x", "flip-x"])).toThrow(
    "each view counts once; got flip-x, flip-x.",
  );
});
