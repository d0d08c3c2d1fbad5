import type { Address } from "./workspace.ts";

/** Images [batch, lines, pixels, channels] in the heap, and where a window stands in them; see kernels/_plan.ts. */
export interface Windows {
  readonly source: Address;
  readonly imageBytes: number;
  readonly lineBytes: number;
  readonly pixelBytes: number;
  readonly lines: number;
  readonly pixels: number;
  readonly batch: number;
  /** Positions down and across, and the lines and pixels from one to the next. */
  readonly countY: number;
  readonly countX: number;
  readonly stepY: number;
  readonly stepX: number;
}

/** One tap of a window: lines and pixels from the window's origin, bytes into the pixel, numbers read, first depth index of B. */
export interface Tap {
  readonly y: number;
  readonly x: number;
  readonly offset: number;
  readonly depth: number;
  readonly start: number;
}

/** Part of the right factor B [depth, columns]: where it lies and which depths it holds. One of the two strides is 4 bytes. */
export interface Stretch {
  readonly from: Address;
  readonly depthBytes: number;
  readonly columnBytes: number;
  readonly depth: number;
  readonly start: number;
}

/** Where results go: the first, and bytes from image to image and from position to position down and across. */
export interface Target {
  readonly out: Address;
  readonly imageBytes: number;
  readonly lineBytes: number;
  readonly pixelBytes: number;
}

/** Numbers of a plan, in the order of kernels/_plan.ts, without the last ones, which each kernel has of its own. */
export function planNumbers(
  windows: Windows,
  target: Target,
  rest: {
    readonly numTaps: number;
    readonly taps: Address;
    readonly columns: number;
    readonly panels: Address;
    readonly panelBytes: number;
    readonly zeros: Address;
    readonly scratch: Address;
    readonly scratchBytes: number;
  },
): number[] {
  const { source, imageBytes, lineBytes, pixelBytes, lines, pixels, batch, countY, countX, stepY, stepX } = windows;
  return [
    ...[source, imageBytes, lineBytes, pixelBytes, lines, pixels],
    ...[batch, countY, countX, stepY, stepX],
    ...[rest.numTaps, rest.taps, rest.columns, rest.panels, rest.panelBytes],
    ...[target.out, target.imageBytes, target.lineBytes, target.pixelBytes],
    ...[rest.zeros, rest.scratch, rest.scratchBytes],
  ];
}

export const PLAN_BYTES = 128;
export const TAP_BYTES = 20;
export const STRETCH_BYTES = 20;
export const TILE_ROWS = 6;
export const JOB_BYTES = 240;
export const SEGMENT_BYTES = 32;

/** Bytes from one packed panel of eight columns to the next; a line more than needed, so that they do not share places in the cache. */
export const panelBytesFor = (depth: number): number => 32 * depth + 64;
export const panelsFor = (columns: number): number => Math.ceil(columns / 8);

/** Depths of B that are packed in one call. */
const STRETCH_DEPTH = 128;

/** The same stretches, none deeper than threads share well. */
export function splitStretches(stretches: readonly Stretch[]): Stretch[] {
  return stretches.flatMap((stretch) =>
    Array.from({ length: Math.ceil(stretch.depth / STRETCH_DEPTH) }, (_, i) => ({
      ...stretch,
      from: stretch.from + i * STRETCH_DEPTH * stretch.depthBytes,
      depth: Math.min(STRETCH_DEPTH, stretch.depth - i * STRETCH_DEPTH),
      start: stretch.start + i * STRETCH_DEPTH,
    })),
  );
}

export const stretchNumbers = ({ from, depthBytes, columnBytes, depth, start }: Stretch): number[] => [
  from,
  depthBytes,
  columnBytes,
  depth,
  start,
];

export const tapNumbers = ({ y, x, offset, depth, start }: Tap): number[] => [y, x, offset, depth, start];
