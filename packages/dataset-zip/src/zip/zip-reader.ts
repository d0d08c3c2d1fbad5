import { expect } from "repro-kit";
import { crc32 } from "../png/checksums.ts";
import type { ByteSource } from "./byte-source.ts";
import { inflateEntry } from "./inflate-entry.ts";
import { type EntryClaim, refuseUnsafe } from "./refuse-unsafe.ts";

export interface ZipEntry extends EntryClaim {
  readonly crc: number;
  readonly isCompressed: boolean;
}

const SCOPE = "readZip";
const MAX_COMMENT = 65535;
const MAX_UINT32 = 0xffffffff;
const ENCRYPTED = 1;
const UNIX = 3;
const decoder = new TextDecoder();

/**
 * The entries of a zip, in the order of its central directory.
 *
 * @throws UsageError with one sentence: not a zip, truncated, damaged, encrypted, unsafe, several volumes, a name that occurs twice.
 */
export async function readZipDirectory(source: ByteSource): Promise<readonly ZipEntry[]> {
  expect(source.size > 0, SCOPE, "not a zip: it is empty.");
  const { count, start, size } = await findDirectory(source);
  expect(start + size <= source.size, SCOPE, "the zip is damaged: its directory points beyond its end.");
  const directory = await source.read(start, size);
  const view = viewOf(directory);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    const isRecord = at + 46 <= directory.length && view.getUint32(at, true) === 0x02014b50;
    expect(isRecord, SCOPE, () => `the zip is damaged: its directory breaks off at entry ${i} of ${count}.`);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const end = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    expect(end <= directory.length, SCOPE, () => `the zip is damaged: its directory breaks off at entry ${i} of ${count}.`);
    const entry = readEntry(directory, view, { at, nameLength, extraLength });
    expect(!names.has(entry.name), SCOPE, () => `the zip has two entries named "${entry.name}".`);
    const isInside = entry.offset + 30 + nameLength + entry.compressedSize <= start;
    expect(isInside, SCOPE, () => `the zip is damaged: entry "${entry.name}" reaches beyond the entries.`);
    names.add(entry.name);
    entries.push(entry);
    at = end;
  }
  refuseUnsafe(SCOPE, entries);
  return entries;
}

/** Bytes of one entry. @throws UsageError if it is damaged. */
export async function readZipEntry(source: ByteSource, entry: ZipEntry): Promise<Uint8Array> {
  const { name, crc, size } = entry;
  const data = await readRaw(source, entry);
  const bytes = entry.isCompressed ? inflateEntry(data, size, name) : data;
  expect(crc32(bytes) === crc, SCOPE, () => `entry "${name}" is damaged: its checksum is wrong.`);
  return bytes;
}

/**
 * Bytes of one stored entry without a check of its CRC-32, for formats that carry their own (PNG).
 * `length` limits it to the first bytes.
 */
export async function readStored(source: ByteSource, entry: ZipEntry, length = entry.size): Promise<Uint8Array> {
  if (entry.isCompressed) return (await readZipEntry(source, entry)).subarray(0, length);
  return readRaw(source, entry, Math.min(length, entry.size));
}

async function readRaw(source: ByteSource, entry: ZipEntry, length = entry.compressedSize): Promise<Uint8Array> {
  // The extra field is not known beforehand, nor the length of a name beyond ASCII: then a second read is needed.
  const bytes = await source.read(entry.offset, 30 + entry.name.length + length);
  const view = viewOf(bytes);
  const isRecord = bytes.length >= 30 && view.getUint32(0, true) === 0x04034b50;
  expect(isRecord, SCOPE, () => `entry "${entry.name}" is damaged: it has no header.`);
  const nameLength = view.getUint16(26, true);
  const name =
    30 + nameLength <= bytes.length ? bytes.subarray(30, 30 + nameLength) : await source.read(entry.offset + 30, nameLength);
  expect(isNameOf(name, entry), SCOPE, () => `entry "${entry.name}" is damaged: its own record has another name.`);
  const skip = 30 + nameLength + view.getUint16(28, true);
  const data = skip + length <= bytes.length ? bytes.subarray(skip) : await source.read(entry.offset + skip, length);
  expect(data.length >= length, SCOPE, () => `entry "${entry.name}" is truncated.`);
  return data.subarray(0, length);
}

function isNameOf(bytes: Uint8Array, { name }: ZipEntry): boolean {
  if (bytes.length === name.length) {
    let i = 0;
    while (i < bytes.length && bytes[i] === name.charCodeAt(i)) i++;
    if (i === bytes.length) return true; // decoding each name would take a tenth of the time of a batch
  }
  return decoder.decode(bytes) === name;
}

interface Directory {
  readonly count: number;
  readonly start: number;
  readonly size: number;
}

async function findDirectory(source: ByteSource): Promise<Directory> {
  const tailLength = Math.min(source.size, 22 + MAX_COMMENT);
  const tail = await source.read(source.size - tailLength, tailLength);
  const view = viewOf(tail);
  let at = tail.length - 22;
  while (at >= 0 && !(view.getUint32(at, true) === 0x06054b50 && at + 22 + view.getUint16(at + 20, true) === tail.length)) at--;
  if (at < 0) {
    const head = await source.read(0, 4);
    const beginsAsZip = head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
    expect(!beginsAsZip, SCOPE, "the zip is truncated: its directory, which stands at the end, is missing.");
    expect(false, SCOPE, "not a zip.");
  }
  expect(
    view.getUint16(at + 4, true) === 0 && view.getUint16(at + 6, true) === 0,
    SCOPE,
    "zips in several volumes are not read.",
  );
  const small = {
    count: view.getUint16(at + 10, true),
    size: view.getUint32(at + 12, true),
    start: view.getUint32(at + 16, true),
  };
  const locatorAt = source.size - tailLength + at - 20;
  const locator = locatorAt < 0 ? new Uint8Array(20) : await source.read(locatorAt, 20);
  const needsZip64 = small.count === 0xffff || small.size === MAX_UINT32 || small.start === MAX_UINT32;
  if (viewOf(locator).getUint32(0, true) !== 0x07064b50) return small; // no zip64, or a file of exactly so many entries
  const recordAt = readUint64(viewOf(locator), 8);
  const record = recordAt + 56 <= locatorAt ? await source.read(recordAt, 56) : new Uint8Array(56);
  const recordView = viewOf(record);
  expect(recordView.getUint32(0, true) === 0x06064b50, SCOPE, "the zip is damaged: its zip64 record is missing.");
  const large = { count: readUint64(recordView, 32), size: readUint64(recordView, 40), start: readUint64(recordView, 48) };
  const agrees = (short: number, long: number, none: number): boolean => short === none || short === long;
  const isConsistent =
    agrees(small.count, large.count, 0xffff) &&
    agrees(small.size, large.size, MAX_UINT32) &&
    agrees(small.start, large.start, MAX_UINT32);
  expect(
    isConsistent && (needsZip64 || large.count === small.count),
    SCOPE,
    "the zip is damaged: its two ends tell different things.",
  );
  return large;
}

interface RecordPlace {
  readonly at: number;
  readonly nameLength: number;
  readonly extraLength: number;
}

function readEntry(directory: Uint8Array, view: DataView, { at, nameLength, extraLength }: RecordPlace): ZipEntry {
  const name = decoder.decode(directory.subarray(at + 46, at + 46 + nameLength));
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  expect((flags & ENCRYPTED) === 0, SCOPE, () => `entry "${name}" is encrypted. Unpack it with its password first.`);
  expect(method === 0 || method === 8, SCOPE, () => `entry "${name}" uses compression method ${method}, which is not read.`);
  let [compressedSize, size, offset] = [
    view.getUint32(at + 20, true),
    view.getUint32(at + 24, true),
    view.getUint32(at + 42, true),
  ];
  const extraAt = at + 46 + nameLength;
  for (let i = extraAt; i + 4 <= extraAt + extraLength; ) {
    const length = view.getUint16(i + 2, true);
    if (view.getUint16(i, true) === 1) {
      let field = i + 4;
      const end = Math.min(i + 4 + length, extraAt + extraLength);
      const next = (small: number): number => {
        if (small !== MAX_UINT32) return small;
        expect(field + 8 <= end, SCOPE, `the zip is damaged: entry "${name}" has an incomplete zip64 field.`);
        field += 8;
        return readUint64(view, field - 8);
      };
      size = next(size);
      compressedSize = next(compressedSize);
      offset = next(offset);
    }
    i += 4 + length;
  }
  expect(method !== 0 || compressedSize === size, SCOPE, () => `the zip is damaged: stored entry "${name}" has two sizes.`);
  const isUnix = view.getUint8(at + 5) === UNIX;
  const mode = isUnix ? view.getUint16(at + 40, true) : 0;
  return { name, crc: view.getUint32(at + 16, true), compressedSize, size, isCompressed: method === 8, offset, mode };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function readUint64(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  expect(Number.isSafeInteger(value), SCOPE, "the zip is damaged: it gives a size that no file has.");
  return value;
}
