import { checkOptions, expect } from "repro-kit";
import { bareRecord, type WeightFile, type WeightTensor } from "../weight-file.ts";
import { crc32 } from "../zip/crc32.ts";
import { inflateEntry } from "../zip/inflate-entry.ts";
import { readZip } from "../zip/read-zip.ts";
import { writeStoredZip } from "../zip/write-stored-zip.ts";
import { readNpyArray } from "./read-npy.ts";
import { npyBytes } from "./write-npy.ts";

const SCOPE = "readNpz";
const EXTENSION = ".npy";

export interface ReadNpzOptions {
  /** What compressed arrays may take in all once inflated; deflate packs up to a thousand bytes into one. Default 2 GiB. */
  readonly maxInflatedBytes?: number;
}

/**
 * Reads the arrays of an .npz file (`numpy.savez`, `numpy.savez_compressed`) by name. Arrays that are stored as they are come as
 * views of `bytes` where they allow that; nothing is inflated beyond the size that the zip says, and every checksum is checked.
 *
 * @param bytes - The whole file.
 * @throws UsageError if it is damaged, or holds arrays of anything but plain numbers (`readNpy`).
 */
export async function readNpz(bytes: Uint8Array, options: ReadNpzOptions = {}): Promise<WeightFile> {
  checkOptions(SCOPE, options, ["maxInflatedBytes"]);
  const { maxInflatedBytes = 2 ** 31 } = options;
  const tensors = bareRecord<WeightTensor>();
  const entries = [...readZip(bytes, SCOPE).values()];
  const inflated = entries.reduce((sum, { isDeflated, size }) => (isDeflated ? sum + size : sum), 0);
  expect(
    inflated <= maxInflatedBytes,
    SCOPE,
    `the compressed arrays would take ${inflated} bytes, and maxInflatedBytes is ${maxInflatedBytes}.`,
  );
  for (const entry of entries) {
    const { name } = entry;
    const short = name.slice(0, 80);
    expect(name.endsWith(EXTENSION), SCOPE, `an .npz file holds .npy arrays; got "${short}".`);
    const contents = await inflateEntry(entry, SCOPE);
    expect(crc32(contents) === entry.crc32, SCOPE, `"${short}" is damaged: its checksum is wrong.`);
    tensors[name.slice(0, -EXTENSION.length)] = readNpyArray(contents, `${SCOPE}: ${short}`);
  }
  return { tensors, metadata: bareRecord() };
}

/**
 * Writes arrays as an .npz file without compression, in the order given; `numpy.load` reads it. The same arrays give the same bytes.
 *
 * @throws UsageError if a shape does not fit its data, numpy has no such type (BF16), or the file would pass 4 GiB.
 */
export function writeNpz(tensors: Readonly<Record<string, WeightTensor>>): Uint8Array {
  const entries = Object.entries(tensors).map(([name, tensor]) => {
    expect(name !== "" && !name.includes("\0"), "writeNpz", `a name must have letters; got "${name}".`);
    return [`${name}${EXTENSION}`, npyBytes(name, tensor, "writeNpz")] as const;
  });
  return writeStoredZip(entries, "writeNpz");
}
