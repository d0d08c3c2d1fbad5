import { expect } from "repro-kit";
import { inflateRaw } from "../png/inflate-raw.ts";

/** Dataset entries (a picture, a list of labels) of more bytes are refused. */
const MAX_ENTRY = 2 ** 30;
const MAX_INFLATION = 1032;

/** Inflates a zip entry that must have exactly `size` bytes. @throws UsageError that names the entry. */
export function inflateEntry(data: Uint8Array, size: number, name: string): Uint8Array {
  const isPossible = size <= MAX_ENTRY && size <= (data.length + 8) * MAX_INFLATION;
  expect(isPossible, "readZip", `entry "${name}" claims ${size} bytes, which its ${data.length} bytes cannot hold.`);
  const bytes = inflateRaw(data, size, `readZip: ${name}`);
  expect(bytes.length === size, "readZip", `entry "${name}" does not have the ${size} bytes that the zip promises.`);
  return bytes;
}
