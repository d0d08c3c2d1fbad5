import { createRng } from "repro-kit";
import { expect, it } from "vitest";
import { collapse } from "./collapse.ts";

it("tells once when samples are nearly alike, but not early", async () => {
  const rng = createRng(3);
  const noise = (count: number) => Uint8Array.from({ length: count * 12 }, () => rng.integer(256));
  const dataset = { imageShape: [2, 2, 3] as const, images: async (indices: readonly number[]) => noise(indices.length) };
  const said: string[] = [];
  const data = { dataset, train: [0, 1, 2, 3, 4, 5], heldOut: [] } as never;
  const watch = await collapse.create({ data, say: (text: string) => said.push(text) } as never);
  const look = async (pixels: Uint8Array, step: number, fraction: number) =>
    (await watch.snapshot?.({ step, fraction, pixels } as never))?.[0];
  const alike = new Uint8Array(48).fill(7);
  const early = await look(alike, 100, 0.1);
  expect(early).toMatchObject({ metric: "pairwise", value: 0, better: "near" });
  expect(early?.realValue).toBeGreaterThan(60);
  expect(said).toEqual([]);
  expect((await look(noise(4), 50, 0.5))?.value).toBeGreaterThan(60);
  await look(alike, 300, 0.5);
  await look(alike, 400, 0.6);
  expect(said.length).toBe(1);
  expect(said[0]).toContain("mode collapse");
  expect(await look(alike.subarray(0, 12), 500, 1)).toBeUndefined();
});
