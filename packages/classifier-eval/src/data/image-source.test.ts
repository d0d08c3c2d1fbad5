import { expect, test } from "vitest";
import { concatenateImages, openSource, selectImages } from "./image-source.ts";

const arrays = { imageShape: [1, 2, 1] as const, labels: [0, 1, 0], images: Uint8Array.of(1, 2, 3, 4, 5, 6) };

test("arrays, parts of them and sources give the images asked for, in order", async () => {
  expect([...(await openSource("test", arrays, 2).images([2, 0]))]).toEqual([5, 6, 1, 2]);
  const part = selectImages(arrays, [2, 1]);
  expect(Array.from(part.labels ?? [])).toEqual([0, 1]);
  expect([...(await part.images([1, 0, 1]))]).toEqual([3, 4, 5, 6, 3, 4]);
  const nested = openSource("test", selectImages(part, [1]), 2);
  expect([nested.count, ...(await nested.images([0]))]).toEqual([1, 3, 4]);
});

test("a dataset's own images method keeps its this", async () => {
  const dataset = {
    imageShape: [1, 1, 1] as const,
    labels: Int32Array.of(0, 1),
    bytes: Uint8Array.of(7, 9),
    async images(indices: readonly number[]) {
      return Uint8Array.from(indices, (i) => this.bytes[i]);
    },
  };
  expect([...(await openSource("test", dataset, 2).images([1]))]).toEqual([9]);
  expect([...(await selectImages(dataset, [1, 0]).images([0, 1]))]).toEqual([9, 7]);
});

test("two sets behind each other", async () => {
  const source = openSource("test", arrays, 2);
  const both = concatenateImages(source, openSource("test", selectImages(arrays, [1]), 2));
  expect([...both.labels]).toEqual([0, 1, 0, 1]);
  expect([...(await both.images([3, 0, 2]))]).toEqual([3, 4, 1, 2, 5, 6]);
  const other = openSource("test", { ...arrays, imageShape: [2, 1, 1] }, 2);
  expect(() => concatenateImages(source, other)).toThrow("must have one shape; got 1×2×1 and 2×1×1");
});

test("mistakes are named", () => {
  expect(() => openSource("test", { ...arrays, labels: [0, 2, 0] }, 2)).toThrow(
    "label of image 1 must be a class from 0 to 1; got 2.",
  );
  expect(() => openSource("test", { ...arrays, labels: [0, 0.5, 0] }, 2)).toThrow("got 0.5");
  expect(() => openSource("test", { ...arrays, labels: [0] }, 2)).toThrow("1 images of 1×2×1 need 2 bytes; got 6.");
  expect(() => openSource("test", { ...arrays, labels: [], images: new Uint8Array(0) }, 2)).toThrow("there is no image");
  expect(() => openSource("test", { ...selectImages(arrays, [0]), labels: null }, 2)).toThrow("the images have no labels");
  expect(() => selectImages(arrays, [3])).toThrow("no image 3; the dataset has 3.");
});
