import type { RasterImage } from "array-kernels";
import { decode } from "bmp-ts";
import { expect } from "repro-kit";

const SCOPE = "importImages";
/** Bytes of the headers, of the usual form and of OS/2's. */
const HEADER = 54;
const OLD_HEADER = 26;

/** Whether the bytes begin as a Windows bitmap. */
export const isBmp = (bytes: Uint8Array): boolean => bytes[0] === 0x42 && bytes[1] === 0x4d;

/**
 * Pixels of a Windows bitmap of 1 to 32 bits: grey where its palette is, else RGB, with alpha where that varies.
 *
 * @throws UsageError if the header lies or the file is cut short.
 */
export function decodeBmp(bytes: Uint8Array, maxPixels: number): RasterImage<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isOld = bytes.length >= OLD_HEADER && view.getUint32(14, true) === 12;
  expect(bytes.length >= (isOld ? OLD_HEADER : HEADER), SCOPE, "the BMP file is truncated.");
  const width = isOld ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = Math.abs(isOld ? view.getInt16(20, true) : view.getInt32(22, true));
  const isPossible = width >= 1 && height >= 1 && width * height <= maxPixels;
  expect(isPossible, SCOPE, `the BMP file claims ${height} × ${width} pixels; at most ${maxPixels} are read.`);
  const bits = view.getUint16(isOld ? 24 : 28, true);
  const compression = isOld ? 0 : view.getUint32(30, true);
  const isPacked = compression === 1 || compression === 2; // run lengths: as short as it likes
  const start = view.getUint32(10, true);
  const needed = isPacked ? 1 : Math.ceil((width * bits) / 32) * 4 * height;
  expect(start + needed <= bytes.length, SCOPE, `the BMP file is truncated: ${needed} bytes of pixels are missing or cut.`);
  const { data } = decode(
    // A B G R, whatever its option toRGBA says of palettes
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  );
  const size = width * height;
  // Files of 32 bits without transparency have the same number, often 0, in every fourth byte.
  const hasAlpha = bits === 32 && somePixel(data, (i) => data[i] !== data[0]);
  const isGrey = bits <= 8 && !somePixel(data, (i) => data[i + 1] !== data[i + 2] || data[i + 1] !== data[i + 3]);
  const channels = isGrey ? 1 : hasAlpha ? 4 : 3;
  const pixels = new Uint8Array(size * channels);
  for (let i = 0; i < size; i++) for (let c = 0; c < channels; c++) pixels[i * channels + c] = data[4 * i + 3 - c];
  return { data: pixels, height, width, channels };
}

/** Whether some pixel, at its place in the bytes, fulfils the condition. */
function somePixel(data: Uint8Array, condition: (at: number) => boolean): boolean {
  for (let i = 0; i < data.length; i += 4) if (condition(i)) return true;
  return false;
}
