/** zlib's window for 15 bits; Pillow opens the stream with that and a pending buffer of four times as much. */
const WINDOW = 32768;
const PENDING = 131072;
const MAX_STORED = 65535;
/** Three header bits, padded to a byte, and two 16-bit lengths. */
const BLOCK_HEADER = 5;

interface Stream {
  availableIn: number;
  availableOut: number;
  /** Bytes that wait in the pending buffer for room in the output. */
  pending: number;
  /** Bytes in the window, and where among them the next block begins. */
  windowEnd: number;
  blockStart: number;
  readonly blocks: number[];
}

/**
 * Lengths of the stored deflate blocks that zlib at level 0 makes of `numRows` rows of `rowBytes` bytes, when each row is
 * handed over by itself and the output is taken in pieces of `pieceBytes`: what Pillow does at `compress_level=0`.
 * The lengths sum to `numRows · rowBytes`; the last may be 0.
 *
 * Only counts are followed here; the bytes never move. See zlib's `deflate_stored`.
 */
export function storedBlockLengths(numRows: number, rowBytes: number, pieceBytes: number): readonly number[] {
  const stream: Stream = { availableIn: 0, availableOut: pieceBytes, pending: 2, windowEnd: 0, blockStart: 0, blocks: [] };
  // Two bytes of zlib header wait in the pending buffer at first.
  let row = 0;
  while (row < numRows) {
    if (stream.availableIn === 0) {
      stream.availableIn = rowBytes;
      row++;
    }
    deflate(stream, false);
    if (stream.availableOut === 0) stream.availableOut = pieceBytes;
  }
  while (stream.availableIn > 0) {
    deflate(stream, false);
    if (stream.availableOut === 0) stream.availableOut = pieceBytes;
  }
  while (!deflate(stream, true)) if (stream.availableOut === 0) stream.availableOut = pieceBytes;
  return stream.blocks;
}

/** One call of zlib's `deflate`; true once the last block is made. */
function deflate(stream: Stream, isFinish: boolean): boolean {
  flushPending(stream);
  if (stream.availableOut === 0) return false;
  return copyBlocks(stream, isFinish) || fillWindow(stream, isFinish);
}

function flushPending(stream: Stream): void {
  const moved = Math.min(stream.pending, stream.availableOut);
  stream.pending -= moved;
  stream.availableOut -= moved;
}

/** Blocks that go straight to the output, as many as are worth it; true after the last. */
function copyBlocks(stream: Stream, isFinish: boolean): boolean {
  let used = 0;
  let isLast = false;
  do {
    if (stream.availableOut < BLOCK_HEADER) break;
    const inWindow = stream.windowEnd - stream.blockStart;
    const all = inWindow + stream.availableIn;
    const length = Math.min(MAX_STORED, all, stream.availableOut - BLOCK_HEADER);
    if (length < WINDOW && (!isFinish || length !== all)) break;
    isLast = isFinish && length === all;
    stream.blocks.push(length);
    stream.availableOut -= BLOCK_HEADER + length;
    const fromWindow = Math.min(inWindow, length);
    stream.blockStart += fromWindow;
    stream.availableIn -= length - fromWindow;
    used += length - fromWindow;
  } while (!isLast);
  if (used > 0) {
    if (used >= WINDOW) stream.windowEnd = WINDOW;
    else {
      if (2 * WINDOW - stream.windowEnd <= used) stream.windowEnd -= WINDOW;
      stream.windowEnd += used;
    }
    stream.blockStart = stream.windowEnd;
  }
  return isLast;
}

/** Takes what input is left into the window, and makes a pending block of it where there is enough; true after the last. */
function fillWindow(stream: Stream, isFinish: boolean): boolean {
  let room = 2 * WINDOW - stream.windowEnd;
  if (stream.availableIn > room && stream.blockStart >= WINDOW) {
    stream.blockStart -= WINDOW;
    stream.windowEnd -= WINDOW;
    room += WINDOW;
  }
  const taken = Math.min(room, stream.availableIn);
  stream.availableIn -= taken;
  stream.windowEnd += taken;

  const most = Math.min(PENDING - BLOCK_HEADER, MAX_STORED);
  const left = stream.windowEnd - stream.blockStart;
  if (left < WINDOW && !(isFinish && stream.availableIn === 0 && left <= most)) return false;
  const length = Math.min(left, most);
  const isLast = isFinish && stream.availableIn === 0 && length === left;
  stream.blocks.push(length);
  stream.blockStart += length;
  stream.pending += BLOCK_HEADER + length;
  flushPending(stream);
  return isLast;
}
