import { createRng } from "repro-kit";
import { expect, it } from "vitest";
import { createCollapseWatch } from "./collapse-watch.ts";

it("tells once when samples are nearly alike, but not early", async () => {
  const rng = createRng(3);
  const noise = (count: number) => Uint8Array.from({ length: count * 12 }, () => rng.integer(256));
  const dataset = { imageShape: [2, 2, 3] as const, images: async (indices: readonly number[]) => noise(indices.length) };
  const said: string[] = [];
  const watch = await createCollapseWatch({ dataset: dataset as never, train: [0, 1, 2, 3, 4] }, (text) => said.push(text));
  expect(watch.real).toBeGreaterThan(60);
  const alike = new Uint8Array(48).fill(7);
  expect(await watch.look(alike, { step: 100, fraction: 0.1 })).toBe(0);
  expect(said).toEqual([]);
  expect(await watch.look(noise(4), { step: 50, fraction: 0.5 })).toBeGreaterThan(60);
  await watch.look(alike, { step: 300, fraction: 0.5 });
  await watch.look(alike, { step: 400, fraction: 0.6 });
  expect(said.length).toBe(1);
  expect(said[0]).toContain("mode collapse");
  expect(await watch.look(alike.subarray(0, 12), { step: 500, fraction: 1 })).toBeNaN();
});
