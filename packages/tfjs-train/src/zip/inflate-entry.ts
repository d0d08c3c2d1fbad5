import { expect, UsageError } from "repro-kit";
import type { ZipEntry } from "./read-zip.ts";

/** Deflate cannot pack more than this into a byte. */
const MAX_INFLATION = 1032;

/**
 * The contents of a zip entry: a view where it is stored, else inflated. What is allocated follows what the stream gives, never
 * what the zip claims, and ends one piece beyond the size that it claims.
 *
 * @throws UsageError if the entry is damaged, or of another size or checksum than the zip says.
 */
export async function inflateEntry({ name, isDeflated, size, bytes }: ZipEntry, scope: string): Promise<Uint8Array> {
  if (!isDeflated) return bytes;
  const isPossible = size <= (bytes.length + 8) * MAX_INFLATION;
  expect(isPossible, scope, `the entry "${name}" claims ${size} bytes, more than its ${bytes.length} bytes can hold.`);
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    // A view of bytes is a part of a Blob; the types want it over an ArrayBuffer, which it is.
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const reader = stream.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      parts.push(piece.value);
      length += piece.value.length;
      if (length <= size) continue;
      await reader.cancel();
      break;
    }
  } catch (cause) {
    const error = new UsageError(`[${scope}] the entry "${name}" is damaged: ${(cause as Error).message}.`);
    error.cause = cause;
    throw error;
  }
  expect(length === size, scope, `the entry "${name}" does not have the ${size} bytes that the zip promises.`);
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
