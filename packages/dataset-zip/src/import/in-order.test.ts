import { expect, it } from "vitest";
import { inOrder } from "./in-order.ts";

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it("yields results in order, a few under way at once", async () => {
  let running = 0;
  let most = 0;
  const results: number[] = [];
  const work = async (item: number) => {
    most = Math.max(most, ++running);
    await later(item % 3 === 0 ? 6 : 1);
    running--;
    return item * 2;
  };
  for await (const { item, index, value } of inOrder(
    Array.from({ length: 30 }, (_, i) => i),
    work,
  )) {
    expect([item, value]).toEqual([index, 2 * index]);
    results.push(value);
  }
  expect(results.length).toBe(30);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(8);
});

it("throws an error when its turn comes", async () => {
  const seen: number[] = [];
  const run = async () => {
    for await (const { item } of inOrder([0, 1, 2, 3], async (item) => (item === 2 ? Promise.reject(new Error("no")) : item)))
      seen.push(item);
  };
  await expect(run()).rejects.toThrow("no");
  expect(seen).toEqual([0, 1]);
});
