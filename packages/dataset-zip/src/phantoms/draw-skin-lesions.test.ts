import { UsageError } from "repro-kit";
import { describe, expect, it } from "vitest";
import type { LabelledImage } from "../dataset/labelled-image.ts";
import { drawSkinLesions, SKIN_LESION_CLASSES } from "./draw-skin-lesions.ts";

/** Three numbers that a classifier could use: darkness of the middle against the rim, spread of colours there, roughness. */
function featuresOf({ pixels }: LabelledImage): number[] {
  const { data, width } = pixels;
  const middle: number[][] = [];
  let skin = 0;
  let rough = 0;
  for (let y = 0; y < width; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const distance = Math.hypot(x + 0.5 - width / 2, y + 0.5 - width / 2) / (width / 2);
      if (distance < 0.45) middle.push([...data.subarray(at, at + 3)]);
      if (distance < 0.6) rough += Math.abs(data[at + 1] - data[at + 4]) + Math.abs(data[at + 1] - data[at + 1 + 3 * width]);
      if (Math.abs(distance - 0.95) < 0.1) skin = Math.max(skin, data[at + 1]);
    }
  const mean = [0, 1, 2].map((k) => middle.reduce((sum, pixel) => sum + pixel[k], 0) / middle.length);
  const spread = Math.sqrt(
    middle.reduce((sum, pixel) => sum + (pixel[0] - mean[0]) ** 2 + (pixel[2] - mean[2]) ** 2, 0) / middle.length,
  );
  return [skin - mean[1], mean[0] - mean[2], spread, rough / middle.length];
}

describe("drawSkinLesions", () => {
  it("draws the n-th picture of a class alike, however many are drawn and whichever others", () => {
    const nine = drawSkinLesions({ count: 9, size: 24, seed: 5 });
    expect(drawSkinLesions({ count: 4, size: 24, seed: 5 })).toEqual(nine.slice(0, 4));
    const melanomas = drawSkinLesions({ count: 3, size: 24, seed: 5, classes: ["melanoma"] });
    expect(melanomas.map(({ pixels }) => pixels)).toEqual(nine.filter(({ label }) => label === 1).map(({ pixels }) => pixels));
    expect(drawSkinLesions({ count: 4, size: 24, seed: 6 })[0].pixels).not.toEqual(nine[0].pixels);
  });

  it("labels in turn and groups the pictures of one lesion", () => {
    const images = drawSkinLesions({ count: 120, size: 8, seed: 1 });
    expect(images.slice(0, 4).map(({ label }) => label)).toEqual([0, 1, 2, 0]);
    const sizes = new Map<string, number>();
    for (const { group, label } of images) {
      sizes.set(group as string, (sizes.get(group as string) ?? 0) + 1);
      expect(group).toContain(SKIN_LESION_CLASSES[label as number]);
    }
    expect(sizes.size).toBeGreaterThan(60);
    expect(sizes.size).toBeLessThan(110);
    expect(Math.max(...sizes.values())).toBeGreaterThan(1);
  });

  it("makes classes that simple features tell apart", () => {
    const images = drawSkinLesions({ count: 300, size: 32, seed: 9 });
    const known = images.slice(0, 150).map((image) => ({ features: featuresOf(image), label: image.label }));
    const scale = known[0].features.map((_, k) => Math.max(...known.map(({ features }) => Math.abs(features[k]))));
    const distance = (a: number[], b: number[]) => a.reduce((sum, value, k) => sum + ((value - b[k]) / scale[k]) ** 2, 0);
    const correct = images.slice(150).filter((image) => {
      const features = featuresOf(image);
      const nearest = known.reduce((best, other) =>
        distance(other.features, features) < distance(best.features, features) ? other : best,
      );
      return nearest.label === image.label;
    }).length;
    expect(correct / 150).toBeGreaterThan(0.8); // guessing gives 0.33
  });

  it("refuses what it cannot draw", () => {
    const options = { count: 1, size: 16, seed: 0 };
    expect(() => drawSkinLesions({ ...options, classes: ["nevis"] })).toThrow('did you mean "nevus"');
    expect(() => drawSkinLesions({ ...options, classes: [] })).toThrow("at least one");
    expect(() => drawSkinLesions({ ...options, size: 4 })).toThrow("size must be an integer in [8, 1024]; got 4");
    expect(() => drawSkinLesions({ ...options, count: 0 })).toThrow(UsageError);
  });
});
