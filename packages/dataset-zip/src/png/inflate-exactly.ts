import { Inflate, inflateSync } from "fflate";
import { expect, UsageError } from "repro-kit";
import { adler32 } from "./checksums.ts";

/** Streams longer than this are inflated piece by piece, so that a bomb is stopped within a thousand times one piece. */
const PIECE = 4096;

/**
 * Inflates a zlib stream (RFC 1950) that must hold exactly `length` bytes, and checks its Adler-32.
 * Stored blocks are copied; the rest goes through fflate, never for much longer than `length` bytes.
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

/**
 * Inflates a deflate stream (RFC 1951): its bytes where there are at most `length`, else `length + 1` of them.
 *
 * @throws UsageError if the stream is damaged or truncated.
 */
export function inflateRaw(body: Uint8Array, length: number, scope: string): Uint8Array {
  if (body.length === 0) return new Uint8Array(0); // which fflate would take for a whole buffer
  try {
    if (body.length > PIECE) return inflateInPieces(body, length);
    // One byte more than wanted, so that a longer stream shows.
    const out = inflateSync(body, { out: new Uint8Array(length + 1) });
    return out.length === length ? out.slice() : out;
  } catch (error) {
    // A stream that overruns the buffer with a stored block ends in a RangeError; fflate's own errors have a code.
    if (!(error instanceof RangeError || (error instanceof Error && "code" in error))) throw error;
    const refusal = new UsageError(`[${scope}] the compressed data are damaged or truncated (${error.message}).`);
    refusal.cause = error;
    throw refusal;
  }
}

/** The stream's bytes; at most one piece's worth beyond `length` is made, and only one byte beyond is returned. */
function inflateInPieces(body: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length + 1);
  let to = 0;
  const inflater = new Inflate((chunk) => {
    const room = out.length - to;
    out.set(chunk.length > room ? chunk.subarray(0, room) : chunk, to);
    to += Math.min(chunk.length, room);
  });
  for (let at = 0; at < body.length && to <= length; at += PIECE)
    inflater.push(body.subarray(at, at + PIECE), at + PIECE >= body.length);
  return out.subarray(0, to);
}
