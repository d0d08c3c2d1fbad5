import { expect } from "repro-kit";

const SCOPE = "readTorch";
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_32 = 0xffffffff;

/**
 * The entries of a zip whose files are stored without compression, as torch writes them; views, nothing is copied.
 * Every offset and length is checked against the file.
 *
 * @throws UsageError if the zip is damaged, encrypted or compressed.
 * @see PKWARE APPNOTE 6.3.10, §4.3.
 */
export function readStoredZip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, start } = findDirectory(view);
  const entries = new Map<string, Uint8Array>();
  let position = start;
  for (let i = 0; i < count; i++) {
    expect(
      position + 46 <= bytes.length && view.getUint32(position, true) === ENTRY,
      SCOPE,
      "the zip's directory is damaged or truncated.",
    );
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(position + offset, true));
    const next = position + 46 + nameLength + extraLength + commentLength;
    expect(next <= bytes.length, SCOPE, "the zip's directory is truncated.");
    const name = new TextDecoder().decode(bytes.subarray(position + 46, position + 46 + nameLength));
    expect((view.getUint16(position + 8, true) & 1) === 0, SCOPE, `the entry "${name}" is encrypted.`);
    expect(
      view.getUint16(position + 10, true) === 0,
      SCOPE,
      `the entry "${name}" is compressed; torch stores its entries. This is no torch file.`,
    );
    expect(!entries.has(name), SCOPE, `the zip holds "${name}" twice.`);
    const { size, offset } = sizesOf(view, position, position + 46 + nameLength, extraLength);
    entries.set(name, contentsOf(bytes, view, name, offset, size));
    position = next;
  }
  return entries;
}

function findDirectory(view: DataView): { count: number; start: number } {
  const lowest = Math.max(0, view.byteLength - 65557);
  let end = view.byteLength - 22;
  while (end >= lowest && view.getUint32(end, true) !== END) end--;
  expect(end >= lowest, SCOPE, "the file ends without a zip directory; it is truncated or no torch file.");
  let count = view.getUint16(end + 10, true);
  let start = view.getUint32(end + 16, true);
  if ((count === 0xffff || start === MAX_32) && end >= 20 && view.getUint32(end - 20, true) === LOCATOR_64) {
    const end64 = safe(view.getBigUint64(end - 12, true));
    expect(end64 + 56 <= view.byteLength && view.getUint32(end64, true) === END_64, SCOPE, "the zip64 directory is damaged.");
    count = safe(view.getBigUint64(end64 + 32, true));
    start = safe(view.getBigUint64(end64 + 48, true));
  }
  expect(
    start <= view.byteLength && count * 46 <= view.byteLength - start,
    SCOPE,
    "the zip claims more entries than the file can hold.",
  );
  return { count, start };
}

/** Size and offset of an entry, from the zip64 field where the 32-bit ones are full. */
function sizesOf(view: DataView, entry: number, extra: number, extraLength: number): { size: number; offset: number } {
  let size = view.getUint32(entry + 24, true);
  let offset = view.getUint32(entry + 42, true);
  const isCompressedFull = view.getUint32(entry + 20, true) === MAX_32;
  for (let p = extra; p + 4 <= extra + extraLength; p += 4 + view.getUint16(p + 2, true)) {
    if (view.getUint16(p, true) !== 1) continue;
    let field = p + 4;
    const take = () => {
      expect(field + 8 <= extra + extraLength, SCOPE, "a zip64 field is truncated.");
      field += 8;
      return safe(view.getBigUint64(field - 8, true));
    };
    if (size === MAX_32) size = take();
    if (isCompressedFull) take();
    if (offset === MAX_32) offset = take();
  }
  return { size, offset };
}

function contentsOf(bytes: Uint8Array, view: DataView, name: string, offset: number, size: number): Uint8Array {
  expect(
    offset + 30 <= bytes.length && view.getUint32(offset, true) === LOCAL,
    SCOPE,
    `the entry "${name}" does not lie where the zip says.`,
  );
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  expect(start + size <= bytes.length, SCOPE, `the entry "${name}" reaches beyond the end; the file is truncated.`);
  return bytes.subarray(start, start + size);
}

function safe(value: bigint): number {
  expect(value <= Number.MAX_SAFE_INTEGER, SCOPE, "the zip holds an impossible length.");
  return Number(value);
}
