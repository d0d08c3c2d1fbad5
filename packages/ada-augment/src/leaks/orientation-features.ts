import { type ImagePlanes, momentsOf } from "./image-planes.ts";

/** Squares a side of the brightness map, and cells a side and directions of the map of edges. */
const SQUARES = 8;
const CELLS = 4;
const DIRECTIONS = 8;
/** Keeps empty cells finite: a tenth of a full edge. */
const FAINT = 0.3;

/** How many numbers `orientationFeatures` gives: half of both maps. */
export const NUM_ORIENTATION = (SQUARES * SQUARES + CELLS * CELLS * DIRECTIONS) / 2;

/**
 * How an image differs from its own mirror image: o(x) = m(x) − m(mirror x), where m holds the brightness of 8×8 squares and the
 * directions of edges in 4×4 cells. Odd: o(mirror x) = −o(x), so whatever is learned of it judges both alike.
 *
 * @returns 96 numbers; the other half of the map holds the same with the other sign.
 * @see Dalal and Triggs 2005, "Histograms of oriented gradients for human detection", on maps of edges.
 */
export function orientationFeatures({ luma, height, width }: Pick<ImagePlanes, "luma" | "height" | "width">): number[] {
  const mirrored = new Float64Array(luma.length);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) mirrored[y * width + x] = luma[y * width + width - 1 - x];
  const own = leftHalf({ luma, height, width });
  const other = leftHalf({ luma: mirrored, height, width });
  return own.map((value, i) => value - other[i]);
}

type Plane = Pick<ImagePlanes, "luma" | "height" | "width">;

/** The left half of both maps. */
function leftHalf(plane: Plane): number[] {
  const squares = brightnessMap(plane);
  const edges = edgeMap(plane);
  const out: number[] = [];
  for (let y = 0; y < SQUARES; y++) for (let x = 0; x < SQUARES / 2; x++) out.push(squares[y * SQUARES + x]);
  for (let y = 0; y < CELLS; y++)
    for (let x = 0; x < CELLS / 2; x++) for (let k = 0; k < DIRECTIONS; k++) out.push(edges[(y * CELLS + x) * DIRECTIONS + k]);
  return out;
}

/** Mean brightness of each square, in deviations of all squares. */
function brightnessMap({ luma, height, width }: Plane): Float64Array {
  const sums = new Float64Array(SQUARES * SQUARES);
  const counts = new Float64Array(SQUARES * SQUARES);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const square = Math.floor((y * SQUARES) / height) * SQUARES + Math.floor((x * SQUARES) / width);
      sums[square] += luma[y * width + x];
      counts[square]++;
    }
  const means = sums.map((sum, i) => sum / counts[i]);
  const { mean, deviation } = momentsOf(means);
  return means.map((value) => (value - mean) / (deviation + 1e-3));
}

/** How strong the edges of each direction are in each cell: square roots of shares of the cell's edges. */
function edgeMap({ luma, height, width }: Plane): Float64Array {
  const map = new Float64Array(CELLS * CELLS * DIRECTIONS);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const across = luma[i + 1] - luma[i - 1];
      const down = luma[i + width] - luma[i - width];
      const strength = Math.hypot(across, down);
      if (strength === 0) continue;
      const turn = ((Math.atan2(down, across) / (2 * Math.PI)) * DIRECTIONS + DIRECTIONS) % DIRECTIONS;
      const [direction, part] = [Math.floor(turn), turn % 1];
      const cell = DIRECTIONS * (Math.floor((y * CELLS) / height) * CELLS + Math.floor((x * CELLS) / width));
      map[cell + (direction % DIRECTIONS)] += strength * (1 - part);
      map[cell + ((direction + 1) % DIRECTIONS)] += strength * part;
    }
  for (let cell = 0; cell < map.length; cell += DIRECTIONS) {
    let squares = 0;
    for (let k = 0; k < DIRECTIONS; k++) squares += map[cell + k] ** 2;
    const scale = Math.sqrt(squares) + FAINT;
    for (let k = 0; k < DIRECTIONS; k++) map[cell + k] = Math.sqrt(map[cell + k] / scale);
  }
  return map;
}
