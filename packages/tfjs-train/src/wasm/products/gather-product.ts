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
  type Target,
  TILE_ROWS,
  tapNumbers,
  type Windows,
} from "./plan.ts";
import { wholeLines, withWorkspace, writeNumbers } from "./workspace.ts";

export interface GatherProduct {
  readonly windows: Windows;
  readonly taps: readonly Tap[];
  /** B [depth of all taps, columns]. */
  readonly stretches: readonly Stretch[];
  readonly columns: number;
  readonly target: Target;
}

/** Depths that are multiplied in one pass: a panel of eight columns then takes two thirds of a first-level cache of 48 kB. */
const DEPTH_AT_ONCE = 1024;
/** Floats of the rows of a chunk in one pass, which the second-level cache holds beside the panels. */
const CHUNK_FLOATS = 2 ** 17;
const MAX_CHUNK_ROWS = 384;
const CHUNKS_PER_THREAD = 4;

/** Rows of a chunk: as many as the cache holds, fewer where threads would go without. */
function chunkRows(numRows: number, depth: number, threads: number): number {
  const cached = Math.min(MAX_CHUNK_ROWS, Math.floor(CHUNK_FLOATS / depth));
  const shared = threads === 1 ? cached : Math.ceil(numRows / (CHUNKS_PER_THREAD * threads));
  return TILE_ROWS * Math.max(1, Math.floor(Math.min(cached, shared) / TILE_ROWS));
}

/** What one product needs: its pieces of taps, the numbers of its plan, and how much workspace. */
function prepare({ windows, taps, stretches, columns }: GatherProduct, threads: number) {
  const depth = taps.reduce((sum, tap) => sum + tap.depth, 0);
  const pieces = taps.flatMap((tap) =>
    Array.from({ length: Math.ceil(tap.depth / DEPTH_AT_ONCE) }, (_, i) => ({
      ...tap,
      offset: tap.offset + 4 * i * DEPTH_AT_ONCE,
      depth: Math.min(DEPTH_AT_ONCE, tap.depth - i * DEPTH_AT_ONCE),
      start: tap.start + i * DEPTH_AT_ONCE,
    })),
  );
  const deepest = pieces.reduce((most, piece) => Math.max(most, piece.depth), 1);
  const tapsPerPass = Math.max(1, Math.floor(DEPTH_AT_ONCE / deepest));
  const passes = Math.max(1, Math.ceil(pieces.length / tapsPerPass));
  const numRows = windows.batch * windows.countY * windows.countX;
  const rowsPerChunk = chunkRows(numRows, Math.min(Math.max(depth, 1), DEPTH_AT_ONCE), threads);
  const blocks = rowsPerChunk / TILE_ROWS;
  const panelBytes = panelBytesFor(depth);
  const split = splitStretches(stretches);
  return {
    ...{ pieces, split, panelBytes, rowsPerChunk, tapsPerPass },
    numChunks: Math.ceil(numRows / rowsPerChunk),
    zeros: new Array<number>(deepest).fill(0),
    scratchBytes: wholeLines(128 + blocks * (JOB_BYTES + 4 * (passes + 1) + pieces.length * SEGMENT_BYTES)),
    sizes: {
      plan: PLAN_BYTES,
      taps: pieces.length * TAP_BYTES,
      stretches: split.length * STRETCH_BYTES,
      zeros: 4 * deepest,
      panels: panelsFor(columns) * panelBytes,
    },
  };
}

/**
 * out[image, position, column] = Σ_tap Σ_k source[image, position moved by tap, k]·B[tap, k, column], with zeros outside the images,
 * for each of several products that do not depend on one another.
 *
 * Packs every B, then multiplies six windows at a time where they lie. Workspace: every B once more, and some 100 kB a thread.
 */
export function gatherProducts(backend: BackendWasm, products: readonly GatherProduct[]): void {
  const team = productTeam(backend);
  const prepared = products.map((product) => prepare(product, team.size));
  const scratchBytes = prepared.reduce((most, one) => Math.max(most, one.scratchBytes), 0);
  const scratchOwner = { plan: 0, taps: 0, stretches: 0, zeros: 0, panels: team.size * scratchBytes };
  withWorkspace(backend, [scratchOwner, ...prepared.map(({ sizes }) => sizes)], ([{ panels: scratch }, ...places]) => {
    for (const [i, at] of places.entries()) {
      const { pieces, split, panelBytes, rowsPerChunk, tapsPerPass, zeros } = prepared[i];
      const { windows, target, columns } = products[i];
      const rest = { numTaps: pieces.length, columns, panelBytes, scratch, scratchBytes };
      writeNumbers(backend, at.plan, [...planNumbers(windows, target, { ...at, ...rest }), rowsPerChunk, tapsPerPass]);
      writeNumbers(backend, at.taps, pieces.flatMap(tapNumbers));
      writeNumbers(backend, at.stretches, split.flatMap(stretchNumbers));
      writeNumbers(backend, at.zeros, zeros);
    }
    team.run(
      "packStretch",
      places.flatMap((at, i) =>
        prepared[i].split.map((_, stretch) => [at.stretches, stretch, products[i].columns, at.panels, prepared[i].panelBytes]),
      ),
    );
    team.run(
      "gatherProduct",
      places.flatMap(({ plan }, i) => Array.from({ length: prepared[i].numChunks }, (_, chunk) => [plan, chunk])),
    );
  });
}
