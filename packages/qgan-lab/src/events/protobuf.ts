const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** One field of a protobuf message: its number and its value in wire form. */
export type Field = readonly [number: number, wire: number, bytes: Uint8Array];

/** An int64 or enum field; the value is an integer in [0, 2^53). */
export const integerField = (number: number, value: number): Field => [number, VARINT, varint(value)];

/** A double field. */
export function doubleField(number: number, value: number): Field {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return [number, FIXED64, bytes];
}

/** A float field. */
export function floatField(number: number, value: number): Field {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [number, FIXED32, bytes];
}

/** A string, bytes or embedded-message field. */
export function bytesField(number: number, value: Uint8Array | string): Field {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return [number, BYTES, concat([varint(bytes.length), bytes])];
}

/**
 * The bytes of a message.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function encodeMessage(fields: readonly Field[]): Uint8Array {
  return concat(fields.flatMap(([number, wire, bytes]) => [varint(number * 8 + wire), bytes]));
}

/** Joins byte arrays. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Base-128 integer, least significant group first; arithmetic instead of bit operators, which stop at 32 bits. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...bytes, rest]);
}
