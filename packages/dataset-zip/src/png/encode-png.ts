import type { RasterImage } from "array-kernels";
import { checkOptions, expect } from "repro-kit";
import { adler32, crc32 } from "./checksums.ts";
import { createFilterScratch, filterRow } from "./filters.ts";
import { adler32Fast, filterFast } from "./png-kernels.ts";
import { storedBlockLengths } from "./stored-deflate.ts";

export interface EncodePngOptions {
  /** "stored": deflate blocks without compression, which StyleGAN2-ADA's tool writes and which decode fastest. */
  readonly level?: "stored";
}

export const PNG_SIGNATURE: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Widest and tallest image that is written. */
const MAX_SIDE = 2 ** 20;
/** Pillow writes an IDAT chunk whenever this many bytes are full. */
const PILLOW_BLOCK = 65536;

/**
 * PNG bytes of a grey or RGB image, without compression: the very bytes that Pillow's
 * `image.save(file, format="png", compress_level=0, optimize=False)` writes (row filters, deflate blocks and IDAT chunks).
 *
 * @param image - [height, width, 1 or 3] bytes.
 * @throws UsageError if the image has another number of channels, no pixel, or data of another length.
 */
export function encodePng(image: RasterImage<Uint8Array>, options: EncodePngOptions = {}): Uint8Array {
  checkOptions("encodePng", options, ["level"]);
  const { level = "stored" } = options;
  const { data, height, width, channels } = image;
  const isSide = (n: number) => Number.isInteger(n) && n >= 1 && n <= MAX_SIDE;
  expect(level === "stored", "encodePng", `level must be "stored"; got ${JSON.stringify(level)}.`);
  expect(isSide(height) && isSide(width), "encodePng", `height and width must be integers ≥ 1; got ${height} × ${width}.`);
  expect(channels === 1 || channels === 3, "encodePng", `1 channel (grey) or 3 (RGB) expected; got ${channels}.`);
  const expected = height * width * channels;
  expect(
    data.length === expected,
    "encodePng",
    `${height} × ${width} × ${channels} = ${expected} bytes expected; got ${data.length}.`,
  );

  const rows = filterFast(data, { numRows: height, rowBytes: width * channels, bytesPerPixel: channels }) ?? filterRows(image);
  const pieceBytes = Math.max(PILLOW_BLOCK, width * 4);
  const stream = deflateStored(rows, storedBlockLengths(height, width * channels + 1, pieceBytes));
  const numPieces = Math.ceil(stream.length / pieceBytes);
  const file = new Uint8Array(PNG_SIGNATURE.length + 25 + stream.length + 12 * numPieces + 12);
  file.set(PNG_SIGNATURE);
  let at = putChunk(file, PNG_SIGNATURE.length, "IHDR", headerBytes(height, width, channels));
  for (let piece = 0; piece < stream.length; piece += pieceBytes)
    at = putChunk(file, at, "IDAT", stream.subarray(piece, Math.min(piece + pieceBytes, stream.length)));
  putChunk(file, at, "IEND", new Uint8Array(0));
  return file;
}

function filterRows({ data, height, width, channels }: RasterImage<Uint8Array>): Uint8Array {
  const rowBytes = width * channels;
  const out = new Uint8Array(height * (rowBytes + 1));
  const scratch = createFilterScratch(rowBytes);
  for (let y = 0; y < height; y++)
    filterRow(data, { start: y * rowBytes, rowBytes, bytesPerPixel: channels, scratch, out, at: y * (rowBytes + 1) });
  return out;
}

/** A zlib stream (RFC 1950) of stored blocks. */
function deflateStored(data: Uint8Array, blockLengths: readonly number[]): Uint8Array {
  const out = new Uint8Array(2 + 5 * blockLengths.length + data.length + 4);
  out.set([0x78, 0x01]);
  let at = 2;
  let from = 0;
  for (const [k, length] of blockLengths.entries()) {
    const complement = ~length & 0xffff;
    const isLast = k === blockLengths.length - 1 ? 1 : 0;
    out.set([isLast, length & 0xff, length >>> 8, complement & 0xff, complement >>> 8], at);
    out.set(data.subarray(from, from + length), at + 5);
    at += 5 + length;
    from += length;
  }
  if (from !== data.length) throw new Error(`bug: stored blocks hold ${from} of ${data.length} bytes.`);
  new DataView(out.buffer).setUint32(at, adler32Fast(data) ?? adler32(data));
  return out;
}

function headerBytes(height: number, width: number, channels: number): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  header[9] = channels === 1 ? 0 : 2;
  return header;
}

function putChunk(file: Uint8Array, at: number, type: string, data: Uint8Array): number {
  const view = new DataView(file.buffer);
  view.setUint32(at, data.length);
  for (let i = 0; i < 4; i++) file[at + 4 + i] = type.charCodeAt(i);
  file.set(data, at + 8);
  const end = at + 8 + data.length;
  view.setUint32(end, crc32(file, at + 4, end));
  return end + 4;
}
