import { instantiateKernels, reserveMemory } from "array-kernels";
import { pngCodecWasm } from "../generated/png-codec.ts";

/** What `kernels/png-codec.ts` exports. */
interface PngCodecExports {
  readonly heapBase: WebAssembly.Global;
  inflate(from: number, end: number, to: number, room: number, scratch: number): number;
  unfilter(from: number, to: number, numRows: number, rowBytes: number, bytesPerPixel: number, zeros: number): number;
  filter(from: number, numRows: number, rowBytes: number, bytesPerPixel: number, to: number, scratch: number): void;
  adler32(at: number, length: number): number;
}

type Kernels = PngCodecExports & { readonly memory: WebAssembly.Memory };

/** Pictures that need more memory than this are left to the plain versions, so that no thread keeps it for ever. */
const MOST_BYTES = 64 << 20;
/** The kernels read and write beyond a block: up to 16 bytes, and what follows a stream may be written up to 274. */
const OVERHANG = 320;
/** Tables of `inflate`. */
const SCRATCH = 65536;
let kept: Kernels | undefined;

/** Rows of pixels, and how they lie. */
export interface RowShape {
  readonly numRows: number;
  /** Bytes of a row, without its type byte. */
  readonly rowBytes: number;
  /** Bytes of a whole pixel, at least 1. */
  readonly bytesPerPixel: number;
}

/** The kernels and the addresses of blocks of these lengths in their memory; undefined where that is too much. */
function reserve(lengths: readonly number[]): { readonly kernels: Kernels; readonly at: readonly number[] } | undefined {
  if (lengths.reduce((sum, length) => sum + length + 2 * OVERHANG, 0) > MOST_BYTES) return undefined;
  kept ??= instantiateKernels<PngCodecExports>(pngCodecWasm);
  let next = Number(kept.heapBase.value);
  const at = lengths.map((length) => {
    const address = Math.ceil(next / 16) * 16;
    next = address + length + OVERHANG;
    return address;
  });
  reserveMemory(kept.memory, next);
  return { kernels: kept, at };
}

/** Why a zlib stream was refused, by what `inflate` returns; 1 for its checksum. */
const PROBLEMS: Readonly<Record<number, string>> = {
  [-2]: "truncated",
  [-3]: "invalid block",
  [-4]: "invalid code lengths",
  [-5]: "invalid code",
  [-6]: "invalid distance",
};

/** What came of a stream: the rows without their type bytes, pass after pass, or the reason why there are none. */
export type InflatedRows =
  | { readonly rows: Uint8Array }
  | { readonly problem: "damaged"; readonly reason: string }
  | { readonly problem: "too long" | "wrong checksum" | "trailing bytes" }
  | { readonly problem: "too short"; readonly length: number }
  | { readonly problem: "unknown filter"; readonly row: number };

/**
 * Inflates a zlib stream whose two header bytes are known to be right, compares its Adler-32, and undoes the filters of its rows.
 *
 * @param pieces - The stream, in pieces.
 * @param passes - Rows of a type byte and `rowBytes` bytes each, which together are all that the stream may hold.
 * @returns undefined where the picture is too large for the kernels.
 */
export function inflateRowsFast(pieces: readonly Uint8Array[], passes: readonly RowShape[]): InflatedRows | undefined {
  const sum = (lengths: readonly number[]): number => lengths.reduce((total, length) => total + length, 0);
  const streamLength = sum(pieces.map(({ length }) => length));
  const rowsLength = sum(passes.map(({ numRows, rowBytes }) => numRows * rowBytes));
  const length = sum(passes.map(({ numRows, rowBytes }) => numRows * (rowBytes + 1)));
  const widest = Math.max(...passes.map(({ rowBytes }) => rowBytes));
  const room = reserve([streamLength, length, rowsLength, widest, SCRATCH]);
  if (!room) return undefined;
  const { kernels } = room;
  const [stream, filtered, rows, zeros, scratch] = room.at;
  const memory = new Uint8Array(kernels.memory.buffer);
  let end = stream;
  for (const piece of pieces) {
    memory.set(piece, end);
    end += piece.length;
  }
  memory.fill(0, end, end + OVERHANG);
  const view = new DataView(kernels.memory.buffer);
  const made = kernels.inflate(stream + 2, end - 4, filtered, length, scratch);
  if (made === -1) return { problem: "too long" };
  if (made < 0) return { problem: "damaged", reason: PROBLEMS[made] };
  if (view.getUint32(scratch, true) !== end - 4) return { problem: "trailing bytes" };
  if (made < length) return { problem: "too short", length: made };
  if (kernels.adler32(filtered, length) >>> 0 !== view.getUint32(end - 4)) return { problem: "wrong checksum" };
  memory.fill(0, zeros, zeros + widest + OVERHANG);
  let [from, to] = [filtered, rows];
  for (const { numRows, rowBytes, bytesPerPixel } of passes) {
    const row = kernels.unfilter(from, to, numRows, rowBytes, bytesPerPixel, zeros);
    if (row >= 0) return { problem: "unknown filter", row };
    from += numRows * (rowBytes + 1);
    to += numRows * rowBytes;
  }
  return { rows: memory.slice(rows, rows + rowsLength) };
}

/** Filtered rows with their type bytes, chosen as Pillow does; undefined where the picture is too large for the kernels. */
export function filterFast(pixels: Uint8Array, { numRows, rowBytes, bytesPerPixel }: RowShape): Uint8Array | undefined {
  const outLength = numRows * (rowBytes + 1);
  const room = reserve([pixels.length, outLength, 4 * (rowBytes + 48)]); // scratch: four rows and what the kernel pads them with
  if (!room) return undefined;
  const [from, to, scratch] = room.at;
  const memory = new Uint8Array(room.kernels.memory.buffer);
  memory.set(pixels, from);
  room.kernels.filter(from, numRows, rowBytes, bytesPerPixel, to, scratch);
  return memory.slice(to, to + outLength);
}

/** `adler32` of all bytes; undefined where they are too many for the kernels. */
export function adler32Fast(bytes: Uint8Array): number | undefined {
  const room = reserve([bytes.length]);
  if (!room) return undefined;
  new Uint8Array(room.kernels.memory.buffer).set(bytes, room.at[0]);
  return room.kernels.adler32(room.at[0], bytes.length) >>> 0;
}
