import { expect } from "repro-kit";
import { crc32 } from "./crc32.ts";

const MAX_32 = 0xffffffff;
const MAX_ENTRIES = 0xffff;
/** 1 January 1980, the earliest that a zip can say: the bytes depend on the contents alone. */
const DATE = 0x21;
const UTF8_NAMES = 0x800;

/**
 * A zip of stored entries in the order given; the same entries give the same bytes.
 *
 * @throws UsageError beyond 4 GiB or 65 535 entries.
 * @see PKWARE APPNOTE 6.3.10, §4.3.
 */
export function writeStoredZip(entries: readonly (readonly [name: string, contents: Uint8Array])[], scope: string): Uint8Array {
  const named = entries.map(([name, contents]) => ({ name: new TextEncoder().encode(name), contents }));
  const size = named.reduce((sum, { name, contents }) => sum + 30 + 46 + 2 * name.length + contents.length, 22);
  expect(size < MAX_32 && entries.length < MAX_ENTRIES, scope, `a zip may take 4 GiB and hold 65534 entries; got ${size} bytes.`);
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, contents } of named) {
    const header = new Uint8Array(26); // what the local header and the directory have in common, from "version needed" on
    const fields = new DataView(header.buffer);
    fields.setUint16(0, 20, true); // version 2.0
    fields.setUint16(2, UTF8_NAMES, true);
    fields.setUint16(8, DATE, true);
    fields.setUint32(10, crc32(contents), true);
    fields.setUint32(14, contents.length, true); // packed
    fields.setUint32(18, contents.length, true);
    fields.setUint16(22, name.length, true);

    const entry = new Uint8Array(46 + name.length);
    const entryView = new DataView(entry.buffer);
    entryView.setUint32(0, 0x02014b50, true);
    entryView.setUint16(4, 20, true);
    entry.set(header, 6);
    entryView.setUint32(42, at, true);
    entry.set(name, 46);
    directory.push(entry);

    view.setUint32(at, 0x04034b50, true);
    file.set(header, at + 4);
    file.set(name, at + 30);
    file.set(contents, at + 30 + name.length);
    at += 30 + name.length + contents.length;
  }
  const start = at;
  for (const entry of directory) {
    file.set(entry, at);
    at += entry.length;
  }
  view.setUint32(at, 0x06054b50, true);
  view.setUint16(at + 8, entries.length, true); // on this disk
  view.setUint16(at + 10, entries.length, true);
  view.setUint32(at + 12, at - start, true);
  view.setUint32(at + 16, start, true);
  return file;
}
