import * as tf from "@tensorflow/tfjs-core";
import type { Rng } from "repro-kit";
import { drawsFromRng } from "../draws.ts";
import type { AugmentOp } from "../op.ts";
import { augment } from "../pipeline.ts";
import { edgeMap, NUM_EDGES } from "./edge-map.ts";
import { imageFeatures } from "./image-features.ts";
import { imagePlanes } from "./image-planes.ts";
import { NUM_ORIENTATION, orientationFeatures } from "./orientation-features.ts";

/** What the probe sees of an image: its features, behind them those of its orientation, and its map of edges. */
export type LeakRow = readonly number[];

/** How many numbers of a row tell of the orientation. */
export const NUM_ORIENTED = NUM_ORIENTATION + NUM_EDGES;
export const plainPart = (row: LeakRow): readonly number[] => row.slice(0, -NUM_ORIENTED);
export const orientationPart = (row: LeakRow): readonly number[] => row.slice(-NUM_ORIENTED, -NUM_EDGES);
export const edgePart = (row: LeakRow): readonly number[] => row.slice(-NUM_EDGES);

/** Images whose features are read off at a time. */
const CHUNK = 64;
/** Colour ops are learned of so many draws an image: most of a draw's shifts are faint, and a few strong ones teach little. */
const COLOUR_DRAWS = 4;

/** The row of each image; images count as saved ones, in 8 bits. */
export function leakRows(images: tf.Tensor4D): LeakRow[] {
  const [count, height, width, channels] = images.shape;
  const pixels = images.dataSync();
  const size = height * width * channels;
  const shape = { height, width, channels };
  return Array.from({ length: count }, (_, i) => {
    const image = Float32Array.from(pixels.subarray(i * size, (i + 1) * size), eightBits);
    const planes = imagePlanes(image, shape);
    const edges = edgeMap(planes);
    return [...imageFeatures(planes), ...orientationFeatures(planes, edges), ...edges];
  });
}

/** The rows of each image with an op on it, as many as the op is drawn for it. */
export function alteredRows(images: tf.Tensor4D, op: AugmentOp, rng: Rng): LeakRow[][] {
  const numDraws = op.stage === "color" ? COLOUR_DRAWS : 1;
  const [count, ...shape] = images.shape;
  const rows: LeakRow[][] = Array.from({ length: count }, () => []);
  for (let draw = 0; draw < numDraws; draw++)
    for (let first = 0; first < count; first += CHUNK) {
      const stream = rng.fork("altered", draw === 0 ? first / CHUNK : first / CHUNK + 1e6 * draw);
      const altered = tf.tidy(() => {
        const chunk = tf.slice(images, [first, 0, 0, 0], [Math.min(CHUNK, count - first), ...shape]);
        return augment(chunk, { ops: [op], p: 1, draws: drawsFromRng(stream), blits: "resampled" });
      });
      for (const [i, row] of leakRows(altered).entries()) rows[first + i].push(row);
      altered.dispose();
    }
  return rows;
}

/** The nearest of the 256 levels of a saved image, in [−1, 1]. */
const eightBits = (value: number): number => Math.round((Math.min(1, Math.max(-1, value)) + 1) * 127.5) / 127.5 - 1;
