import type { RasterImage } from "array-kernels";
import { zlibSync } from "fflate";
import type { Rng } from "repro-kit";
import { crc32 } from "../png/checksums.ts";
import { PNG_SIGNATURE } from "../png/encode-png.ts";

/** A PNG of any kind, for tests of the decoder: what `encodePng` never writes. */
export interface TestPng {
  readonly width: number;
  readonly height: number;
  readonly colorType: 0 | 2 | 3 | 4 | 6;
  readonly bitDepth: 1 | 2 | 4 | 8 | 16;
  readonly isInterlaced?: boolean;
  /** Filter of every row, or "mixed" for all five in turn. Default 0. */
  readonly filter?: 0 | 1 | 2 | 3 | 4 | "mixed";
  readonly palette?: Uint8Array;
  readonly transparency?: Uint8Array;
  /** Deflate level; 0 stores. Default 6. */
  readonly level?: 0 | 1 | 3 | 6 | 9;
  /** Bytes of the IDAT chunks, or of each in turn, round and round. Default: one chunk. */
  readonly chunkBytes?: number | readonly number[];
  /** Whole chunks that stand before PLTE, between it and IDAT, and after IDAT. */
  readonly beforePalette?: readonly Uint8Array[];
  readonly beforeData?: readonly Uint8Array[];
  readonly afterData?: readonly Uint8Array[];
  /** Samples in the order of the file; their number is width · height · samples of a pixel. */
  readonly samples: Uint16Array;
}

/** Samples of a pixel, by colour type. */
export const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Random samples that fit the bit depth (and the palette). */
export function randomSamples(rng: Rng, { width, height, colorType, bitDepth, palette }: Omit<TestPng, "samples">): Uint16Array {
  const limit = palette ? Math.min(2 ** bitDepth, palette.length / 3) : 2 ** bitDepth;
  return Uint16Array.from({ length: width * height * SAMPLES[colorType] }, () => rng.integer(limit));
}

/** A chunk with its length and checksum. */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) chunk[4 + i] = type.charCodeAt(i);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, crc32(chunk, 4, 8 + data.length));
  return chunk;
}

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** The bytes of a 13-byte IHDR. */
export function headerOf(png: Pick<TestPng, "width" | "height" | "bitDepth" | "colorType" | "isInterlaced">): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, png.width);
  view.setUint32(4, png.height);
  header.set([png.bitDepth, png.colorType, 0, 0, png.isInterlaced ? 1 : 0], 8);
  return header;
}

export function makeTestPng(png: TestPng): Uint8Array {
  const data = zlibSync(filteredRows(png), { level: png.level ?? 6 });
  const lengths = [png.chunkBytes ?? data.length].flat();
  const chunks = [Uint8Array.from(PNG_SIGNATURE), pngChunk("IHDR", headerOf(png)), ...(png.beforePalette ?? [])];
  if (png.palette) chunks.push(pngChunk("PLTE", png.palette));
  if (png.transparency) chunks.push(pngChunk("tRNS", png.transparency));
  chunks.push(pngChunk("tEXt", new TextEncoder().encode("Comment\0a chunk to pass over")));
  chunks.push(...(png.beforeData ?? []));
  for (let at = 0, k = 0; at < data.length; at += lengths[k++ % lengths.length])
    chunks.push(pngChunk("IDAT", data.subarray(at, at + lengths[k % lengths.length])));
  return joinBytes([...chunks, ...(png.afterData ?? []), pngChunk("IEND", new Uint8Array(0))]);
}

/** What a decoder must make of it, from the definition of each colour type: 8 bits, tRNS as an alpha channel. */
export function pixelsOf({
  width,
  height,
  samples,
  colorType,
  bitDepth,
  palette,
  transparency,
}: TestPng): RasterImage<Uint8Array> {
  const count = SAMPLES[colorType];
  const pixels: number[] = [];
  for (let i = 0; i < samples.length; i += count) {
    const values = [...samples.subarray(i, i + count)];
    if (palette && colorType === 3) {
      pixels.push(...palette.subarray(3 * values[0], 3 * values[0] + 3));
      if (transparency) pixels.push(transparency[values[0]] ?? 255);
      continue;
    }
    pixels.push(...values.map((value) => (bitDepth === 16 ? value >> 8 : (value * 255) / (2 ** bitDepth - 1))));
    if (transparency)
      pixels.push(values.every((value, k) => value === transparency[2 * k] * 256 + transparency[2 * k + 1]) ? 0 : 255);
  }
  return { data: Uint8Array.from(pixels), height, width, channels: pixels.length / (width * height) };
}

function filteredRows(png: TestPng): Uint8Array {
  const { width, height, colorType, bitDepth, samples, filter = 0 } = png;
  const count = SAMPLES[colorType];
  const bytesPerPixel = Math.max(1, (count * bitDepth) >> 3);
  const pieces: Uint8Array[] = [];
  for (const [x0, y0, dx, dy] of png.isInterlaced ? PASSES : ([[0, 0, 1, 1]] as const)) {
    let above: Uint8Array | undefined;
    for (let y = y0, row = 0; y < height && x0 < width; y += dy, row++) {
      const values: number[] = [];
      for (let x = x0; x < width; x += dx) for (let k = 0; k < count; k++) values.push(samples[(y * width + x) * count + k]);
      const raw = packBits(values, bitDepth);
      const type = filter === "mixed" ? row % 5 : filter;
      pieces.push(Uint8Array.of(type), applyFilter(raw, { type, above: above ?? new Uint8Array(raw.length), bytesPerPixel }));
      above = raw;
    }
  }
  return joinBytes(pieces);
}

function packBits(values: readonly number[], bitDepth: number): Uint8Array {
  const packed = new Uint8Array(Math.ceil((values.length * bitDepth) / 8));
  for (const [i, value] of values.entries()) {
    if (bitDepth === 16) packed.set([value >> 8, value & 255], 2 * i);
    else packed[(i * bitDepth) >> 3] |= value << (8 - bitDepth - ((i * bitDepth) & 7));
  }
  return packed;
}

interface FilterOptions {
  readonly type: number;
  readonly above: Uint8Array;
  readonly bytesPerPixel: number;
}

/** The definition of PNG's filters, written plainly. */
function applyFilter(raw: Uint8Array, { type, above, bytesPerPixel }: FilterOptions): Uint8Array {
  return raw.map((value, i) => {
    const a = i < bytesPerPixel ? 0 : raw[i - bytesPerPixel];
    const b = above[i];
    const c = i < bytesPerPixel ? 0 : above[i - bytesPerPixel];
    const p = a + b - c;
    const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
    const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    return value - [0, a, b, (a + b) >> 1, paeth][type];
  });
}
