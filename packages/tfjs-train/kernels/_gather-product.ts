// out[position, :] = Σ_tap source[position moved by tap, :] · B[tap, :, :]: a convolution, and with one tap a matrix product.
// Rows go in the order (down, across, image), so that the six of a tile mostly see the same window of several images: a tap that
// leaves all six images is skipped, and at the borders hardly a zero is multiplied.
import {
  BATCH, COLUMNS, COUNT_X, COUNT_Y, IMAGE_BYTES, LINE_BYTES, LINES, NUM_TAPS, OUT, OUT_IMAGE_BYTES, OUT_LINE_BYTES, OUT_PIXEL_BYTES,
  PANEL_BYTES, PANELS, PIXEL_BYTES, PIXELS, ROWS_PER_CHUNK, SCRATCH, SCRATCH_BYTES, SOURCE, STEP_X, STEP_Y, TAP_BYTES, TAP_DEPTH,
  TAP_OFFSET, TAP_START, TAP_X, TAP_Y, TAPS, TAPS_PER_PASS, ZEROS,
} from "./_plan";
import { JOB_BYTES, multiplyTile, SEGMENT_BYTES, TILE_ROWS } from "./_tile";

/** Addresses of a block's result rows into its job, and where its windows begin (y, x, image's address; twelve bytes a row). */
function placeRows(plan: usize, first: i32, rows: i32, job: usize, origins: usize): void {
  const batch = load<i32>(plan, BATCH);
  const countX = load<i32>(plan, COUNT_X);
  for (let m = 0; m < TILE_ROWS; m++) {
    const row = first + (m < rows ? m : 0); // rows beyond the end are computed like the first, and not stored
    const position = row / batch;
    const image = row - position * batch;
    const i = position / countX;
    const j = position - i * countX;
    const out = load<i32>(plan, OUT) + image * load<i32>(plan, OUT_IMAGE_BYTES);
    store<i32>(job + (<usize>m << 2), out + i * load<i32>(plan, OUT_LINE_BYTES) + j * load<i32>(plan, OUT_PIXEL_BYTES));
    const origin = origins + <usize>(m * 12);
    store<i32>(origin, i * load<i32>(plan, STEP_Y));
    store<i32>(origin, j * load<i32>(plan, STEP_X), 4);
    store<i32>(origin, load<i32>(plan, SOURCE) + image * load<i32>(plan, IMAGE_BYTES), 8);
  }
}

/** Writes the segment of one tap; false if it lies outside of all six images. */
function placeTap(plan: usize, tap: usize, origins: usize, segment: usize): bool {
  const lines = load<i32>(plan, LINES), pixels = load<i32>(plan, PIXELS);
  const lineBytes = load<i32>(plan, LINE_BYTES), pixelBytes = load<i32>(plan, PIXEL_BYTES);
  const shiftY = load<i32>(tap, TAP_Y), shiftX = load<i32>(tap, TAP_X), offset = load<i32>(tap, TAP_OFFSET);
  let isInside = false;
  for (let m: usize = 0; m < <usize>TILE_ROWS; m++) {
    const origin = origins + m * 12;
    const y = load<i32>(origin) + shiftY;
    const x = load<i32>(origin, 4) + shiftX;
    let address = load<i32>(plan, ZEROS);
    if (<u32>y < <u32>lines && <u32>x < <u32>pixels) {
      address = load<i32>(origin, 8) + y * lineBytes + x * pixelBytes + offset;
      isInside = true;
    }
    store<i32>(segment + (m << 2), address, 8);
  }
  store<i32>(segment, load<i32>(tap, TAP_START));
  store<i32>(segment, load<i32>(tap, TAP_DEPTH), 4);
  return isInside;
}

/** Whether a segment goes on, in the panel and in all six rows, where the one before it ends: then one loop does for both. */
function continues(segment: usize): bool {
  const before = segment - SEGMENT_BYTES;
  const depth = load<i32>(before, 4);
  if (load<i32>(segment) != load<i32>(before) + depth) return false;
  for (let m: usize = 0; m < <usize>TILE_ROWS; m++)
    if (load<i32>(segment + (m << 2), 8) != load<i32>(before + (m << 2), 8) + (depth << 2)) return false;
  return true;
}

/**
 * Chunk number `chunk`: ROWS_PER_CHUNK rows of the result. Panels of B are taken one after another past the chunk's rows, for as many
 * taps at a time as leave a panel in the first-level cache.
 */
export function gatherProduct(plan: usize, chunk: i32, thread: i32): void {
  const rowsPerChunk = load<i32>(plan, ROWS_PER_CHUNK);
  const first = chunk * rowsPerChunk;
  const rows = min(rowsPerChunk, load<i32>(plan, BATCH) * load<i32>(plan, COUNT_Y) * load<i32>(plan, COUNT_X) - first);
  const numTaps = load<i32>(plan, NUM_TAPS);
  const tapsPerPass = load<i32>(plan, TAPS_PER_PASS);
  const passes = max(1, (numTaps + tapsPerPass - 1) / tapsPerPass); // without taps, one pass that writes zeros
  const blocks = (rows + TILE_ROWS - 1) / TILE_ROWS;
  const columns = load<i32>(plan, COLUMNS);
  const numPanels = (columns + 7) >> 3;
  const panels: usize = load<u32>(plan, PANELS);
  const panelBytes: usize = load<u32>(plan, PANEL_BYTES);

  // Workspace: origins of a block, jobs, number of segments before each pass, segments.
  const origins = <usize>load<u32>(plan, SCRATCH) + <usize>thread * <usize>load<u32>(plan, SCRATCH_BYTES);
  const jobs = origins + 80;
  const bounds = jobs + <usize>blocks * JOB_BYTES;
  const segments = bounds + (<usize>(blocks * (passes + 1)) << 2);
  const blockBytes = <usize>numTaps * SEGMENT_BYTES;
  for (let block = 0; block < blocks; block++) {
    const done = block * TILE_ROWS;
    placeRows(plan, first + done, min(TILE_ROWS, rows - done), jobs + <usize>block * JOB_BYTES, origins);
    const bound = bounds + (<usize>(block * (passes + 1)) << 2);
    const start = segments + <usize>block * blockBytes;
    let count = 0, passStart = 0;
    store<i32>(bound, 0);
    let tap: usize = load<u32>(plan, TAPS);
    for (let t = 0; t < numTaps; t++, tap += TAP_BYTES) {
      if (t % tapsPerPass == 0) {
        store<i32>(bound + (<usize>(t / tapsPerPass) << 2), count);
        passStart = count;
      }
      const segment = start + <usize>count * SEGMENT_BYTES;
      if (!placeTap(plan, tap, origins, segment)) continue;
      if (count > passStart && continues(segment)) {
        const before = segment - SEGMENT_BYTES;
        store<i32>(before, load<i32>(before, 4) + load<i32>(segment, 4), 4);
      } else count++;
    }
    store<i32>(bound + (<usize>passes << 2), count);
  }
  for (let pass = 0; pass < passes; pass++)
    for (let index = 0; index < numPanels; index++)
      for (let block = 0; block < blocks; block++) {
        const bound = bounds + (<usize>(block * (passes + 1) + pass) << 2);
        const from = load<i32>(bound);
        const count = load<i32>(bound, 4) - from;
        if (count == 0 && pass > 0) continue;
        const start = segments + <usize>block * blockBytes + <usize>from * SEGMENT_BYTES;
        const here = min(TILE_ROWS, rows - block * TILE_ROWS);
        multiplyTile(jobs + <usize>block * JOB_BYTES, start, count, here, panels, panelBytes, index, columns, pass == 0);
      }
}
