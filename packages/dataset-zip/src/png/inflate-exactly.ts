import { expect } from "repro-kit";
import { adler32 } from "./checksums.ts";
import { inflateRaw } from "./inflate-raw.ts";

/**
 * Inflates a zlib stream (RFC 1950) that must hold exactly `length` bytes, and checks its Adler-32.
 * Stored blocks are copied; the rest goes through `inflateRaw`, never for much longer than `length` bytes.
 *
 * @throws UsageError if the stream is damaged, truncated, shorter or longer.
 */
export function inflateExactly(stream: Uint8Array, length: number, scope: string): Uint8Array {
  const [method, flags] = stream;
  expect(stream.length >= 8, scope, "the compressed data are truncated.");
  expect((method & 15) === 8 && method >>> 4 <= 7, scope, "the compressed data are not deflate.");
  expect(((method << 8) | flags) % 31 === 0 && (flags & 0x20) === 0, scope, "the header of the compressed data is damaged.");
  const body = stream.subarray(2, stream.length - 4);
  const out = copyStored(body, length) ?? inflateRaw(body, length, scope);
  expect(out.length >= length, scope, `the compressed data hold ${out.length} bytes where ${length} are needed.`);
  expect(out.length === length, scope, `the compressed data hold more than the ${length} bytes that are needed.`);
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const isIntact = adler32(out) === view.getUint32(stream.length - 4);
  expect(isIntact, scope, "the pixels are damaged: the checksum of the compressed data is wrong.");
  return out;
}

/** The bytes of a stream of stored blocks; undefined where it holds another block or does not fit. */
function copyStored(body: Uint8Array, length: number): Uint8Array | undefined {
  if ((body[0] & 6) !== 0 || body.length < length + 5) return undefined;
  const out = new Uint8Array(length);
  for (let at = 0, to = 0; ; ) {
    if (at + 5 > body.length || body[at] > 1) return undefined;
    const size = body[at + 1] | (body[at + 2] << 8);
    const complement = body[at + 3] | (body[at + 4] << 8);
    if ((size ^ complement) !== 0xffff || at + 5 + size > body.length || to + size > length) return undefined;
    out.set(body.subarray(at + 5, at + 5 + size), to);
    to += size;
    const isLast = body[at] === 1;
    at += 5 + size;
    if (isLast) return to === length && at === body.length ? out : undefined;
  }
}
