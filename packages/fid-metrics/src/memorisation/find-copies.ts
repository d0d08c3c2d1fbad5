import { multiplyMatrices } from "array-kernels";
import { expect } from "repro-kit";
import { fingerprintOf } from "../fingerprint.ts";
import type { ImageArray } from "../images.ts";
import { COARSE, type CopyDescriptors, describeForCopies } from "./copy-descriptor.ts";
import { type FinePicture, registeredResidual } from "./registered-residual.ts";

/** Pixels that a copy may be moved by. */
const LARGEST_SHIFT = 4;
/** Training images that are compared closely with an image, and as many with its mirror image. */
const CANDIDATES = 32;
/** The best is judged against the mean of so many next ones. */
const NEXT = 5;
const FEWEST_TRAINING = 8;
/** Images whose coarse pictures are compared in one matrix product. */
const QUERIES = 16;

/** The training image that an image is nearest to. */
export interface CopyMatch {
  readonly trainingIndex: number;
  readonly isFlipped: boolean;
  /**
   * What is left of the image under the best fit of that training image, against the mean of what the next five training
   * images leave: 0 for an exact copy, towards 1 for an image that is like many.
   */
  readonly score: number;
}

/** Finds copies of the training images that it was made from. */
export interface CopyFinder {
  /** One match an image, in their order. @throws UsageError for images of another size. */
  find(images: ImageArray): CopyMatch[];
}

/**
 * Looks for copies that were mirrored, moved by up to 4 pixels, made brighter or darker, or compressed. The training images whose
 * coarse grey pictures correlate best at some shift are laid over the image one by one (`registeredResidual`), and the best is
 * judged against the next ones: a threshold on that ratio holds for images of unlike kinds, where one on the residual does not. Training
 * images that look the same count once, as their first.
 *
 * @param training - At least 8 different square uint8 images. 18 kB each are kept.
 * @throws UsageError for fewer, or images that are not square or smaller than 16 pixels.
 * @see Carlini et al. 2023, arXiv:2301.13188, Sec. 4.2 (the ratio to the next neighbours).
 */
export function createCopyFinder(training: ImageArray): CopyFinder {
  expect(
    training.count >= FEWEST_TRAINING,
    "memorisation",
    `at least ${FEWEST_TRAINING} training images are needed; got ${training.count}.`,
  );
  const known = describeForCopies(training);
  const distinct = distinctRows(known); // equal ones would stand among the next ones, and hide a copy of theirs
  const { length: count } = distinct;
  expect(
    count >= FEWEST_TRAINING,
    "memorisation",
    `at least ${FEWEST_TRAINING} different training images are needed; got ${count}.`,
  );
  const radius = Math.ceil((LARGEST_SHIFT * COARSE) / known.size);
  const area = COARSE * COARSE;
  const coarseOfDistinct = new Float32Array(count * area);
  for (const [i, row] of distinct.entries()) coarseOfDistinct.set(known.coarse.subarray(row * area, (row + 1) * area), i * area);
  const windows = normalisedWindows(coarseOfDistinct, count, radius, [radius * (2 * radius + 1) + radius]); // the middle ones

  const compare = (queries: CopyDescriptors, j: number, candidates: readonly Candidate[]): CopyMatch => {
    const { fineSize: size, channels } = queries;
    const margin = Math.ceil((LARGEST_SHIFT * size) / known.size);
    const straight = pictureOf(queries, j);
    const mirrored = { ...straight, data: mirror(straight.data, size, channels), grey: mirror(straight.grey, size, 1) };
    const least = new Map<number, { residual: number; isFlipped: boolean }>();
    for (const { index, isFlipped } of candidates) {
      const residual = registeredResidual(isFlipped ? mirrored : straight, pictureOf(known, index), margin);
      if (residual < (least.get(index)?.residual ?? Number.POSITIVE_INFINITY)) least.set(index, { residual, isFlipped });
    }
    const [[trainingIndex, best], ...others] = [...least].sort(([, a], [, b]) => a.residual - b.residual);
    const next = others.slice(0, NEXT).reduce((sum, [, { residual }], _, { length }) => sum + residual / length, 0);
    const score = next > 0 ? best.residual / next : 1; // an image without any structure is like all others
    return { trainingIndex, isFlipped: best.isFlipped, score };
  };

  return {
    find(images) {
      const isSame = images.height === training.height && images.channels === training.channels;
      const size = ({ height, width, channels }: ImageArray): string => `${height}×${width}×${channels}`;
      expect(isSame, "memorisation", `all images must have one size; got ${size(training)} and ${size(images)}.`);
      const queries = describeForCopies(images);
      const matches: CopyMatch[] = [];
      for (let from = 0; from < queries.count; from += QUERIES) {
        const rows = Math.min(QUERIES, queries.count - from);
        const ranked = rankCandidates(queries.coarse.subarray(from * COARSE ** 2, (from + rows) * COARSE ** 2), rows);
        for (let j = 0; j < rows; j++) matches.push(compare(queries, from + j, ranked[j]));
      }
      return matches;
    },
  };

  /** The training images that come nearest at any shift, mirrored or not. */
  function rankCandidates(coarse: Float32Array, rows: number): Candidate[][] {
    const size = (COARSE - 2 * radius) ** 2;
    const numWindows = (2 * radius + 1) ** 2;
    const ranked = Array.from({ length: rows }, (): Candidate[] => []);
    for (const isFlipped of [false, true]) {
      const pictures = normalisedWindows(isFlipped ? mirrorAll(coarse, rows) : coarse, rows, radius);
      const dots = multiplyMatrices(windows, pictures, { m: count, k: size, n: rows * numWindows, transposeB: true });
      for (let j = 0; j < rows; j++) {
        const best = Float64Array.from({ length: count }, (_, i) => {
          const at = (i * rows + j) * numWindows;
          return dots.subarray(at, at + numWindows).reduce((a, b) => Math.max(a, b));
        });
        const order = Array.from(best.keys()).sort((a, b) => best[b] - best[a] || a - b);
        ranked[j].push(...order.slice(0, CANDIDATES).map((i) => ({ index: distinct[i], isFlipped })));
      }
    }
    return ranked;
  }
}

interface Candidate {
  readonly index: number;
  readonly isFlipped: boolean;
}

/** The first of each group of training images whose fine pictures are equal. */
function distinctRows({ fine, count }: CopyDescriptors): readonly number[] {
  const size = fine.length / count;
  const groups = new Map<string, number[]>();
  return Array.from({ length: count }, (_, i) => i).filter((i) => {
    const pixels = fine.subarray(i * size, (i + 1) * size);
    const key = fingerprintOf([new Int32Array(pixels.slice().buffer, 0, Math.floor(size / 4))]);
    const alike = groups.get(key) ?? [];
    const isNew = alike.every((other) => pixels.some((value, k) => value !== fine[other * size + k]));
    if (isNew) groups.set(key, [...alike, i]);
    return isNew;
  });
}

function pictureOf({ fine, fineGrey, fineSize: size, channels }: CopyDescriptors, i: number): FinePicture {
  const area = size * size;
  return {
    data: fine.subarray(i * area * channels, (i + 1) * area * channels),
    grey: fineGrey.subarray(i * area, (i + 1) * area),
    size,
    channels,
  };
}

/** Windows of the coarse pictures at every shift (or those given), each with mean 0 and length 1: [count, shifts, (16 − 2·radius)²]. */
function normalisedWindows(coarse: Float32Array, count: number, radius: number, shifts?: readonly number[]): Float64Array {
  const side = COARSE - 2 * radius;
  const wide = 2 * radius + 1;
  const chosen = shifts ?? Array.from({ length: wide * wide }, (_, k) => k);
  const windows = new Float64Array(count * chosen.length * side * side);
  let at = 0;
  for (let i = 0; i < count; i++)
    for (const shift of chosen) {
      const [dy, dx] = [Math.floor(shift / wide), shift % wide];
      const window = windows.subarray(at, at + side * side);
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) window[y * side + x] = coarse[i * COARSE * COARSE + (y + dy) * COARSE + x + dx];
      const mean = window.reduce((sum, value) => sum + value, 0) / window.length;
      const length = Math.sqrt(window.reduce((sum, value) => sum + (value - mean) ** 2, 0));
      for (let k = 0; k < window.length; k++) window[k] = length > 0 ? (window[k] - mean) / length : 0;
      at += side * side;
    }
  return windows;
}

function mirrorAll(coarse: Float32Array, count: number): Float32Array {
  const mirrored = new Float32Array(coarse.length);
  for (let row = 0; row < count * COARSE; row++)
    for (let x = 0; x < COARSE; x++) mirrored[row * COARSE + x] = coarse[row * COARSE + COARSE - 1 - x];
  return mirrored;
}

function mirror(data: Uint8Array, size: number, channels: number): Uint8Array {
  const mirrored = new Uint8Array(data.length);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let c = 0; c < channels; c++) mirrored[(y * size + x) * channels + c] = data[(y * size + size - 1 - x) * channels + c];
  return mirrored;
}
