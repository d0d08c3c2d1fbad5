// out[tap, channel, :] = Σ_position source[position moved by tap, channel] · B[position, :]: the gradient of a convolution by its
// filter, and with one tap the product of a transposed matrix. Only positions whose tap lies inside the image are summed.
import {
  BATCH, CHANNELS, CHANNELS_PER_CHUNK, COLUMNS, COUNT_X, COUNT_Y, IMAGE_BYTES, LINE_BYTES, LINES, NUM_TAPS, OUT, PANEL_BYTES, PANELS,
  PIXEL_BYTES, PIXELS, POSITIONS_PER_BLOCK, SCRATCH, SCRATCH_BYTES, SOURCE, STEP_X, STEP_Y, TAP_BYTES, TAP_X, TAP_Y, TAPS,
  TAPS_PER_CHUNK, ZEROS,
} from "./_plan";
import { JOB_BYTES, multiplyTile, SEGMENT_BYTES, TILE_ROWS } from "./_tile";

/** Floats by which packed rows are further apart than they are long, so that they do not all fall into the same lines of the cache. */
const ROW_GAP: i32 = 8;

/** First position whose tap is not before the image. */
function firstInside(shift: i32, step: i32): i32 {
  return shift >= 0 ? 0 : (step - 1 - shift) / step;
}

/** One past the last position whose tap is not behind the image. */
function endInside(shift: i32, step: i32, size: i32, count: i32): i32 {
  const last = size - 1 - shift;
  return last < 0 ? 0 : min(count, last / step + 1);
}

/** Channels of the pixels in a list of addresses, each channel a row of its own: to[channel][pixel]. */
function gatherTransposed(list: usize, count: i32, channels: i32, to: usize, rowBytes: usize): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, list += 16, to += 16) {
    let p0: usize = load<u32>(list), p1: usize = load<u32>(list, 4), p2: usize = load<u32>(list, 8), p3: usize = load<u32>(list, 12);
    let row = to;
    let c = 0;
    for (; c + 4 <= channels; c += 4, row += rowBytes << 2) {
      const a = v128.load(p0), b = v128.load(p1), d = v128.load(p2), e = v128.load(p3);
      const low = v128.shuffle<f32>(a, b, 0, 4, 1, 5), high = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const low2 = v128.shuffle<f32>(d, e, 0, 4, 1, 5), high2 = v128.shuffle<f32>(d, e, 2, 6, 3, 7);
      v128.store(row, v128.shuffle<i64>(low, low2, 0, 2));
      v128.store(row + rowBytes, v128.shuffle<i64>(low, low2, 1, 3));
      v128.store(row + 2 * rowBytes, v128.shuffle<i64>(high, high2, 0, 2));
      v128.store(row + 3 * rowBytes, v128.shuffle<i64>(high, high2, 1, 3));
      p0 += 16, p1 += 16, p2 += 16, p3 += 16;
    }
    for (; c < channels; c++, row += rowBytes) {
      store<f32>(row, load<f32>(p0));
      store<f32>(row, load<f32>(p1), 4);
      store<f32>(row, load<f32>(p2), 8);
      store<f32>(row, load<f32>(p3), 12);
      p0 += 4, p1 += 4, p2 += 4, p3 += 4;
    }
  }
  for (; i < count; i++, list += 4, to += 4) {
    let from: usize = load<u32>(list);
    let row = to;
    for (let c = 0; c < channels; c++, from += 4, row += rowBytes) store<f32>(row, load<f32>(from));
  }
}

/** Addresses of the pixel of one tap in all images; of zeros outside. */
function listPixels(plan: usize, tap: usize, i: i32, j: i32, batch: i32, offset: i32, list: usize): void {
  const y = i * load<i32>(plan, STEP_Y) + load<i32>(tap, TAP_Y);
  const x = j * load<i32>(plan, STEP_X) + load<i32>(tap, TAP_X);
  const isInside = <u32>y < <u32>load<i32>(plan, LINES) && <u32>x < <u32>load<i32>(plan, PIXELS);
  let address = load<i32>(plan, ZEROS);
  if (isInside) address = load<i32>(plan, SOURCE) + y * load<i32>(plan, LINE_BYTES) + x * load<i32>(plan, PIXEL_BYTES) + offset;
  const step = isInside ? load<i32>(plan, IMAGE_BYTES) : 0;
  for (let image = 0; image < batch; image++, list += 4, address += step) store<i32>(list, address);
}

/** The rows of a block times the panels; its depth comes in runs (first depth index, length). */
function multiplyRows(
  plan: usize, packed: usize, rowBytes: usize, rows: i32, out: usize, runs: usize, numRuns: i32, job: usize, isFirst: bool,
): void {
  const columns = load<i32>(plan, COLUMNS);
  const numPanels = (columns + 7) >> 3;
  const segments = job + JOB_BYTES;
  for (let row = 0; row < rows; row += TILE_ROWS) {
    const here = min(TILE_ROWS, rows - row);
    let done: usize = 0;
    for (let run = 0; run < numRuns; run++) {
      const segment = segments + <usize>run * SEGMENT_BYTES;
      const length = load<u32>(runs + (<usize>run << 3), 4);
      store<u32>(segment, load<u32>(runs + (<usize>run << 3)));
      store<u32>(segment, length, 4);
      for (let m = 0; m < TILE_ROWS; m++) {
        const from = packed + <usize>(row + (m < here ? m : 0)) * rowBytes + (done << 2);
        store<u32>(segment + (<usize>m << 2), <u32>from, 8);
      }
      done += length;
    }
    for (let m = 0; m < here; m++) store<u32>(job + (<usize>m << 2), <u32>(out + (<usize>((row + m) * columns) << 2)));
    for (let index = 0; index < numPanels; index++)
      multiplyTile(job, segments, numRuns, here, load<u32>(plan, PANELS), load<u32>(plan, PANEL_BYTES), index, columns, isFirst);
  }
}

/** Chunk number `chunk`: some channels of one tap, or all of several. */
export function transposedProduct(plan: usize, chunk: i32, thread: i32): void {
  const channels = load<i32>(plan, CHANNELS);
  const channelsPerChunk = load<i32>(plan, CHANNELS_PER_CHUNK);
  const parts = (channels + channelsPerChunk - 1) / channelsPerChunk;
  const group = chunk / parts;
  const firstChannel = (chunk - group * parts) * channelsPerChunk;
  const numChannels = min(channelsPerChunk, channels - firstChannel);
  const tapsPerChunk = load<i32>(plan, TAPS_PER_CHUNK);
  const firstTap = group * tapsPerChunk;
  const numTaps = min(tapsPerChunk, load<i32>(plan, NUM_TAPS) - firstTap);
  const taps = <usize>load<u32>(plan, TAPS) + <usize>firstTap * TAP_BYTES;
  const rows = numTaps * numChannels;
  const batch = load<i32>(plan, BATCH);
  const countX = load<i32>(plan, COUNT_X);
  const positions = load<i32>(plan, POSITIONS_PER_BLOCK);
  const columns = load<i32>(plan, COLUMNS);
  const out = <usize>load<u32>(plan, OUT) + (<usize>((firstTap * channels + firstChannel) * columns) << 2);

  let top = 0, bottom = load<i32>(plan, COUNT_Y), left = 0, right = countX;
  if (numTaps == 1) {
    const shiftY = load<i32>(taps, TAP_Y), shiftX = load<i32>(taps, TAP_X);
    const stepY = load<i32>(plan, STEP_Y), stepX = load<i32>(plan, STEP_X);
    top = firstInside(shiftY, stepY), bottom = endInside(shiftY, stepY, load<i32>(plan, LINES), bottom);
    left = firstInside(shiftX, stepX), right = endInside(shiftX, stepX, load<i32>(plan, PIXELS), countX);
  }
  if (top >= bottom || left >= right || batch == 0) {
    memory.fill(out, 0, <usize>(rows * columns) << 2);
    return;
  }

  // Workspace: a job and its segments, runs, lists of addresses, packed rows.
  const capacity = positions * batch;
  const rowBytes = <usize>(capacity + ROW_GAP) << 2;
  const job = <usize>load<u32>(plan, SCRATCH) + <usize>thread * <usize>load<u32>(plan, SCRATCH_BYTES);
  const runs = job + JOB_BYTES + <usize>positions * SEGMENT_BYTES;
  const lists = runs + (<usize>positions << 3);
  const packed = lists + (<usize>(numTaps * capacity) << 2);
  let isFirst = true;
  let i = top, j = left;
  while (i < bottom) {
    let count = 0, numRuns = 0, end = -1;
    for (let n = 0; n < positions && i < bottom; n++) {
      const depth = (i * countX + j) * batch;
      if (depth == end) {
        const last = runs + (<usize>(numRuns - 1) << 3);
        store<i32>(last, load<i32>(last, 4) + batch, 4);
      } else {
        store<i32>(runs + (<usize>numRuns << 3), depth);
        store<i32>(runs + (<usize>numRuns << 3), batch, 4);
        numRuns++;
      }
      end = depth + batch;
      for (let t = 0; t < numTaps; t++)
        listPixels(plan, taps + <usize>t * TAP_BYTES, i, j, batch, firstChannel << 2, lists + (<usize>(t * capacity + count) << 2));
      count += batch;
      if (++j == right) j = left, i++;
    }
    for (let t = 0; t < numTaps; t++)
      gatherTransposed(lists + (<usize>(t * capacity) << 2), count, numChannels, packed + <usize>(t * numChannels) * rowBytes, rowBytes);
    multiplyRows(plan, packed, rowBytes, rows, out, runs, numRuns, job, isFirst);
    isFirst = false;
  }
}
