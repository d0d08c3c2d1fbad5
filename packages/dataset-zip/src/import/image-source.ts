import { stat } from "node:fs/promises";
import { expect } from "repro-kit";
import { isTarName, openCifar } from "./cifar-source.ts";
import { openFolder } from "./folder-source.ts";
import { isIdxName, openIdx } from "./idx-source.ts";
import { isNpzName, openNpz } from "./npz-source.ts";
import { openZip } from "./zip-source.ts";

/** Where images come from: a folder or a zip, seen alike. */
export interface ImageSource {
  /** Last part of its path, for messages and provenance. */
  readonly name: string;
  /** The folder against which paths in a label table may be meant. */
  readonly folder: string;
  /** Paths of all files, with "/", in the reference tool's order; hidden ones left out. */
  readonly paths: readonly string[];
  /** Bytes of a file. @throws UsageError if it cannot be read. */
  read(path: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

const IMAGE = /\.(png|apng|jpe?g|jfif|webp|tiff?|gif|bmp|avif|jp2|ppm|pgm|dcm|dicom)$/i;

/** Whether the name is that of a picture. */
export const isImageName = (path: string): boolean => IMAGE.test(path);

/** Files that an operating system adds: ".name", "__MACOSX/…". */
export const isHiddenPath = (path: string): boolean =>
  path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");

/** Order of two names by their code units. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Order of two paths, folder by folder, as Python sorts `Path`s: "a/x" comes before "a-b/x". */
export function byFolders(a: string, b: string): number {
  const [partsA, partsB] = [a.split("/"), b.split("/")];
  for (let i = 0; i < Math.min(partsA.length, partsB.length); i++) {
    const order = byCodeUnits(partsA[i], partsB[i]);
    if (order !== 0) return order;
  }
  return partsA.length - partsB.length;
}

/** Opens a folder, a zip, or an archive of MNIST, CIFAR or MedMNIST. @throws UsageError if it is none. */
export async function openImageSource(path: string): Promise<ImageSource> {
  const info = await stat(path).catch(() => undefined);
  expect(info, "importImages", `there is no folder or file ${path}. Check the path.`);
  if (info.isDirectory()) return openFolder(path);
  expect(!isImageName(path), "importImages", `${path} is a single image. Give the folder or zip that holds the images.`);
  if (isIdxName(path)) return openIdx(path);
  if (isTarName(path)) return openCifar(path);
  if (isNpzName(path)) return openNpz(path);
  return openZip(path);
}
