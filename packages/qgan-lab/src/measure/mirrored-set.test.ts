import type { ImageArray } from "fid-metrics";
import { expect, it } from "vitest";
import type { ImageSet } from "./image-set.ts";
import { mirrorSet } from "./mirrored-set.ts";

const set: ImageSet = {
  kind: "zip",
  name: "three",
  count: 3,
  labels: Int32Array.of(5, 6, 7),
  async *batches() {
    yield { data: Uint8Array.of(1, 2, 3, 4), count: 2, height: 1, width: 2, channels: 1 };
    yield { data: Uint8Array.of(5, 6), count: 1, height: 1, width: 2, channels: 1 };
  },
  content: () => "abc",
  close: async () => {},
};
const collect = async ({ batches }: ImageSet): Promise<number[]> => {
  const all: ImageArray[] = [];
  for await (const batch of batches()) all.push(batch);
  return all.flatMap(({ data }) => Array.from(data));
};

it("plain images, then their mirror images, with labels and a content of their own", async () => {
  const mirrored = mirrorSet(set);
  expect(await collect(mirrored)).toEqual([1, 2, 3, 4, 5, 6, 2, 1, 4, 3, 6, 5]);
  expect([mirrored.count, Array.from(mirrored.labels ?? [])]).toEqual([6, [5, 6, 7, 5, 6, 7]]);
  expect(mirrored.content()).not.toBe(set.content());
});

it("the first so many", async () => {
  expect(await collect(mirrorSet(set, 4))).toEqual([1, 2, 3, 4, 5, 6, 2, 1]);
  expect(mirrorSet(set, 4).count).toBe(4);
});
