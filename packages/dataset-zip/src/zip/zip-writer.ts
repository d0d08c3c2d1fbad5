import { crc32 } from "../png/checksums.ts";

export interface ZipEncoder {
  /** The bytes that append one stored entry. */
  entry(name: string, bytes: Uint8Array): readonly Uint8Array[];
  /** The bytes of the central directory; the zip ends with them. */
  end(): Iterable<Uint8Array>;
}

/** 2021-01-01 00:00:00 in DOS form: one fixed moment, so that the same images give the same bytes. */
const DOS_DATE = ((2021 - 1980) << 9) | (1 << 5) | 1;
const MADE_ON_UNIX = 3 << 8;
const VERSION = 20;
const VERSION_ZIP64 = 45;
const PERMISSIONS = 0o600 * 2 ** 16;
const UTF8_NAME = 0x800;
/** Offsets from here on go into a zip64 field; Python's zipfile has the same limit. */
const ZIP64_LIMIT = 2 ** 31 - 1;
const MAX_COUNT = 0xffff;
const MAX_UINT32 = 0xffffffff;

/**
 * Makes the bytes of a zip of stored entries, piece by piece and in order, with zip64 records from 65 536 entries or 2 GiB
 * on: what Python's `zipfile` writes with `writestr` and ZIP_STORED. Holds the directory in memory, some 70 bytes an entry.
 */
export function createZipEncoder(): ZipEncoder {
  const directory = createGatherer();
  let count = 0;
  let offset = 0;
  return {
    entry(name, bytes) {
      const entry = { name: new TextEncoder().encode(name), crc: crc32(bytes), size: bytes.length, offset };
      const local = localRecord(entry);
      directory.add(centralRecord(entry));
      count++;
      offset += local.length + bytes.length;
      return [local, bytes];
    },
    *end() {
      const blocks = directory.blocks();
      yield* blocks;
      const size = blocks.reduce((sum, { length }) => sum + length, 0);
      yield endRecords({ count, start: offset, size });
    },
  };
}

const BLOCK = 2 ** 16;

/** Small pieces laid side by side: a hundred thousand arrays of their own would take four times the memory. */
function createGatherer(): { add(piece: Uint8Array): void; blocks(): readonly Uint8Array[] } {
  const full: Uint8Array[] = [];
  let block = new Uint8Array(0);
  let used = 0;
  return {
    add(piece) {
      if (used + piece.length > block.length) {
        full.push(block.subarray(0, used));
        block = new Uint8Array(Math.max(BLOCK, piece.length));
        used = 0;
      }
      block.set(piece, used);
      used += piece.length;
    },
    blocks: () => [...full, block.subarray(0, used)],
  };
}

interface Entry {
  readonly name: Uint8Array;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

const flagsOf = (name: Uint8Array): number => (name.some((byte) => byte >= 0x80) ? UTF8_NAME : 0);

function localRecord({ name, crc, size }: Entry): Uint8Array {
  const record = new Uint8Array(30 + name.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, 0x04034b50, true);
  putCommon(view, 4, { name, crc, size }, VERSION);
  record.set(name, 30);
  return record;
}

/** The fields that both records of an entry share, from the version needed to the lengths of name and extra field. */
function putCommon(view: DataView, at: number, { name, crc, size }: Omit<Entry, "offset">, version: number): void {
  view.setUint16(at, version, true);
  view.setUint16(at + 2, flagsOf(name), true);
  view.setUint16(at + 8, DOS_DATE, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, size, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, name.length, true);
}

function centralRecord(entry: Entry): Uint8Array {
  const isFar = entry.offset > ZIP64_LIMIT;
  const version = isFar ? VERSION_ZIP64 : VERSION;
  const extraAt = 46 + entry.name.length;
  const record = new Uint8Array(extraAt + (isFar ? 12 : 0));
  const view = new DataView(record.buffer);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, MADE_ON_UNIX | version, true);
  putCommon(view, 6, entry, version);
  view.setUint16(30, isFar ? 12 : 0, true);
  view.setUint32(38, PERMISSIONS, true);
  view.setUint32(42, isFar ? MAX_UINT32 : entry.offset, true);
  record.set(entry.name, 46);
  if (isFar) {
    view.setUint16(extraAt, 1, true);
    view.setUint16(extraAt + 2, 8, true);
    view.setBigUint64(extraAt + 4, BigInt(entry.offset), true);
  }
  return record;
}

interface Directory {
  readonly count: number;
  readonly start: number;
  readonly size: number;
}

/** The records that close a zip, zip64 ones first where the numbers need them. */
export function endRecords({ count, start, size }: Directory): Uint8Array {
  const isZip64 = count > MAX_COUNT || start > ZIP64_LIMIT || size > ZIP64_LIMIT;
  const at = isZip64 ? 76 : 0;
  const records = new Uint8Array(at + 22);
  const view = new DataView(records.buffer);
  if (isZip64) {
    view.setUint32(0, 0x06064b50, true);
    view.setBigUint64(4, 44n, true);
    view.setUint16(12, VERSION_ZIP64, true);
    view.setUint16(14, VERSION_ZIP64, true);
    view.setBigUint64(24, BigInt(count), true);
    view.setBigUint64(32, BigInt(count), true);
    view.setBigUint64(40, BigInt(size), true);
    view.setBigUint64(48, BigInt(start), true);
    view.setUint32(56, 0x07064b50, true);
    view.setBigUint64(64, BigInt(start + size), true);
    view.setUint32(72, 1, true);
  }
  view.setUint32(at, 0x06054b50, true);
  view.setUint16(at + 8, Math.min(count, MAX_COUNT), true);
  view.setUint16(at + 10, Math.min(count, MAX_COUNT), true);
  view.setUint32(at + 12, Math.min(size, MAX_UINT32), true);
  view.setUint32(at + 16, Math.min(start, MAX_UINT32), true);
  return records;
}
