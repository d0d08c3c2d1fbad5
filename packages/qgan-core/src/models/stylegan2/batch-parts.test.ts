import { expect, test } from "vitest";
import { partsByGroup, partsInOrder } from "./batch-parts.ts";

test("a part holds whole groups, and its images meet the same images as in the batch", () => {
  for (const [batch, group, size] of [
    [16, 4, 8],
    [16, 4, 4],
    [12, 2, 5],
    [8, 8, 8],
    [6, 1, 2],
  ]) {
    const parts = partsByGroup(batch, size, group);
    expect(parts.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: batch }, (_, i) => i));
    for (const part of parts) {
      expect(part.length).toBe(batch / parts.length);
      expect(part.length).toBeLessThanOrEqual(size);
      const numGroups = part.length / group;
      for (let one = 0; one < numGroups; one++) {
        const company = part.filter((_, j) => j % numGroups === one).map((i) => i % (batch / group));
        expect(new Set(company).size).toBe(1);
      }
    }
  }
});

test("a part that holds no group is refused", () => {
  expect(() => partsByGroup(16, 3, 4)).toThrow("microBatch must hold a group of 4 images");
});

test("in order: parts of one length, none above the size", () => {
  expect(partsInOrder(6, 4)).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ]);
  expect(partsInOrder(5, 4)).toEqual([[0], [1], [2], [3], [4]]);
  expect(partsInOrder(4, 8)).toEqual([[0, 1, 2, 3]]);
});
