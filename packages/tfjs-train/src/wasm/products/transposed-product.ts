import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { productTeam } from "./backend-team.ts";
import {
  JOB_BYTES,
  PLAN_BYTES,
  panelBytesFor,
  panelsFor,
  planNumbers,
  SEGMENT_BYTES,
  STRETCH_BYTES,
  type Stretch,
  splitStretches,
  stretchNumbers,
  TAP_BYTES,
  type Tap,
  TILE_ROWS,
  tapNumbers,
  type Windows,
} from "./plan.ts";
import { type Address, wholeLines, withWorkspace, writeNumbers } from "./workspace.ts";

export interface TransposedProduct {
  readonly windows: Windows;
  readonly taps: readonly Tap[];
  /** Numbers of a pixel; taps read them all. */
  readonly channels: number;
  /** B, which has a row for each position: rows of a matrix, or the pixels of images [batch, countY, countX, columns]. */
  readonly right: { readonly stretches: readonly Stretch[] } | { readonly images: Address };
  readonly columns: number;
  /** [taps, channels, columns], side by side. */
  readonly out: Address;
}

/** Positions that are packed at a time: six of their rows and a panel fit the first-level cache. */
const POSITIONS_AT_ONCE = 384;
const MAX_CHUNK_CHANNELS = 96;
const MAX_GROUP_ROWS = 48;
/** From so many channels on, a tile has rows of one tap only. */
const MANY_CHANNELS = 12;

/** How many taps with few channels fill the rows of tiles best. */
function groupTaps(channels: number, numTaps: number): number {
  if (channels >= MANY_CHANNELS) return 1;
  let best = 1;
  let bestUse = 0;
  for (let taps = 1; taps <= numTaps && taps * channels <= MAX_GROUP_ROWS / 2; taps++) {
    const rows = taps * channels;
    const use = rows / (TILE_ROWS * Math.ceil(rows / TILE_ROWS));
    if (use > bestUse) [best, bestUse] = [taps, use];
  }
  return best;
}

/** Channels of a chunk: nearly equal parts, multiples of a tile's rows. */
function channelsPerChunk(channels: number): number {
  const parts = Math.ceil(channels / MAX_CHUNK_CHANNELS);
  return parts === 1 ? channels : TILE_ROWS * Math.ceil(channels / parts / TILE_ROWS);
}

/**
 * out[tap, channel, column] = Σ_image Σ_position source[image, position moved by tap, channel]·B[image, position, column].
 *
 * Packs B, then for each tap the channels of the positions whose tap lies inside. Each sum is split into blocks of some 400
 * terms. Workspace: B once more, and some 150 kB a thread.
 */
export function transposedProduct(
  backend: BackendWasm,
  { windows, taps, channels, right, columns, out }: TransposedProduct,
): void {
  const team = productTeam(backend);
  const { batch, countY, countX } = windows;
  const depth = batch * countY * countX;
  const positions = Math.max(1, Math.min(Math.floor(POSITIONS_AT_ONCE / batch), countY * countX));
  const capacity = positions * batch;
  const tapsPerChunk = groupTaps(channels, taps.length);
  const perChunk = channelsPerChunk(channels);
  const scratchBytes = wholeLines(
    JOB_BYTES + positions * (SEGMENT_BYTES + 8) + tapsPerChunk * capacity * 4 + tapsPerChunk * perChunk * 4 * (capacity + 8),
  );
  const panelBytes = panelBytesFor(depth);
  const split = "stretches" in right ? splitStretches(right.stretches) : [];
  const sizes = {
    plan: PLAN_BYTES,
    taps: taps.length * TAP_BYTES,
    stretches: split.length * STRETCH_BYTES,
    zeros: 4 * channels,
    scratch: team.size * scratchBytes,
    panels: panelsFor(columns) * panelBytes,
  };
  withWorkspace(backend, [sizes], ([at]) => {
    const rest = { numTaps: taps.length, columns, panelBytes, scratchBytes };
    const target = { out, imageBytes: 0, lineBytes: 0, pixelBytes: 0 };
    writeNumbers(backend, at.plan, [
      ...planNumbers(windows, target, { ...at, ...rest }),
      ...[channels, tapsPerChunk, perChunk, positions],
    ]);
    writeNumbers(backend, at.taps, taps.flatMap(tapNumbers));
    writeNumbers(backend, at.stretches, split.flatMap(stretchNumbers));
    writeNumbers(backend, at.zeros, new Array<number>(channels).fill(0));
    if ("stretches" in right)
      team.run(
        "packStretch",
        split.map((_, i) => [at.stretches, i, columns, at.panels, panelBytes]),
      );
    else
      team.run(
        "packLine",
        Array.from({ length: countY }, (_, line) => [line, right.images, batch, countY, countX, columns, at.panels, panelBytes]),
      );
    const numChunks = Math.ceil(taps.length / tapsPerChunk) * Math.ceil(channels / perChunk);
    team.run(
      "transposedProduct",
      Array.from({ length: numChunks }, (_, chunk) => [at.plan, chunk]),
    );
  });
}
