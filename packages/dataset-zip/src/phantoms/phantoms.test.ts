import { describe, expect, it } from "vitest";
import type { LabelledImage } from "../dataset/labelled-image.ts";
import { CHEST_XRAY_CLASSES, drawChestXrays } from "./draw-chest-xrays.ts";
import { drawFundus, FUNDUS_CLASSES } from "./draw-fundus.ts";
import type { PhantomOptions } from "./phantom-options.ts";

const kinds: readonly [string, (options: PhantomOptions) => LabelledImage[], readonly string[], number][] = [
  ["fundus", drawFundus, FUNDUS_CLASSES, 3],
  ["chest X-rays", drawChestXrays, CHEST_XRAY_CLASSES, 1],
];

/** Mean of each channel-free block of a 6 × 6 grid, and how much the pixels vary within it: what a small classifier sees. */
function features({ pixels: { data, height, width, channels } }: LabelledImage): number[] {
  const sums = new Float64Array(72);
  const side = width / 6;
  for (let y = 0; y < height; y++)
    for (let x = 1; x < width; x++)
      for (let k = 0; k < channels; k++) {
        const block = 6 * Math.floor(y / side) + Math.floor(x / side);
        const [value, left] = [data[(y * width + x) * channels + k], data[(y * width + x - 1) * channels + k]];
        sums[block] += value;
        sums[36 + block] += Math.abs(value - left);
      }
  return Array.from(sums, (sum, i) => sum / (side * side * channels) / (i < 36 ? 30 : 4));
}

describe.each(kinds)("%s", (_name, draw, classes, channels) => {
  it("depend on seed, class and number only; groups share a patient", () => {
    const few = draw({ count: classes.length * 4, size: 24, seed: 5 });
    const one = draw({ count: 4, size: 24, seed: 5, classes: [classes[1]] });
    expect(one.map(({ pixels }) => pixels)).toEqual(few.filter(({ label }) => label === 1).map(({ pixels }) => pixels));
    expect(one[0].pixels).toMatchObject({ height: 24, width: 24, channels });
    expect(draw({ count: 1, size: 24, seed: 6 })[0].pixels).not.toEqual(few[0].pixels);
    const groups = new Map<string, number>();
    for (const { group = "" } of draw({ count: classes.length * 8, size: 8, seed: 5 }))
      groups.set(group, (groups.get(group) ?? 0) + 1);
    expect(new Set(groups.values())).toEqual(channels === 3 ? new Set([2]) : new Set([1, 2]));
  });

  it("differ by class in what can be learnt: the nearest class mean finds most of them", () => {
    const draws = draw({ count: classes.length * 24, size: 48, seed: 7 });
    const all = draws.map((image) => ({ label: image.label ?? 0, values: features(image) }));
    const [training, test] = [all.slice(0, classes.length * 12), all.slice(classes.length * 12)];
    const means = classes.map((_, k) => {
      const own = training.filter(({ label }) => label === k);
      return own[0].values.map((__, i) => own.reduce((sum, { values }) => sum + values[i], 0) / own.length);
    });
    const distance = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);
    const right = test.filter(({ label, values }) => {
      const distances = means.map((mean) => distance(mean, values));
      return distances.indexOf(Math.min(...distances)) === label;
    });
    expect(right.length / test.length).toBeGreaterThan(1.4 / classes.length);
  });

  it("name what is wrong", () => {
    expect(() => draw({ count: 1, size: 16, seed: 0, classes: ["norml"] })).toThrow('did you mean "normal"');
    expect(() => draw({ count: 0, size: 16, seed: 0 })).toThrow("count must be an integer ≥ 1; got 0");
  });
});
