import { expect } from "repro-kit";

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_32 = 0xffffffff;

/** An entry of a zip as it lies in the file. */
export interface ZipEntry {
  readonly name: string;
  /** Whether the bytes are a deflate stream; else they are the contents. */
  readonly isDeflated: boolean;
  /** CRC-32 of the contents, as the zip says. */
  readonly crc32: number;
  /** Bytes of the contents, as the zip says. */
  readonly size: number;
  /** A view of the file. */
  readonly bytes: Uint8Array;
}

/**
 * The entries of a zip, by name; nothing is copied or inflated. Every offset and length is checked against the file, and no byte
 * belongs to two entries.
 *
 * @throws UsageError if the zip is damaged or encrypted, or packed by another method than deflate.
 * @see PKWARE APPNOTE 6.3.10, §4.3.
 */
export function readZip(bytes: Uint8Array, scope: string): Map<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, start } = findDirectory(view, scope);
  const entries = new Map<string, ZipEntry>();
  const ranges: (readonly [begin: number, end: number, name: string])[] = [];
  let position = start;
  for (let i = 0; i < count; i++) {
    expect(
      position + 46 <= bytes.length && view.getUint32(position, true) === ENTRY,
      scope,
      "the zip's directory is damaged or truncated.",
    );
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(position + offset, true));
    const next = position + 46 + nameLength + extraLength + commentLength;
    expect(next <= bytes.length, scope, "the zip's directory is truncated.");
    const name = new TextDecoder().decode(bytes.subarray(position + 46, position + 46 + nameLength));
    expect((view.getUint16(position + 8, true) & 1) === 0, scope, `the entry "${brief(name)}" is encrypted.`);
    const method = view.getUint16(position + 10, true);
    expect(method === 0 || method === 8, scope, `the entry "${brief(name)}" is packed by method ${method}, which is not read.`);
    expect(!entries.has(name), scope, `the zip holds "${brief(name)}" twice.`);
    const { size, packed, offset } = sizesOf(view, position, position + 46 + nameLength, extraLength, scope);
    expect(method === 8 || size === packed, scope, `the entry "${brief(name)}" is stored, but in another size than its own.`);
    const contents = contentsOf(bytes, view, name, offset, packed, scope);
    ranges.push([offset, contents.byteOffset - bytes.byteOffset + packed, name]);
    entries.set(name, { name, isDeflated: method === 8, crc32: view.getUint32(position + 16, true), size, bytes: contents });
    position = next;
  }
  ranges.sort((a, b) => a[0] - b[0]);
  for (let i = 1; i < ranges.length; i++)
    expect(
      ranges[i][0] >= ranges[i - 1][1],
      scope,
      `the entry "${brief(ranges[i][2])}" overlaps another. This is no honest zip.`,
    );
  return entries;
}

function findDirectory(view: DataView, scope: string): { count: number; start: number } {
  const lowest = Math.max(0, view.byteLength - 65557);
  let end = view.byteLength - 22;
  while (end >= lowest && view.getUint32(end, true) !== END) end--;
  expect(end >= lowest, scope, "the file ends without a zip directory; it is truncated or no zip.");
  let count = view.getUint16(end + 10, true);
  let start = view.getUint32(end + 16, true);
  if ((count === 0xffff || start === MAX_32) && end >= 20 && view.getUint32(end - 20, true) === LOCATOR_64) {
    const end64 = safe(view.getBigUint64(end - 12, true), scope);
    expect(end64 + 56 <= view.byteLength && view.getUint32(end64, true) === END_64, scope, "the zip64 directory is damaged.");
    count = safe(view.getBigUint64(end64 + 32, true), scope);
    start = safe(view.getBigUint64(end64 + 48, true), scope);
  }
  expect(
    start <= view.byteLength && count * 46 <= view.byteLength - start,
    scope,
    "the zip claims more entries than the file can hold.",
  );
  return { count, start };
}

/** Sizes and offset of an entry, from the zip64 field where the 32-bit ones are full. */
function sizesOf(view: DataView, entry: number, extra: number, extraLength: number, scope: string) {
  let packed = view.getUint32(entry + 20, true);
  let size = view.getUint32(entry + 24, true);
  let offset = view.getUint32(entry + 42, true);
  for (let p = extra; p + 4 <= extra + extraLength; p += 4 + view.getUint16(p + 2, true)) {
    if (view.getUint16(p, true) !== 1) continue;
    let field = p + 4;
    const take = () => {
      expect(field + 8 <= extra + extraLength, scope, "a zip64 field is truncated.");
      field += 8;
      return safe(view.getBigUint64(field - 8, true), scope);
    };
    if (size === MAX_32) size = take();
    if (packed === MAX_32) packed = take();
    if (offset === MAX_32) offset = take();
  }
  return { size, packed, offset };
}

function contentsOf(bytes: Uint8Array, view: DataView, name: string, offset: number, size: number, scope: string): Uint8Array {
  expect(
    offset + 30 <= bytes.length && view.getUint32(offset, true) === LOCAL,
    scope,
    `the entry "${brief(name)}" does not lie where the zip says.`,
  );
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  expect(start + size <= bytes.length, scope, `the entry "${brief(name)}" reaches beyond the end; the file is truncated.`);
  return bytes.subarray(start, start + size);
}

function safe(value: bigint, scope: string): number {
  expect(value <= Number.MAX_SAFE_INTEGER, scope, "the zip holds an impossible length.");
  return Number(value);
}

const brief = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
