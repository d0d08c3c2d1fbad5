import { deflateRawSync } from "node:zlib";
import { crc32 } from "../png/checksums.ts";

/** An entry as a hostile zip has it; what is left out is honest. */
export interface HostileEntry {
  readonly name: string;
  readonly content?: Uint8Array;
  readonly isCompressed?: boolean;
  /** What the directory claims in place of the truth. */
  readonly size?: number;
  readonly compressedSize?: number;
  readonly offset?: number;
  readonly mode?: number;
  readonly flags?: number;
  /** The name in the entry's own record. */
  readonly localName?: string;
}

const encode = (name: string): Uint8Array => new TextEncoder().encode(name);

/** A zip made entry by entry, without any check. */
export function makeHostileZip(
  entries: readonly HostileEntry[],
  { count = entries.length, zip64 = undefined as number | undefined } = {},
): Uint8Array {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const put = (bytes: Uint8Array): void => {
    pieces.push(bytes);
    at += bytes.length;
  };
  for (const entry of entries) {
    const { content = encode("content"), isCompressed = false, mode = 0o100600, flags = 0 } = entry;
    const data = isCompressed ? deflateRawSync(content, { level: 9 }) : content;
    const local = encode(entry.localName ?? entry.name);
    const name = encode(entry.name);
    const start = at;
    const header = new DataView(new ArrayBuffer(30));
    header.setUint32(0, 0x04034b50, true);
    header.setUint16(4, 20, true);
    header.setUint16(6, flags, true);
    header.setUint16(8, isCompressed ? 8 : 0, true);
    header.setUint32(14, crc32(content), true);
    header.setUint32(18, data.length, true);
    header.setUint32(22, content.length, true);
    header.setUint16(26, local.length, true);
    for (const piece of [new Uint8Array(header.buffer), local, data]) put(piece);
    const record = new DataView(new ArrayBuffer(46));
    record.setUint32(0, 0x02014b50, true);
    record.setUint16(4, (3 << 8) | 20, true);
    record.setUint16(6, 20, true);
    record.setUint16(8, flags, true);
    record.setUint16(10, isCompressed ? 8 : 0, true);
    record.setUint32(16, crc32(content), true);
    record.setUint32(20, entry.compressedSize ?? data.length, true);
    record.setUint32(24, entry.size ?? content.length, true);
    record.setUint16(28, name.length, true);
    record.setUint16(40, mode, true);
    record.setUint32(42, entry.offset ?? start, true);
    directory.push(new Uint8Array(record.buffer), name);
  }
  const start = at;
  for (const piece of directory) put(piece);
  const size = at - start;
  if (zip64 !== undefined) {
    const record = new DataView(new ArrayBuffer(76));
    record.setUint32(0, 0x06064b50, true);
    record.setBigUint64(4, 44n, true);
    for (const field of [24, 32]) record.setBigUint64(field, BigInt(zip64), true);
    record.setBigUint64(40, BigInt(size), true);
    record.setBigUint64(48, BigInt(start), true);
    record.setUint32(56, 0x07064b50, true);
    record.setBigUint64(64, BigInt(at), true);
    record.setUint32(72, 1, true);
    put(new Uint8Array(record.buffer));
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, count, true);
  end.setUint16(10, count, true);
  end.setUint32(12, size, true);
  end.setUint32(16, start, true);
  put(new Uint8Array(end.buffer));
  const zip = new Uint8Array(at);
  let place = 0;
  for (const piece of pieces) {
    zip.set(piece, place);
    place += piece.length;
  }
  return zip;
}
