import { mkdir, readdir, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkOptions, expect } from "repro-kit";
import { commitFolder } from "repro-kit/node";
import { datasetEntries, WRITE_OPTIONS, type WriteDatasetZipOptions } from "./dataset-entries.ts";
import type { LabelledImage } from "./labelled-image.ts";

const SCOPE = "writeDatasetFolder";

/**
 * The files that `writeDatasetZip` packs, in a folder: 00000/img00000000.png … and dataset.json. The folder appears whole or not
 * at all.
 *
 * @param path - A new folder, or an empty one.
 * @throws UsageError as `writeDatasetZip`, and where the folder holds something or cannot be written.
 */
export async function writeDatasetFolder(
  path: string,
  images: Iterable<LabelledImage> | AsyncIterable<LabelledImage>,
  options: WriteDatasetZipOptions = {},
): Promise<void> {
  checkOptions(SCOPE, options, WRITE_OPTIONS);
  const standing = await readdir(path).catch((error: NodeJS.ErrnoException) => error.code);
  expect(standing !== "ENOTDIR", SCOPE, `${path} is a file. Give a folder, or a name that ends in .zip.`);
  expect(!Array.isArray(standing) || standing.length === 0, SCOPE, `${path} is not empty. Choose another folder, or empty it.`);
  if (Array.isArray(standing)) await rmdir(path); // the whole one takes its place
  await commitFolder(path, async (folder) => {
    const made = new Set<string>();
    for await (const { name, bytes } of datasetEntries(images, options)) {
      const target = join(folder, ...name.split("/"));
      if (!made.has(dirname(target))) await mkdir(dirname(target), { recursive: true });
      made.add(dirname(target));
      await writeFile(target, bytes);
    }
  });
}
