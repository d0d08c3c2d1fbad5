import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandomConvolutionExtractor, featureStatistics, type ImageArray } from "fid-metrics";
import { ready } from "tfjs-train";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cachedSide } from "./cached-side.ts";
import type { ImageSet } from "./image-set.ts";

let cacheFolder = "";
beforeAll(async () => {
  await ready({ backend: "wasm" });
  cacheFolder = mkdtempSync(join(tmpdir(), "qgan-real-"));
});
afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

const images: ImageArray = {
  data: Uint8Array.from({ length: 70 * 8 * 8 * 3 }, (_, i) => (i * 7919) % 251),
  count: 70,
  height: 8,
  width: 8,
  channels: 3,
};
const set: ImageSet = {
  kind: "zip",
  name: "seventy",
  count: 70,
  async *batches() {
    for (let i = 0; i < 70; i += 7) yield { ...images, count: 7, data: images.data.subarray(i * 192, (i + 7) * 192) };
  },
  content: () => "seventy images",
  close: async () => {},
};

it("statistics of more images than dimensions, features of fewer; each kept once", async () => {
  const notes: string[] = [];
  const done: number[] = [];
  const hooks = { onFact: (fact: { kind: string; text?: unknown }) => fact.kind === "note" && notes.push(String(fact.text)) };
  for (const dimension of [16, 96]) {
    const extractor = createRandomConvolutionExtractor({ dimension });
    const features = await extractor.extract(images);
    const options = {
      extractor,
      cache: true,
      onlyStatistics: true,
      cacheFolder,
      onProgress: (progress: { done: number }) => done.push(progress.done),
    };
    const side = await cachedSide(set, options, hooks);
    expect(side).toEqual(dimension < 70 ? featureStatistics(features) : features);
    expect(await cachedSide(set, options, hooks)).toEqual(side);
    expect(await cachedSide(set, { ...options, onlyStatistics: false }, hooks)).toEqual(features);
    extractor.dispose();
  }
  expect(notes.map((note) => (note.includes("not looked at again") ? "kept" : "made"))).toEqual([
    "made",
    "kept",
    "made",
    "made",
    "kept",
    "kept",
  ]);
  expect(done.at(-1)).toBe(70);
  expect(readdirSync(cacheFolder).filter((name) => name.endsWith(".npz"))).toHaveLength(1);
});

it("a cache that cannot be written costs nothing but the cache; none is written where none is wanted", async () => {
  const notes: string[] = [];
  const hooks = { onFact: (fact: { kind: string; text?: unknown }) => fact.kind === "note" && notes.push(String(fact.text)) };
  const extractor = createRandomConvolutionExtractor({ dimension: 96 });
  const features = await extractor.extract(images);
  const file = join(cacheFolder, "a-file");
  writeFileSync(file, "no folder");
  const options = { extractor, onlyStatistics: false, cacheFolder: join(file, "below"), onProgress: () => {} };
  expect(await cachedSide(set, { ...options, cache: true }, hooks)).toEqual(features);
  expect(notes.join()).toMatch(/could not be kept in .*below: /);
  expect(await cachedSide(set, { ...options, cache: false }, hooks)).toEqual(features);
  expect(notes).toHaveLength(1);
  extractor.dispose();
});
