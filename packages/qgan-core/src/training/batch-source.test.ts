import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { createBatchSource } from "./batch-source.ts";

const dataset = {
  count: 5,
  imageShape: [1, 2, 1] as const,
  reads: 0,
  async images(indices: readonly number[], { mirrored }: { mirrored?: readonly boolean[] } = {}) {
    this.reads += indices.length;
    return Uint8Array.from(indices.flatMap((index, i) => (mirrored?.[i] ? [index, 100] : [100, index])));
  },
};

test("an epoch holds every image once; a state continues the order", async () => {
  const source = createBatchSource({ dataset, batchSize: 2, rng: createRng(3) });
  const first = [await source.next(), await source.next()];
  const state = JSON.parse(JSON.stringify(source.state()));
  const rest = [await source.next(), await source.next(), await source.next()];
  const drawn = [...first, ...rest].flatMap((batch) => [...batch].filter((_, i) => i % 2 === 1));
  expect([...drawn.slice(0, 5)].sort()).toEqual([0, 1, 2, 3, 4]);
  expect([...drawn.slice(5)].sort()).toEqual([0, 1, 2, 3, 4]);

  const other = createBatchSource({ dataset, batchSize: 2, rng: createRng(99) });
  other.restore(state);
  expect([await other.next(), await other.next(), await other.next()]).toEqual(rest);
});

test("images are read once and kept, unless they would take too much memory", async () => {
  for (const [cacheBytes, reads] of [
    [1000, 5],
    [1, 20],
  ]) {
    dataset.reads = 0;
    const source = createBatchSource({ dataset, batchSize: 10, rng: createRng(0), cacheBytes });
    await source.next();
    await source.next();
    expect(dataset.reads).toBe(reads);
  }
});

test("mirrors about half of the images when asked to", async () => {
  const source = createBatchSource({ dataset, batchSize: 100, rng: createRng(0), mirror: true });
  const batch = await source.next();
  const mirrored = [...batch].filter((value, i) => i % 2 === 1 && value === 100).length;
  expect(mirrored).toBeGreaterThan(30);
  expect(mirrored).toBeLessThan(70);
});

test("turns about half of the images upside down when asked to, and goes on so from a state", async () => {
  const columns = { ...dataset, imageShape: [2, 1, 1] as const, count: 64 };
  const source = createBatchSource({ dataset: columns, batchSize: 64, rng: createRng(5), mirrorY: true });
  const batch = await source.next(); // 100 above the index, or below it
  const turned = [...batch].filter((value, i) => i % 2 === 1 && value === 100).length;
  expect(turned).toBeGreaterThan(16);
  expect(turned).toBeLessThan(48);
  const state = JSON.parse(JSON.stringify(source.state()));
  const other = createBatchSource({ dataset: columns, batchSize: 64, rng: createRng(9), mirrorY: true });
  other.restore(state);
  expect(await other.next()).toEqual(await source.next());
  const plain = createBatchSource({ dataset: columns, batchSize: 64, rng: createRng(5) });
  expect(() => other.restore(plain.state())).toThrow("the saved state is of a source without mirrorY");
});

test("a large set of labelled images, and a subset that lacks a class, have the classes of the whole set", async () => {
  const count = 300_000;
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const large = { ...dataset, count, labels };
  expect(createBatchSource({ dataset: large, batchSize: 2, rng: createRng(0), useLabels: true }).labelSize).toBe(3);
  const source = createBatchSource({ dataset: large, indices: [0, 3], batchSize: 2, rng: createRng(0), useLabels: true });
  await source.next();
  expect([...(source.labels?.() ?? [])]).toEqual([1, 0, 0, 1, 0, 0]);
});

test("images without a class of their own are refused in words that hold", () => {
  const make = (labels: object) =>
    createBatchSource({ dataset: { ...dataset, labels: null, ...labels }, batchSize: 2, rng: createRng(0), useLabels: true });
  expect(() => make({})).toThrow("the dataset has no labels (its dataset.json holds none).");
  expect(() => make({ labelVectors: [[1, 0]] })).toThrow("the dataset's labels are vectors, several classes an image.");
  expect(() => make({ labels: Int32Array.from([0, 1, -1, 0, 1]) })).toThrow("some images have no class.");
});

test("no image, a bad batch size and an unknown option are refused", () => {
  const rng = createRng(0);
  expect(() => createBatchSource({ dataset, indices: [], batchSize: 2, rng })).toThrow("the dataset has no image to train on");
  expect(() => createBatchSource({ dataset, batchSize: 0, rng })).toThrow("batchSize must be an integer ≥ 1; got 0.");
  expect(() => createBatchSource({ dataset, batchSize: 2, rng, shuffle: true } as never)).toThrow('unknown option "shuffle"');
});
