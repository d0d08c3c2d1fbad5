import { fortranNpy } from "./sample-files.ts";

/** Fields of a zip entry that a test makes up; what is not given is right. */
interface CraftedEntry {
  readonly name?: string;
  readonly contents?: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  readonly crc32?: number;
  readonly size?: number;
  readonly packed?: number;
  readonly offset?: number;
  /** Of the local header. */
  readonly localSignature?: number;
  readonly extra?: readonly number[];
}

export interface CraftedZip {
  readonly entries?: readonly CraftedEntry[];
  readonly count?: number;
  readonly directoryOffset?: number;
  readonly endSignature?: number;
}

export const little = (value: number, length: number): number[] =>
  Array.from({ length }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 255n));

/** A zip with the fields that are given, checksums left at 0 where they are not. */
export function craftZip({ entries = [{}], count, directoryOffset, endSignature = 0x06054b50 }: CraftedZip = {}): Uint8Array {
  const file: number[] = [];
  const directory: number[] = [];
  for (const entry of entries) {
    const { name = "a.npy", contents = fortranNpy(), method = 0, flags = 0, crc32 = 0, extra = [] } = entry;
    const { size = contents.length, packed = contents.length, offset = file.length, localSignature = 0x04034b50 } = entry;
    const letters = [...new TextEncoder().encode(name)];
    const common = [20, 0, ...little(flags, 2), ...little(method, 2), 0, 0, 0x21, 0, ...little(crc32, 4), ...little(packed, 4)];
    const rest = [...little(size, 4), ...little(letters.length, 2)];
    file.push(...little(localSignature, 4), ...common, ...rest, 0, 0, ...letters, ...contents);
    directory.push(...little(0x02014b50, 4), 20, 0, ...common, ...rest, ...little(extra.length, 2), ...Array(10).fill(0));
    directory.push(...little(offset, 4), ...letters, ...extra);
  }
  const start = directoryOffset ?? file.length;
  const total = little(count ?? entries.length, 2);
  const end = [
    ...little(endSignature, 4),
    0,
    0,
    0,
    0,
    ...total,
    ...total,
    ...little(directory.length, 4),
    ...little(start, 4),
    0,
    0,
  ];
  return Uint8Array.from([...file, ...directory, ...end]);
}
