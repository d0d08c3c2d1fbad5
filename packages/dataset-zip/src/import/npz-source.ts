import { basename } from "node:path";
import { expect, UsageError } from "repro-kit";
import { type NpyHeader, readNpyHeader } from "repro-kit/numpy";
import { type ArrayArchive, openArrayArchive } from "./array-archive.ts";
import type { ImageSource } from "./image-source.ts";
import { openZip } from "./zip-source.ts";

const SCOPE = "importImages";
/** The parts of a MedMNIST file, in the order of their folders here. */
const PARTS = ["train", "val", "test"] as const;

export const isNpzName = (path: string): boolean => /\.npz$/i.test(path);

interface Part {
  readonly name: string;
  readonly images: NpyArray;
  readonly labels: NpyArray | undefined;
}

interface NpyArray extends NpyHeader {
  readonly bytes: Uint8Array;
}

/**
 * The pictures of an npz file as MedMNIST has them: `train_images`, `val_images`, `test_images`, bytes [images, height, width] or
 * [images, height, width, 3], with `train_labels` … [images, 1] (a class) or [images, classes] (several at once). A file with
 * plain `images` and `labels` is read as well. The parts become folders, so that their split can be kept.
 *
 * @throws UsageError where an array is missing, of another type or shape, or does not fit its labels.
 * @see Yang et al. 2023, MedMNIST v2, Sec. 3.
 */
export async function openNpz(path: string): Promise<ImageSource> {
  const name = basename(path);
  const zip = await openZip(path);
  try {
    const read = async (key: string): Promise<NpyArray | undefined> => {
      if (!zip.paths.includes(`${key}.npy`)) return undefined;
      const bytes = await zip.read(`${key}.npy`);
      try {
        const header = readNpyHeader(bytes, SCOPE);
        return { ...header, bytes: bytes.subarray(header.dataStart) };
      } catch (error) {
        if (!UsageError.isInstance(error)) throw error;
        throw new UsageError(error.message.replace(`[${SCOPE}] `, `[${SCOPE}] ${key} in ${name}: `));
      }
    };
    const parts: Part[] = [];
    for (const part of [...PARTS, ""]) {
      const prefix = part === "" ? "" : `${part}_`;
      const images = await read(`${prefix}images`);
      if (images)
        parts.push({
          name: part,
          images: checkImages(images, `${prefix}images in ${name}`),
          labels: await read(`${prefix}labels`),
        });
    }
    expect(
      parts.length > 0,
      SCOPE,
      `${name} holds no array named train_images, val_images, test_images or images; it has ${zip.paths.map((one) => one.replace(/\.npy$/, "")).join(", ")}.`,
    );
    return openArrayArchive(path, archiveOf(parts, name));
  } finally {
    await zip.close();
  }
}

function checkImages(images: NpyArray, what: string): NpyArray {
  const { type, shape, isFortran } = images;
  const isPictures = shape.length === 3 || (shape.length === 4 && (shape[3] === 1 || shape[3] === 3));
  expect(
    type === "u1" && !isFortran && isPictures,
    SCOPE,
    `${what} must be bytes [images, height, width] or [images, height, width, 3]; got ${type} [${shape.join(", ")}].`,
  );
  return images;
}

function archiveOf(parts: readonly Part[], name: string): ArrayArchive {
  const starts = parts.map((_, k) => parts.slice(0, k).reduce((sum, { images }) => sum + images.shape[0], 0));
  const partOf = (index: number): number => starts.findLastIndex((start) => start <= index);
  const labelled = parts.filter(({ labels }) => labels !== undefined);
  expect(labelled.length === 0 || labelled.length === parts.length, SCOPE, `${name} has labels for some of its parts only.`);
  const labels = labelled.flatMap((part) => labelsOf(part, name));
  return {
    count: parts.reduce((sum, { images }) => sum + images.shape[0], 0),
    image(index) {
      const part = partOf(index);
      const { images } = parts[part];
      const [, height, width, channels = 1] = images.shape;
      const size = height * width * channels;
      const from = (index - starts[part]) * size;
      return { data: images.bytes.subarray(from, from + size), height, width, channels };
    },
    ...(labels.length > 0 ? { labels } : {}),
    ...(parts.some((part) => part.name !== "") ? { folderOf: (index: number) => parts[partOf(index)].name || "images" } : {}),
  };
}

function labelsOf({ name: part, images, labels }: Part, name: string): (number | number[])[] {
  const what = `the labels of ${part === "" ? "" : `the part "${part}" of `}${name}`;
  if (!labels) return [];
  const { shape, type, isFortran, bytes } = labels;
  const isFit = (shape.length === 1 || shape.length === 2) && shape[0] === images.shape[0];
  expect(isFit, SCOPE, `${what} must be one row for each of its ${images.shape[0]} images; got [${shape.join(", ")}].`);
  expect(/^[iub]/.test(type) && !(isFortran && shape.length > 1), SCOPE, `${what} must be integers, row by row; got ${type}.`);
  const values = readIntegers(labels, bytes);
  const columns = shape[1] ?? 1;
  return Array.from({ length: shape[0] }, (_, i) => {
    const row = values.slice(i * columns, (i + 1) * columns);
    return columns === 1 ? row[0] : row;
  });
}

function readIntegers({ type, isBigEndian, shape }: NpyHeader, bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = Number(type.slice(1));
  const isSigned = type[0] === "i";
  const count = shape.reduce((product, length) => product * length, 1);
  return Array.from({ length: count }, (_, i) => {
    const at = i * size;
    if (size === 1) return isSigned ? view.getInt8(at) : view.getUint8(at);
    if (size === 2) return isSigned ? view.getInt16(at, !isBigEndian) : view.getUint16(at, !isBigEndian);
    if (size === 4) return isSigned ? view.getInt32(at, !isBigEndian) : view.getUint32(at, !isBigEndian);
    return Number(isSigned ? view.getBigInt64(at, !isBigEndian) : view.getBigUint64(at, !isBigEndian));
  });
}
