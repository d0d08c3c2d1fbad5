import type { RasterImage } from "array-kernels";
import { checkOptions, expect } from "repro-kit";
import { inflateRows } from "./inflate-rows.ts";
import { type PngChunks, type PngHeader, readPngChunks, samplesPerPixel } from "./png-chunks.ts";

export interface DecodePngOptions {
  /** Images of more pixels are refused before memory is taken for them. Default 100 million. */
  readonly maxPixels?: number;
}

const SCOPE = "decodePng";
/** A deflate stream can grow to at most this many times its length. */
const MAX_INFLATION = 1032;

/** One pass of an image: the whole of it, or one of the seven of Adam7. */
interface Pass {
  readonly x0: number;
  readonly y0: number;
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
}

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Pixels of a PNG of any kind: [height, width, channels] bytes with 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha)
 * channels. Palettes are resolved, fewer than 8 bits are stretched to 0…255, of 16 bits the upper 8 are kept, a tRNS
 * chunk becomes an alpha channel; gamma and colour profiles are not applied (Pillow does the same).
 *
 * @throws UsageError with one sentence for whatever is wrong: damaged, truncated, or larger than `maxPixels`.
 */
export function decodePng(bytes: Uint8Array, options: DecodePngOptions = {}): RasterImage<Uint8Array> {
  checkOptions(SCOPE, options, ["maxPixels"]);
  const { maxPixels = 1e8 } = options;
  const chunks = readPngChunks(bytes);
  const { header, compressed } = chunks;
  const { width, height } = header;
  expect(width * height <= maxPixels, SCOPE, `at most ${maxPixels} pixels are read; the header says ${width} × ${height}.`);

  const bits = samplesPerPixel(header) * header.bitDepth;
  const passes = passesOf(header);
  const rowBytesOf = (pass: Pass): number => Math.ceil((pass.width * bits) / 8);
  const length = passes.reduce((sum, pass) => sum + pass.height * (rowBytesOf(pass) + 1), 0);
  const numBytes = compressed.reduce((sum, piece) => sum + piece.length, 0);
  const isPossible = length <= (numBytes + 8) * MAX_INFLATION;
  expect(isPossible, SCOPE, `${numBytes} bytes of data cannot hold ${width} × ${height} pixels: truncated.`);

  const bytesPerPixel = Math.max(1, bits >> 3);
  const shapes = passes.map((pass) => ({ numRows: pass.height, rowBytes: rowBytesOf(pass), bytesPerPixel }));
  const rows = inflateRows(compressed, shapes, SCOPE);
  if (header.bitDepth === 8 && !header.isInterlaced) return toImage(chunks, rows, undefined);
  const samples = new Uint8Array(height * width * samplesPerPixel(header));
  const wide = header.bitDepth === 16 && chunks.transparency ? new Uint8Array(samples.length) : undefined;
  let start = 0;
  for (const [k, pass] of passes.entries()) {
    const { rowBytes } = shapes[k];
    spread(rows, { start, rowBytes, pass, header, samples, wide });
    start += pass.height * rowBytes;
  }
  return toImage(chunks, samples, wide);
}

function passesOf({ width, height, isInterlaced }: PngHeader): readonly Pass[] {
  if (!isInterlaced) return [{ x0: 0, y0: 0, dx: 1, dy: 1, width, height }];
  return ADAM7.map(([x0, y0, dx, dy]) => ({
    ...{ x0, y0, dx, dy },
    width: Math.ceil((width - x0) / dx),
    height: Math.ceil((height - y0) / dy),
  })).filter((pass) => pass.width > 0 && pass.height > 0);
}

interface SpreadOptions {
  readonly start: number;
  readonly rowBytes: number;
  readonly pass: Pass;
  readonly header: PngHeader;
  /** Receives a byte a sample: the value itself below 8 bits, the upper byte of 16 bits. */
  readonly samples: Uint8Array;
  /** Receives the lower bytes of 16 bits, where they are needed. */
  readonly wide: Uint8Array | undefined;
}

/** Puts the samples of one pass where they belong. */
function spread(rows: Uint8Array, { start, rowBytes, pass, header, samples, wide }: SpreadOptions): void {
  const { bitDepth, width } = header;
  const count = samplesPerPixel(header);
  const step = pass.dx * count;
  for (let y = 0; y < pass.height; y++) {
    const from = start + y * rowBytes;
    let to = ((pass.y0 + y * pass.dy) * width + pass.x0) * count;
    if (bitDepth >= 8) {
      const bytes = bitDepth >> 3;
      for (let i = from, end = from + rowBytes; i < end; to += step)
        for (let k = 0; k < count; k++, i += bytes) {
          samples[to + k] = rows[i];
          if (wide) wide[to + k] = rows[i + 1];
        }
    } else {
      const mask = (1 << bitDepth) - 1;
      for (let x = 0; x < pass.width; x++, to += step) {
        const bit = x * bitDepth;
        samples[to] = (rows[from + (bit >> 3)] >> (8 - bitDepth - (bit & 7))) & mask;
      }
    }
  }
}

function toImage(chunks: PngChunks, samples: Uint8Array, wide: Uint8Array | undefined): RasterImage<Uint8Array> {
  const { header, transparency } = chunks;
  const { width, height, bitDepth } = header;
  if (header.colorType === 3) return { ...applyPalette(chunks, samples), width, height };
  const channels = samplesPerPixel(header);
  const alpha = transparency && alphaOfColorKey(transparency, samples, { channels, wide, bitDepth });
  if (bitDepth < 8) {
    const factor = 255 / ((1 << bitDepth) - 1);
    for (let i = 0; i < samples.length; i++) samples[i] *= factor;
  }
  if (!alpha) return { data: samples, width, height, channels };
  const data = new Uint8Array(alpha.length * (channels + 1));
  for (let i = 0; i < alpha.length; i++) {
    for (let k = 0; k < channels; k++) data[i * (channels + 1) + k] = samples[i * channels + k];
    data[i * (channels + 1) + channels] = alpha[i];
  }
  return { data, width, height, channels: channels + 1 };
}

function applyPalette({ palette, transparency }: PngChunks, indices: Uint8Array): { data: Uint8Array; channels: number } {
  if (!palette) throw new Error("bug: readPngChunks let palette indices without a palette pass.");
  const numColors = palette.length / 3;
  const channels = transparency ? 4 : 3;
  const data = new Uint8Array(indices.length * channels);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    expect(index < numColors, SCOPE, () => `pixel ${i} has colour ${index}, but the palette has ${numColors} colours.`);
    for (let k = 0; k < 3; k++) data[i * channels + k] = palette[index * 3 + k];
    if (transparency) data[i * 4 + 3] = transparency[index] ?? 255;
  }
  return { data, channels };
}

interface ColorKeyOptions {
  readonly channels: number;
  readonly wide: Uint8Array | undefined;
  readonly bitDepth: number;
}

/** 0 where a pixel has the one colour that tRNS names, else 255. */
function alphaOfColorKey(key: Uint8Array, samples: Uint8Array, { channels, wide, bitDepth }: ColorKeyOptions): Uint8Array {
  const alpha = new Uint8Array(samples.length / channels);
  for (let i = 0; i < alpha.length; i++) {
    let isKey = true;
    for (let k = 0; k < channels && isKey; k++) {
      const value = wide ? (samples[i * channels + k] << 8) | wide[i * channels + k] : samples[i * channels + k];
      const wanted = ((key[2 * k] << 8) | key[2 * k + 1]) & (2 ** bitDepth - 1);
      isKey = value === wanted;
    }
    alpha[i] = isKey ? 0 : 255;
  }
  return alpha;
}
