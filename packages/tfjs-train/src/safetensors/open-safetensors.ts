import { expect, listKnown } from "repro-kit";
import { type ByteSource, byteSource } from "../byte-source.ts";
import { lazyTensor, type WeightTensor, type WeightType } from "../weight-file.ts";
import { headerLength, readHeader, type SafetensorsEntry } from "./header.ts";

const SCOPE = "openSafetensors";

/** An open safetensors file, of which single tensors are read. */
export interface SafetensorsReader {
  /** In the order in which the data lie in the file. */
  readonly names: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** What the header says of a tensor; `bytes` is what it takes in the file. */
  describe(name: string): { readonly dtype: WeightType; readonly shape: readonly number[]; readonly bytes: number };
  /** One tensor; nothing else is read. @throws UsageError if there is no such name, or the file has become shorter. */
  read(name: string): Promise<WeightTensor>;
  /** One after the other, in the order of the file: what was handed out before is not kept. */
  tensors(): AsyncGenerator<readonly [name: string, tensor: WeightTensor]>;
  close(): Promise<void>;
}

/**
 * Opens a safetensors file without reading its data: tensors are read by ranges, one at a time. In Node `openSafetensorsFile`
 * of `tfjs-train/node` opens a path.
 *
 * @param source - Bytes, a Blob, or anything that reads ranges; `close` closes it.
 * @throws UsageError that says what is wrong with the header.
 */
export async function openSafetensors(source: Uint8Array | Blob | ByteSource): Promise<SafetensorsReader> {
  const file = source instanceof Uint8Array || source instanceof Blob ? byteSource(source) : source;
  const length = headerLength(await file.read(0, Math.min(8, file.size)), file.size);
  const { entries, metadata } = readHeader(await file.read(8, length), file.size);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const entryOf = (name: string): SafetensorsEntry => {
    const entry = byName.get(name);
    expect(entry, SCOPE, () => `no tensor named "${name}"; ${listKnown(name, [...byName.keys()].slice(0, 20))}`);
    return entry;
  };
  const read = async (name: string): Promise<WeightTensor> => {
    const { dtype, shape, begin, end } = entryOf(name);
    const bytes = await file.read(begin, end - begin);
    expect(bytes.length === end - begin, SCOPE, `"${name}" could not be read whole: the file has become shorter.`);
    return lazyTensor(dtype, shape, bytes);
  };
  return {
    names: [...byName.keys()],
    metadata,
    describe(name) {
      const { dtype, shape, begin, end } = entryOf(name);
      return { dtype, shape, bytes: end - begin };
    },
    read,
    async *tensors() {
      for (const name of byName.keys()) yield [name, await read(name)];
    },
    close: () => file.close(),
  };
}
