import { expect, UsageError } from "repro-kit";
import { unfilterRows } from "./filters.ts";
import { inflateExactly } from "./inflate-exactly.ts";
import { type InflatedRows, inflateRowsFast, type RowShape } from "./png-kernels.ts";

/**
 * Rows of pixels out of a zlib stream (RFC 1950) in pieces: inflated, checked against its Adler-32, without filters and type bytes,
 * pass after pass. In wasm; pictures that are too large for that are inflated by zlib or fflate.
 *
 * @param passes - The rows that the stream must hold, no more and no less.
 * @throws UsageError if the stream is damaged, truncated, shorter or longer, or a row has an unknown filter.
 */
export function inflateRows(pieces: readonly Uint8Array[], passes: readonly RowShape[], scope: string): Uint8Array {
  const length = passes.reduce((sum, { numRows, rowBytes }) => sum + numRows * (rowBytes + 1), 0);
  checkHeader(pieces, scope);
  const result = inflateRowsFast(pieces, passes) ?? inflateRowsPlain(pieces, passes, { length, scope });
  if ("rows" in result) return result.rows;
  throw new UsageError(`[${scope}] ${sentenceOf(result, length)}`);
}

/** The two bytes that begin a stream: deflate with a window of at most 32 KB, no dictionary, and their checksum. */
function checkHeader(pieces: readonly Uint8Array[], scope: string): void {
  const filled = pieces.filter((piece) => piece.length > 0);
  expect(filled.reduce((sum, piece) => sum + piece.length, 0) >= 8, scope, "the compressed data are truncated.");
  const method = filled[0][0];
  const flags = filled[0][1] ?? filled[1][0];
  expect((method & 15) === 8 && method >>> 4 <= 7, scope, "the compressed data are not deflate.");
  expect(((method << 8) | flags) % 31 === 0 && (flags & 0x20) === 0, scope, "the header of the compressed data is damaged.");
}

function sentenceOf(failure: Exclude<InflatedRows, { rows: Uint8Array }>, length: number): string {
  switch (failure.problem) {
    case "damaged":
      return `the compressed data are damaged or truncated (${failure.reason}).`;
    case "too short":
      return `the compressed data hold ${failure.length} bytes where ${length} are needed.`;
    case "too long":
      return `the compressed data hold more than the ${length} bytes that are needed.`;
    case "trailing bytes":
      return "the compressed data are damaged: other bytes stand behind them.";
    case "wrong checksum":
      return "the pixels are damaged: the checksum of the compressed data is wrong.";
    case "unknown filter":
      return `the pixels are damaged: row ${failure.row} has an unknown filter.`;
  }
}

/** The same by zlib or fflate and plain loops, for pictures of any size; the kernels' oracle. */
export function inflateRowsPlain(
  pieces: readonly Uint8Array[],
  passes: readonly RowShape[],
  { length, scope }: { readonly length: number; readonly scope: string },
): InflatedRows {
  const data = inflateExactly(pieces.length === 1 ? pieces[0] : join(pieces), length, scope);
  const rows = new Uint8Array(passes.reduce((sum, { numRows, rowBytes }) => sum + numRows * rowBytes, 0));
  let [start, to] = [0, 0];
  for (const shape of passes) {
    const row = unfilterRows(data, { ...shape, start });
    if (row >= 0) return { problem: "unknown filter", row };
    for (let y = 0; y < shape.numRows; y++, start += shape.rowBytes + 1, to += shape.rowBytes)
      rows.set(data.subarray(start + 1, start + 1 + shape.rowBytes), to);
  }
  return { rows };
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
