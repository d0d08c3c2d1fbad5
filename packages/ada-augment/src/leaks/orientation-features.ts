import { CELLS, DIRECTIONS, edgeMap, NUM_EDGES } from "./edge-map.ts";
import { type ImagePlanes, momentsOf } from "./image-planes.ts";

/** Squares a side of the brightness map. */
const SQUARES = 8;

/** How many numbers `orientationFeatures` gives: half of both maps. */
export const NUM_ORIENTATION = (SQUARES * SQUARES + NUM_EDGES) / 2;

/**
 * How an image differs from its own mirror image: o(x) = m(x) − m(mirror x), where m holds the brightness of 8×8 squares and the
 * directions of edges in 4×4 cells. Odd: o(mirror x) = −o(x), so whatever is learned of it judges both alike.
 *
 * @param edges - The image's edge map, where it is at hand.
 * @returns 96 numbers; the other half of the map holds the same with the other sign.
 */
export function orientationFeatures({ luma, height, width }: Plane, edges = edgeMap({ luma, height, width })): number[] {
  const mirrored = new Float64Array(luma.length);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) mirrored[y * width + x] = luma[y * width + width - 1 - x];
  const own = leftHalf({ luma, height, width }, edges);
  const other = leftHalf({ luma: mirrored, height, width }, edgeMap({ luma: mirrored, height, width }));
  return own.map((value, i) => value - other[i]);
}

type Plane = Pick<ImagePlanes, "luma" | "height" | "width">;

/** The left half of both maps. */
function leftHalf(plane: Plane, edges: Float64Array): number[] {
  const squares = brightnessMap(plane);
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
