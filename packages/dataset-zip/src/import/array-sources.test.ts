import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabelledImage } from "../dataset/labelled-image.ts";
import { importImages } from "./import-images.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "array-sources-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An IDX file of bytes. */
function idx(shape: readonly number[], data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((size, axis) => {
    new DataView(bytes.buffer).setUint32(4 + 4 * axis, size);
  });
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

const put = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

async function read(source: string): Promise<{ images: LabelledImage[]; classes: readonly string[] | undefined }> {
  const imported = await importImages({ source });
  const images: LabelledImage[] = [];
  for await (const image of imported) images.push(image);
  return { images, classes: imported.classes };
}

describe("IDX", () => {
  const pixels = Array.from({ length: 3 * 28 * 28 }, (_, i) => i % 251);

  it("has a black margin of two pixels, and the labels of the file beside it", async () => {
    const source = put("train-images-idx3-ubyte.gz", gzipSync(idx([3, 28, 28], pixels)));
    put("train-labels-idx1-ubyte.gz", gzipSync(idx([3], [5, 0, 5])));
    const { images, classes } = await read(source);
    expect(classes?.map((name, k) => [name, images.filter(({ label }) => label === k).length]).filter(([, n]) => n)).toEqual([
      ["0", 1],
      ["5", 2],
    ]);
    const { data, height, width, channels } = images[1].pixels;
    expect([height, width, channels]).toEqual([32, 32, 1]);
    expect(data[2 * 32 + 2]).toBe(pixels[784]);
    expect(data[29 * 32 + 29]).toBe(pixels[2 * 784 - 1]);
    expect([data[0], data[31], data[30 * 32 + 2]]).toEqual([0, 0, 0]);
  });

  it("without labels the pictures have none; what does not fit is refused", async () => {
    const alone = put("some-images-idx3-ubyte", idx([3, 28, 28], pixels));
    expect((await read(alone)).classes).toBeUndefined();
    put("short-labels-idx1-ubyte", idx([2], [1, 2]));
    await expect(read(put("short-images-idx3-ubyte", idx([3, 28, 28], pixels)))).rejects.toThrow("holds 3 images, but");
    await expect(read(put("cut-images-idx3-ubyte", idx([4, 28, 28], pixels)))).rejects.toThrow("truncated or damaged");
    await expect(read(put("bad-images-idx3-ubyte.gz", gzipSync(idx([3, 28, 28], pixels)).subarray(0, 90)))).rejects.toThrow(
      "cannot be read",
    );
    await expect(read(put("rank-images-idx3-ubyte", idx([3, 784], pixels)))).rejects.toThrow("no IDX file of bytes with 3 axes");
  });
});

/** An .npy file of bytes, or of 64-bit integers as numpy has labels. */
function npy(shape: readonly number[], values: readonly number[], type: "|u1" | "<i8" = "|u1"): Uint8Array {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }\n`;
  const data = type === "|u1" ? Uint8Array.from(values) : new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  const head = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8];
  return Uint8Array.from([...head, ...new TextEncoder().encode(text), ...data]);
}

describe("npz", () => {
  const images = (count: number, first: number, ...rest: number[]) =>
    npy(
      [count, ...rest],
      Array.from({ length: count * rest.reduce((a, b) => a * b, 1) }, (_, i) => (first + i) % 256),
    );

  it("of MedMNIST: parts become folders, labels classes", async () => {
    const source = put(
      "pathmnist.npz",
      zipSync({
        "train_images.npy": images(3, 0, 4, 4, 3),
        "train_labels.npy": npy([3, 1], [1, 0, 1], "<i8"),
        "test_images.npy": images(2, 7, 4, 4, 3),
        "test_labels.npy": npy([2, 1], [0, 1], "<i8"),
      }),
    );
    const { images: read3, classes } = await read(source);
    expect(classes).toEqual(["0", "1"]);
    expect(read3.map(({ source: path, label }) => [path, label])).toEqual([
      ["train/00000000.png", 1],
      ["train/00000001.png", 0],
      ["train/00000002.png", 1],
      ["test/00000003.png", 0],
      ["test/00000004.png", 1],
    ]);
    expect([...read3[3].pixels.data.subarray(0, 3)]).toEqual([7, 8, 9]);
  });

  it("of one part, grey, with several labels an image", async () => {
    const source = put("chest.npz", zipSync({ "images.npy": images(2, 0, 4, 4), "labels.npy": npy([2, 3], [0, 1, 1, 1, 0, 0]) }));
    const { images: both } = await read(source);
    expect(both.map(({ labelVector, pixels }) => [labelVector, pixels.channels])).toEqual([
      [[0, 1, 1], 1],
      [[1, 0, 0], 1],
    ]);
  });

  it("what is no such file is refused", async () => {
    await expect(read(put("a.npz", zipSync({ "x.npy": npy([1], [1]) })))).rejects.toThrow("holds no array named train_images");
    await expect(read(put("b.npz", zipSync({ "images.npy": npy([2, 2], [1, 2, 3, 4]) })))).rejects.toThrow(
      "must be bytes [images, height, width]",
    );
    const unlike = zipSync({ "images.npy": images(2, 0, 4, 4), "labels.npy": npy([3], [0, 1, 1]) });
    await expect(read(put("c.npz", unlike))).rejects.toThrow("one row for each of its 2 images");
    await expect(read(put("d.npz", zipSync({ "images.npy": images(2, 0, 4, 4).subarray(0, 90) })))).rejects.toThrow(
      "images in d.npz:",
    );
  });
});

describe("CIFAR", () => {
  const source = join(import.meta.dirname, "__fixtures__", "cifar.tar.gz");

  it("is read batch by batch, with the names of the classes", async () => {
    const { images, classes } = await read(source);
    expect(classes).toEqual(["airplane", "automobile", "bird"]);
    expect(images.map(({ label }) => label)).toEqual([1, 0, 2, 0]);
    expect(images.map(({ pixels }) => [...pixels.data.subarray(0, 3)])).toEqual([
      [10, 100, 200],
      [11, 100, 200],
      [20, 100, 200],
      [21, 100, 200],
    ]);
    expect(images[0].pixels.data[5 * 3]).toBe(77);
    expect(images[0].pixels).toMatchObject({ height: 32, width: 32, channels: 3 });
  });

  it("another archive, or a damaged one, is refused", async () => {
    await expect(read(put("empty.tar", new Uint8Array(1024)))).rejects.toThrow("no tar archive");
    await expect(read(put("none.tar.gz", new Uint8Array([1, 2, 3])))).rejects.toThrow(/tar/);
  });
});
