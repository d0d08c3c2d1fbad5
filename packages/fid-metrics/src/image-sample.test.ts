import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { createImageSample } from "./image-sample.ts";

const batch = (...values: number[]) => ({
  data: Uint8Array.from(values),
  count: values.length,
  height: 1,
  width: 1,
  channels: 1,
});

test("all in their order where there is room; else each with the same chance", () => {
  const all = createImageSample(9, createRng(0));
  all.offer(batch(5, 6));
  all.offer(batch(7));
  expect(Array.from(all.result().data)).toEqual([5, 6, 7]);
  const seen = new Float64Array(10);
  for (let seed = 0; seed < 3000; seed++) {
    const sample = createImageSample(3, createRng(seed));
    sample.offer(batch(0, 1, 2, 3));
    sample.offer(batch(4, 5, 6, 7, 8, 9));
    const { data, count } = sample.result();
    expect(count).toBe(3);
    expect(Array.from(data)).toEqual(Array.from(data).sort((a, b) => a - b));
    for (const value of data) seen[value]++;
  }
  for (const times of seen) expect(Math.abs(times / 3000 - 0.3)).toBeLessThan(0.04); // five standard deviations
});

test("knows images that are all the same", () => {
  const sample = createImageSample(2, createRng(0));
  expect(sample.areIdentical).toBe(false);
  sample.offer(batch(3, 3));
  expect(sample.areIdentical).toBe(true);
  sample.offer(batch(3, 4));
  expect(sample.areIdentical).toBe(false);
  expect(() => createImageSample(2, createRng(0)).result()).toThrow("at least one image");
});
