import { basename, dirname, resolve } from "node:path";
import { expect, UsageError } from "repro-kit";
import { openByteFile } from "../zip/byte-file.ts";
import { readZipDirectory, readZipEntry, type ZipEntry } from "../zip/zip-reader.ts";
import { byCodeUnits, type ImageSource, isHiddenPath } from "./image-source.ts";

/** Entries that claim more bytes than this are not unpacked. */
const MAX_ENTRY = 2 ** 28;

/**
 * The files of anybody's zip, read one by one; nothing is unpacked to disk. Backslashes in names count as slashes, as Windows means them.
 *
 * @throws UsageError if it is no zip, damaged, or unsafe. Cost: some 200 bytes of memory an entry.
 */
export async function openZip(path: string): Promise<ImageSource> {
  const name = basename(path);
  const source = await openByteFile(path);
  const entries = new Map<string, ZipEntry>();
  try {
    for (const entry of await readZipDirectory(source)) {
      const file = entry.name.replaceAll("\\", "/");
      if (file.endsWith("/") || isHiddenPath(file)) continue;
      expect(!entries.has(file), "importImages", `it has two entries named "${file}". Pack it again.`);
      entries.set(file, entry);
    }
  } catch (error) {
    await source.close();
    if (!UsageError.isInstance(error)) throw error;
    throw new UsageError(error.message.replace(/^\[\w+\] /, `[importImages] ${name}: `));
  }
  return {
    name,
    folder: dirname(resolve(path)),
    paths: [...entries.keys()].sort(byCodeUnits),
    async read(wanted) {
      const entry = entries.get(wanted);
      if (!entry) throw new Error(`bug: no entry ${wanted}.`);
      const { compressedSize, size } = entry;
      expect(Math.max(compressedSize, size) <= MAX_ENTRY, "importImages", `the entry claims ${size} bytes, more than is read.`);
      return readZipEntry(source, entry);
    },
    close: () => source.close(),
  };
}
