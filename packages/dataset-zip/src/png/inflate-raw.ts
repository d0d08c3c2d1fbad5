import { Inflate, inflateSync } from "fflate";
import { UsageError } from "repro-kit";

/** Streams longer than this are inflated piece by piece, so that a bomb is stopped within a thousand times one piece. */
const PIECE = 4096;
/** The largest buffer that zlib is given at a time. */
const MAX_CHUNK = 2 ** 20;

/** Node's zlib, which is three times as fast as fflate; undefined in a browser, and no bundler sees it. */
const zlib = globalThis.process?.getBuiltinModule?.("node:zlib");

/**
 * Inflates a deflate stream (RFC 1951): its bytes where there are at most `length`, else an array of `length + 1`.
 *
 * @throws UsageError if the stream is damaged or truncated.
 */
export function inflateRaw(body: Uint8Array, length: number, scope: string): Uint8Array {
  return (zlib ? inflateRawWithZlib : inflateRawWithFflate)(body, length, scope);
}

/** `inflateRaw` by Node's zlib. */
export function inflateRawWithZlib(body: Uint8Array, length: number, scope: string): Uint8Array {
  if (!zlib) throw new Error("bug: there is no zlib here.");
  if (body.length === 0) return new Uint8Array(0);
  try {
    const chunkSize = Math.min(Math.max(length + 1, 64), MAX_CHUNK);
    const out = zlib.inflateRawSync(body, { maxOutputLength: length + 1, chunkSize });
    return new Uint8Array(out.buffer, out.byteOffset, out.length);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") return new Uint8Array(length + 1);
    if (!code?.startsWith("Z_")) throw error;
    return refuse(error as Error, scope);
  }
}

/** `inflateRaw` by fflate, which works everywhere. */
export function inflateRawWithFflate(body: Uint8Array, length: number, scope: string): Uint8Array {
  if (body.length === 0) return new Uint8Array(0); // which fflate would take for a whole buffer
  try {
    if (body.length > PIECE) return inflateInPieces(body, length);
    // One byte more than wanted, so that a longer stream shows.
    const out = inflateSync(body, { out: new Uint8Array(length + 1) });
    return out.length === length ? out.slice() : out;
  } catch (error) {
    // A stream that overruns the buffer with a stored block ends in a RangeError; fflate's own errors have a code.
    if (!(error instanceof RangeError || (error instanceof Error && "code" in error))) throw error;
    return refuse(error, scope);
  }
}

function refuse(error: Error, scope: string): never {
  const refusal = new UsageError(`[${scope}] the compressed data are damaged or truncated (${error.message}).`);
  refusal.cause = error;
  throw refusal;
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
