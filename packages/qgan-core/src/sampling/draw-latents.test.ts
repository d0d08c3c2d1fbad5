import { expect, test } from "vitest";
import { drawLatents } from "./draw-latents.ts";

test("row i depends on seed i only", () => {
  for (const latentDistribution of ["normal", "uniform"] as const) {
    const shape = { latentSize: 5, latentDistribution };
    const all = drawLatents(shape, [3, 1, 4]);
    expect([...drawLatents(shape, [4])]).toEqual([...all.subarray(10)]);
    expect([...drawLatents(shape, [1, 3])]).toEqual([...all.subarray(5, 10), ...all.subarray(0, 5)]);
    expect(new Set(all).size).toBe(15);
  }
});

test("uniform latents lie in [0, 1]", () => {
  const latents = drawLatents({ latentSize: 1000, latentDistribution: "uniform" }, [0]);
  expect(Math.min(...latents)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...latents)).toBeLessThanOrEqual(1);
});

test("no seed, or a bad one, is refused", () => {
  const shape = { latentSize: 2, latentDistribution: "normal" } as const;
  expect(() => drawLatents(shape, [])).toThrow("[drawLatents] give at least one seed.");
  expect(() => drawLatents(shape, [-1])).toThrow("seed must be an integer");
});
