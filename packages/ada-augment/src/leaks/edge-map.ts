import type { ImagePlanes } from "./image-planes.ts";

/** Cells a side, and directions of edges in each. */
export const CELLS = 4;
export const DIRECTIONS = 8;
export const NUM_EDGES = CELLS * CELLS * DIRECTIONS;
/** Keeps empty cells finite: a tenth of a full edge. */
const FAINT = 0.3;

/**
 * How strong the edges of each direction are in each of 4×4 cells: square roots of shares of the cell's edges.
 *
 * @returns [cell row][cell column][direction], flat; direction k is a slope towards k·45°, from x towards y.
 * @see Dalal and Triggs 2005, "Histograms of oriented gradients for human detection".
 */
export function edgeMap({ luma, height, width }: Pick<ImagePlanes, "luma" | "height" | "width">): Float64Array {
  const map = new Float64Array(NUM_EDGES);
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

/**
 * Where the entries of a square image's map come from when the image is turned by quarter turns, from x towards y: the turned image's
 * map at i is the image's at `places[i]`. Exact where the sides are multiples of 4; else a cell may lose or gain a row of pixels.
 */
export function turnedPlaces(quarterTurns: number): Int32Array {
  return Int32Array.from({ length: NUM_EDGES }, (_, i) => {
    let [row, column, direction] = [Math.floor(i / DIRECTIONS / CELLS), Math.floor(i / DIRECTIONS) % CELLS, i % DIRECTIONS];
    for (let turn = 0; turn < quarterTurns; turn++) {
      // A quarter turn takes what points along x to what points along y: pixel (x, y) of the result was (y, last − x).
      [row, column] = [CELLS - 1 - column, row];
      direction = (direction + DIRECTIONS - DIRECTIONS / 4) % DIRECTIONS;
    }
    return (row * CELLS + column) * DIRECTIONS + direction;
  });
}
