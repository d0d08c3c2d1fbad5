import { createRng } from "repro-kit";
import { expect, it } from "vitest";
import { umapMap } from "./umap-map.ts";

it("keeps two clouds apart, and draws the same map for the same seed", async () => {
  const rows = createRng(2).fillNormal(new Float64Array(60 * 5));
  for (let row = 30; row < 60; row++) rows[row * 5] += 30;
  const map = await umapMap(rows, 5, { seed: 1 });
  if (!map) throw new Error("bug: there are enough rows.");
  expect(await umapMap(rows, 5, { seed: 1 })).toEqual(map);
  const distance = (a: number, b: number): number => Math.hypot(map[2 * a] - map[2 * b], map[2 * a + 1] - map[2 * b + 1]);
  const nearest = (a: number): number =>
    Array.from({ length: 60 }, (_, b) => b)
      .filter((b) => b !== a)
      .sort((b, c) => distance(a, b) - distance(a, c))[0];
  const agree = Array.from({ length: 60 }, (_, a) => a).filter((a) => nearest(a) < 30 === a < 30);
  expect(agree.length).toBe(60);
  expect(await umapMap(rows.subarray(0, 15), 5)).toBeUndefined();
  await expect(umapMap(rows, 5, { onProgress: () => false })).rejects.toThrow("stopped");
});
