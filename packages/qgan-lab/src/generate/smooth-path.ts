import { expect } from "repro-kit";

export interface SmoothPathOptions {
  /** Frames from one point to the next. */
  readonly frames: number;
  /** Whether the path goes back to its first point. */
  readonly loop: boolean;
}

/**
 * A smooth path through points: a Catmull–Rom spline, so that neither place nor speed jumps. A closed path has a point count × frames
 * rows and goes on where it began; an open one ends on its last point.
 *
 * @param points - [count, size], row-major; at least 2.
 * @returns [rows, size]; row k·frames is point k.
 * @see Catmull & Rom 1974, "A class of local interpolating splines".
 */
export function smoothPath(points: Float32Array, size: number, { frames, loop }: SmoothPathOptions): Float32Array {
  const count = points.length / size;
  expect(count >= 2 && Number.isInteger(count), "interpolate", `a path needs at least 2 points; got ${count}.`);
  expect(Number.isInteger(frames) && frames >= 1, "interpolate", `frames must be an integer ≥ 1; got ${frames}.`);
  const rows = loop ? count * frames : (count - 1) * frames + 1;
  const path = new Float32Array(rows * size);
  const place = (k: number): number => (loop ? (k + count) % count : Math.min(count - 1, Math.max(0, k))) * size;
  for (let row = 0; row < rows; row++) {
    const k = Math.floor(row / frames);
    const t = (row % frames) / frames;
    const weights = [
      0.5 * (-t + 2 * t ** 2 - t ** 3),
      0.5 * (2 - 5 * t ** 2 + 3 * t ** 3),
      0.5 * (t + 4 * t ** 2 - 3 * t ** 3),
      0.5 * (-(t ** 2) + t ** 3),
    ];
    const from = [place(k - 1), place(k), place(k + 1), place(k + 2)];
    for (let i = 0; i < size; i++) {
      let value = 0;
      for (let j = 0; j < 4; j++) value += weights[j] * points[from[j] + i];
      path[row * size + i] = value;
    }
  }
  return path;
}

/** Rows brought to unit mean square, as the mapping network does it first. */
export function normalizeRows(rows: Float32Array, size: number): Float32Array {
  const normal = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += size) {
    let square = 0;
    for (let i = 0; i < size; i++) square += rows[start + i] ** 2 / size;
    const scale = 1 / Math.sqrt(square + 1e-8);
    for (let i = 0; i < size; i++) normal[start + i] = rows[start + i] * scale;
  }
  return normal;
}
