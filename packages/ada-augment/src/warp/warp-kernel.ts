import { warpWasm } from "../generated/warp.ts";
import { reflectIndex } from "../reflect-index.ts";
import { resamplingTaps } from "../wavelets.ts";
import type { ImageSize, Margins, SamplePositions } from "./warp-plan.ts";

type Address = number;
type Sampling = [width: number, height: number, count: number, x: number, y: number, stepX: number, stepY: number];
type Rows = [width: number, height: number, stride: number, taps: Address];
type Doubling = [width: number, first: number, count: number, even: Address, odd: Address];

/** Exports of kernels/warp.ts. */
interface WarpExports {
  readonly memory: WebAssembly.Memory;
  expand(pixels: Address, quads: Address, count: number, channels: number): void;
  compress(quads: Address, pixels: Address, count: number, channels: number): void;
  gatherLine(row: Address, columns: Address, line: Address, count: number): void;
  scatterLine(line: Address, columns: Address, row: Address, count: number): void;
  upsampleLine(line: Address, out: Address, first: number, count: number, even: Address, odd: Address): void;
  upsampleLineTransposed(out: Address, line: Address, first: number, count: number, even: Address, odd: Address): void;
  upsampleRows(lines: Address, rows: Address, box: Address, ...sizes: Doubling): void;
  upsampleRowsTransposed(box: Address, rows: Address, lines: Address, ...sizes: Doubling): void;
  sampleRow(box: Address, samples: Address, ...sizes: Sampling): void;
  sampleRowTransposed(samples: Address, box: Address, ...sizes: Sampling): void;
  downsampleLine(samples: Address, out: Address, count: number, taps: Address): void;
  downsampleLineTransposed(out: Address, samples: Address, count: number, taps: Address): void;
  downsampleRows(rows: Address, out: Address, ...sizes: Rows): void;
  downsampleRowsTransposed(out: Address, rows: Address, ...sizes: Rows): void;
}

/** One image's warp. */
export interface WarpGeometry extends ImageSize {
  readonly channels: number;
  readonly margins: Margins;
  readonly positions: SamplePositions;
}

/** Output pixels a side that are worked on at a time: the doubled input under a tile stays in the cache. */
const TILE = 64;
const QUAD = 16;
const TAPS = resamplingTaps.length;

/** Where the tables stand: the taps of even and odd doubled pixels (twice the filter, every second tap) and of the way down. */
const EVEN = 1024;
const ODD = EVEN + 32;
const DOWN = ODD + 32;
const FREE = DOWN + 64;

let instance: WarpExports | undefined;

function kernels(): WarpExports {
  if (instance) return instance;
  const bytes = Uint8Array.from(warpWasm.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const abort = (): never => {
    throw new Error("bug: the warp kernel aborted.");
  };
  const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { abort } }).exports;
  instance = exports as unknown as WarpExports; // what kernels/warp.ts exports
  const table = new Float32Array(instance.memory.buffer);
  for (let t = 0; t < TAPS / 2; t++) {
    table[EVEN / 4 + t] = 2 * resamplingTaps[TAPS - 1 - 2 * t];
    table[ODD / 4 + t] = 2 * resamplingTaps[TAPS - 2 - 2 * t];
  }
  table.set(resamplingTaps, DOWN / 4);
  return instance;
}

/** Hands out room behind what is taken. */
function createArena(wasm: WarpExports, start: number) {
  let end = start;
  return (numBytes: number): Address => {
    const at = end;
    end += Math.ceil(numBytes / QUAD) * QUAD;
    const missing = end - wasm.memory.buffer.byteLength;
    if (missing > 0) wasm.memory.grow(Math.ceil(missing / 65536));
    return at;
  };
}

/** A range of whole numbers, first to last. */
interface Range {
  readonly first: number;
  readonly count: number;
}

/** The doubled pixels that the samples of a tile touch along one axis, within what is not 0. */
function touched(
  [offset, alongX, alongY]: readonly number[],
  { x, y }: { readonly x: Range; readonly y: Range },
  { before, size, after }: { before: number; size: number; after: number },
): Range {
  const ends = [x.first, x.first + x.count - 1].flatMap((sx) =>
    [y.first, y.first + y.count - 1].map((sy) => offset + alongX * sx + alongY * sy),
  );
  const first = Math.max(Math.floor(Math.min(...ends)), -2 * before);
  const last = Math.min(Math.floor(Math.max(...ends)) + 1, 2 * (size + after) - 1);
  return { first, count: Math.max(0, last - first + 1) };
}

/** For each padded pixel that a doubled range is filtered from: the image's own pixel that it mirrors, or −1 where it is 0. */
function sourcesOf(
  { first, count }: Range,
  { before, size, after }: { before: number; size: number; after: number },
): Int32Array {
  const start = Math.floor(first / 2) - TAPS / 4;
  const end = Math.floor((first + count - 1) / 2) + TAPS / 4;
  return Int32Array.from({ length: end - start + 1 }, (_, i) => {
    const at = start + i;
    return at < -before || at >= size + after ? -1 : reflectIndex(at, size);
  });
}

/**
 * Warps one image, or applies the transpose of the warp.
 *
 * @param given - height·width·channels numbers, row-major.
 * @param out - As many; written over.
 * Cost: about 0.6 ms for 64×64 pixels and three channels; memory 16 bytes a pixel and the doubled input under a tile of 64×64.
 */
export function warpImage(given: Float32Array, out: Float32Array, geometry: WarpGeometry, isTransposed: boolean): void {
  const wasm = kernels();
  const { height, width, channels } = geometry;
  const count = height * width;
  const reserve = createArena(wasm, FREE);
  const pixels = reserve(4 * count * channels + QUAD);
  const from = reserve(QUAD * count);
  const to = reserve(QUAD * count);
  const start = reserve(0);
  new Float32Array(wasm.memory.buffer).set(given, pixels / 4);
  wasm.expand(pixels, from, count, channels);
  new Float32Array(wasm.memory.buffer, to, 4 * count).fill(0);
  for (let y = 0; y < height; y += TILE)
    for (let x = 0; x < width; x += TILE) {
      const tile = { x, y, width: Math.min(TILE, width - x), height: Math.min(TILE, height - y) };
      warpTile(wasm, { from, to, tile, geometry, isTransposed, reserve: createArena(wasm, start) });
    }
  wasm.compress(to, pixels, count, channels);
  out.set(new Float32Array(wasm.memory.buffer, pixels, count * channels));
}

interface TileWork {
  /** The image that is read, and the one that is written (added to, if transposed). */
  readonly from: Address;
  readonly to: Address;
  readonly tile: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly geometry: WarpGeometry;
  readonly isTransposed: boolean;
  readonly reserve: (numBytes: number) => Address;
}

function warpTile(wasm: WarpExports, work: TileWork): void {
  const { tile, geometry, isTransposed, reserve } = work;
  const { margins, positions, height, width } = geometry;
  const samples = {
    x: { first: 2 * tile.x, count: 2 * tile.width + TAPS - 2 },
    y: { first: 2 * tile.y, count: 2 * tile.height + TAPS - 2 },
  };
  const across = { before: margins.left, size: width, after: margins.right };
  const down = { before: margins.top, size: height, after: margins.bottom };
  const boxX = touched(positions.x, samples, across);
  const boxY = touched(positions.y, samples, down);
  const isEmpty = boxX.count === 0 || boxY.count === 0;
  if (isEmpty) return;

  const columns = sourcesOf(boxX, across);
  const sources = sourcesOf(boxY, down);
  const rows = [...new Set(sources)].filter((row) => row >= 0); // each is doubled once, however often it is mirrored
  const lineOfRow = new Map(rows.map((row, line) => [row, line]));
  const columnTable = reserve(4 * columns.length);
  const rowTable = reserve(4 * sources.length);
  const line = reserve(QUAD * columns.length);
  const lines = reserve(QUAD * boxX.count * rows.length);
  const box = reserve(QUAD * boxX.count * boxY.count);
  const sampleLine = reserve(QUAD * samples.x.count);
  const filtered = reserve(QUAD * tile.width * samples.y.count);
  const tables = new Int32Array(wasm.memory.buffer);
  tables.set(columns, columnTable / 4);
  sources.forEach((row, i) => {
    tables[rowTable / 4 + i] = lineOfRow.get(row) ?? -1;
  });

  const lineBytes = QUAD * boxX.count;
  const rowBytes = QUAD * width;
  const doubling: Doubling = [boxX.count, boxY.first, boxY.count, EVEN, ODD];
  const sampling = (i: number): Sampling => {
    const sy = samples.y.first + i;
    const [x, y] = [positions.x, positions.y].map(([offset, alongX, alongY]) => offset + alongX * samples.x.first + alongY * sy);
    const at = [x - boxX.first, y - boxY.first] as const;
    return [boxX.count, boxY.count, samples.x.count, ...at, positions.x[1], positions.y[1]];
  };
  const filteredLine = (i: number): Address => filtered + QUAD * tile.width * i;
  const tileOffset = QUAD * (tile.y * width + tile.x);

  if (!isTransposed) {
    rows.forEach((row, i) => {
      wasm.gatherLine(work.from + rowBytes * row, columnTable, line, columns.length);
      wasm.upsampleLine(line, lines + lineBytes * i, boxX.first, boxX.count, EVEN, ODD);
    });
    wasm.upsampleRows(lines, rowTable, box, ...doubling);
    for (let i = 0; i < samples.y.count; i++) {
      wasm.sampleRow(box, sampleLine, ...sampling(i));
      wasm.downsampleLine(sampleLine, filteredLine(i), tile.width, DOWN);
    }
    wasm.downsampleRows(filtered, work.to + tileOffset, tile.width, tile.height, width, DOWN);
    return;
  }
  const clear = (at: Address, numQuads: number) => new Float32Array(wasm.memory.buffer, at, 4 * numQuads).fill(0);
  clear(filtered, tile.width * samples.y.count);
  clear(box, boxX.count * boxY.count);
  clear(lines, boxX.count * rows.length);
  wasm.downsampleRowsTransposed(work.from + tileOffset, filtered, tile.width, tile.height, width, DOWN);
  for (let i = 0; i < samples.y.count; i++) {
    clear(sampleLine, samples.x.count);
    wasm.downsampleLineTransposed(filteredLine(i), sampleLine, tile.width, DOWN);
    wasm.sampleRowTransposed(sampleLine, box, ...sampling(i));
  }
  wasm.upsampleRowsTransposed(box, rowTable, lines, ...doubling);
  rows.forEach((row, i) => {
    clear(line, columns.length);
    wasm.upsampleLineTransposed(lines + lineBytes * i, line, boxX.first, boxX.count, EVEN, ODD);
    wasm.scatterLine(line, columnTable, work.to + rowBytes * row, columns.length);
  });
}
