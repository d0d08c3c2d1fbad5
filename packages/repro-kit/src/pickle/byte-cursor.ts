import { expect } from "../errors.ts";

/** Reads little-endian numbers and text from bytes, never beyond their end. */
export interface ByteCursor {
  readonly position: number;
  readonly length: number;
  uint8(): number;
  uint16(): number;
  int32(): number;
  uint32(): number;
  /** Big-endian, as pickles hold their floats. */
  float64(): number;
  /** A length in eight bytes; no more than there are bytes. */
  length64(): number;
  /** A view of the next bytes. */
  take(length: number): Uint8Array;
  utf8(length: number): string;
  /** One character a byte. */
  latin1(length: number): string;
  /** Text up to the next line feed, which is passed over. */
  line(): string;
  /** Two's complement, little-endian: a number where it is exact, else a bigint. */
  integer(length: number): number | bigint;
}

/** Longest integer that is read: 64 bytes. */
const MAX_INTEGER_BYTES = 64;
/** So many characters are given to one call of String.fromCharCode. */
const CHARACTERS_A_CALL = 8192;

/** A cursor at `start`; each step that would pass the end throws a UsageError. */
export function createByteCursor(bytes: Uint8Array, start: number, scope: string): ByteCursor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let position = start;

  const step = (count: number): number => {
    expect(position + count <= bytes.length, scope, "the pickle is truncated.");
    position += count;
    return position - count;
  };
  const take = (length: number): Uint8Array => {
    const from = step(length);
    return bytes.subarray(from, from + length);
  };
  const utf8 = (length: number): string => {
    const text = take(length);
    try {
      return decoder.decode(text);
    } catch {
      return expect(false, scope, "the pickle holds text that is not UTF-8.") as never;
    }
  };
  return {
    get position() {
      return position;
    },
    length: bytes.length,
    uint8: () => bytes[step(1)],
    uint16: () => view.getUint16(step(2), true),
    int32: () => view.getInt32(step(4), true),
    uint32: () => view.getUint32(step(4), true),
    float64: () => view.getFloat64(step(8), false),
    length64() {
      const value = view.getBigUint64(step(8), true);
      expect(value <= bytes.length - position, scope, "a length reaches beyond the file.");
      return Number(value);
    },
    take,
    utf8,
    latin1(length) {
      const text = take(length);
      let decoded = "";
      for (let at = 0; at < length; at += CHARACTERS_A_CALL)
        decoded += String.fromCharCode(...text.subarray(at, at + CHARACTERS_A_CALL));
      return decoded;
    },
    line() {
      const end = bytes.indexOf(0x0a, position);
      expect(end >= 0, scope, "the pickle is truncated.");
      const found = utf8(end - position);
      position = end + 1;
      return found;
    },
    integer(length) {
      expect(length <= MAX_INTEGER_BYTES, scope, `an integer of ${length} bytes is no number of a data file.`);
      const digits = take(length);
      let value = 0n;
      for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(digits[i]);
      if (length > 0 && digits[length - 1] & 0x80) value -= 1n << BigInt(8 * length);
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
    },
  };
}
