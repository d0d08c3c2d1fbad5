import { expect } from "repro-kit";
import { crc32 } from "./checksums.ts";
import { PNG_SIGNATURE } from "./encode-png.ts";

/** What an IHDR chunk says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: 1 | 2 | 4 | 8 | 16;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colorType: 0 | 2 | 3 | 4 | 6;
  readonly isInterlaced: boolean;
}

export interface PngChunks {
  readonly header: PngHeader;
  /** RGB triples. */
  readonly palette: Uint8Array | undefined;
  /** The tRNS chunk: alpha of palette entries, or the one transparent colour. */
  readonly transparency: Uint8Array | undefined;
  /** The zlib stream, in the pieces of its IDAT chunks. */
  readonly compressed: readonly Uint8Array[];
}

const SCOPE = "decodePng";
/** Bit depths that each colour type allows. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** Samples of a pixel as they stand in the file. */
export function samplesPerPixel({ colorType }: PngHeader): number {
  return { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colorType];
}

/**
 * Reads and checks the chunks of a PNG: signature, order, every CRC, header fields.
 *
 * @throws UsageError with one sentence about the first thing that is wrong.
 */
export function readPngChunks(bytes: Uint8Array): PngChunks {
  expect(
    bytes.length >= PNG_SIGNATURE.length && PNG_SIGNATURE.every((byte, i) => bytes[i] === byte),
    SCOPE,
    "not a PNG: the signature is missing.",
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces: Uint8Array[] = [];
  let header: PngHeader | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  let previous = "";
  for (let at = PNG_SIGNATURE.length; ; ) {
    expect(at + 12 <= bytes.length, SCOPE, "the PNG is truncated: it ends before its IEND chunk.");
    const length = view.getUint32(at);
    const type = chunkType(bytes, at + 4);
    expect(at + 12 + length <= bytes.length, SCOPE, `the PNG is truncated in its ${type} chunk.`);
    const data = bytes.subarray(at + 8, at + 8 + length);
    const isIntact = crc32(bytes, at + 4, at + 8 + length) === view.getUint32(at + 8 + length);
    expect(isIntact, SCOPE, `the PNG is damaged: the checksum of its ${type} chunk is wrong.`);
    expect((type === "IHDR") === (header === undefined), SCOPE, "the PNG must begin with its one IHDR chunk.");
    if (type === "IHDR") header = readHeader(data);
    else if (type === "PLTE") {
      expect(!palette && pieces.length === 0, SCOPE, "the PNG has a second or a late palette.");
      palette = readPalette(data, header as PngHeader);
    } else if (type === "tRNS") {
      expect(!transparency && pieces.length === 0, SCOPE, "the PNG has a second or a late tRNS chunk.");
      transparency = readTransparency(data, header as PngHeader, palette);
    } else if (type === "IDAT") {
      expect(pieces.length === 0 || previous === "IDAT", SCOPE, "the PNG has other chunks between its IDAT chunks.");
      pieces.push(data);
    } else if (type === "IEND") {
      expect(length === 0, SCOPE, `the IEND chunk must be empty; got ${length} bytes.`);
      break;
    } else expect((bytes[at + 4] & 0x20) !== 0, SCOPE, `the PNG needs a critical chunk "${type}" that is not known.`);
    previous = type;
    at += 12 + length;
  }
  const known = header as PngHeader; // the loop ends at IEND only, which is refused before IHDR
  expect(pieces.length > 0, SCOPE, "the PNG has no IDAT chunk, so no pixels.");
  expect(known.colorType !== 3 || palette !== undefined, SCOPE, "the PNG has palette indices but no palette.");
  return { header: known, palette, transparency, compressed: pieces };
}

function chunkType(bytes: Uint8Array, at: number): string {
  for (let i = at; i < at + 4; i++) {
    const isLetter = (bytes[i] >= 65 && bytes[i] <= 90) || (bytes[i] >= 97 && bytes[i] <= 122);
    expect(isLetter, SCOPE, `the PNG is damaged: no chunk type stands at byte ${at}.`);
  }
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function readHeader(data: Uint8Array): PngHeader {
  expect(data.length === 13, SCOPE, `the IHDR chunk must have 13 bytes; got ${data.length}.`);
  const view = new DataView(data.buffer, data.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [bitDepth, colorType, compression, filter, interlace] = data.subarray(8);
  const isSide = (n: number) => n >= 1 && n < 2 ** 31;
  expect(isSide(width) && isSide(height), SCOPE, `the header gives no valid size: ${width} × ${height}.`);
  expect(
    DEPTHS[colorType]?.includes(bitDepth),
    SCOPE,
    `the header gives colour type ${colorType} with ${bitDepth} bits, which PNG does not know.`,
  );
  expect(compression === 0 && filter === 0, SCOPE, `unknown compression ${compression} or filter method ${filter}.`);
  expect(interlace <= 1, SCOPE, `unknown interlace method ${interlace}.`);
  // The table above holds the very values of the two union types.
  const checked = { bitDepth: bitDepth as PngHeader["bitDepth"], colorType: colorType as PngHeader["colorType"] };
  return { width, height, ...checked, isInterlaced: interlace === 1 };
}

function readPalette(data: Uint8Array, { colorType, bitDepth }: PngHeader): Uint8Array | undefined {
  expect(colorType !== 0 && colorType !== 4, SCOPE, "a grey PNG may not have a palette.");
  const count = data.length / 3;
  expect(Number.isInteger(count) && count >= 1 && count <= 256, SCOPE, `a palette of ${data.length} bytes is not valid.`);
  expect(colorType !== 3 || count <= 2 ** bitDepth, SCOPE, `${count} palette entries do not fit ${bitDepth} bits.`);
  return data;
}

function readTransparency(data: Uint8Array, { colorType }: PngHeader, palette: Uint8Array | undefined): Uint8Array {
  expect(colorType !== 4 && colorType !== 6, SCOPE, "a PNG with an alpha channel may not have a tRNS chunk.");
  if (colorType === 3) {
    expect(palette !== undefined, SCOPE, "the tRNS chunk stands before the palette.");
    expect(data.length <= palette.length / 3, SCOPE, "the tRNS chunk has more entries than the palette.");
  } else {
    const expected = colorType === 0 ? 2 : 6;
    expect(data.length === expected, SCOPE, `the tRNS chunk must have ${expected} bytes; got ${data.length}.`);
  }
  return data;
}
