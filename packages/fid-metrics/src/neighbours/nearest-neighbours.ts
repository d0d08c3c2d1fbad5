import { expect } from "repro-kit";
import { checkFeatures, checkPair, type Features } from "../features.ts";
import { squaredDistanceTiles } from "./squared-distances.ts";

/** The nearest row of another set, for each row of a set. */
export interface NearestNeighbours {
  /** Row of the reference, the first of equals. */
  readonly indices: Int32Array;
  /** Euclidean distance to it. */
  readonly distances: Float64Array;
}

/**
 * Distance of each vector to its k-th nearest other vector of the same set (itself not counted).
 *
 * @param features - More than k vectors.
 * @param k - ≥ 1.
 * @returns [count] Euclidean distances.
 * @throws UsageError if there are not more than k vectors, or a value is not finite. O(count² · dimension), constant memory.
 */
export function neighbourRadii(features: Features, k: number): Float64Array {
  checkFeatures("neighbourRadii", "features", features);
  return squaredRadii("neighbourRadii", "features", features, k).map(Math.sqrt);
}

/** The squares of `neighbourRadii`, of features that are checked. */
export function squaredRadii(scope: string, side: string, features: Features, k: number): Float64Array {
  const { count } = features;
  expect(Number.isInteger(k) && k >= 1, scope, `k must be an integer ≥ 1; got ${k}.`);
  expect(count > k, scope, `${side} needs more than k = ${k} features; got ${count}. Take more images or a smaller k.`);
  const smallest = new Float64Array(count * k).fill(Number.POSITIVE_INFINITY); // [count, k], ascending
  for (const { row, rows, column, columns, squared } of squaredDistanceTiles(features, features))
    for (let i = 0; i < rows; i++)
      for (let j = Math.max(0, row + i + 1 - column); j < columns; j++) {
        insert(smallest, (row + i) * k, k, squared[i * columns + j]);
        insert(smallest, (column + j) * k, k, squared[i * columns + j]);
      }
  return Float64Array.from({ length: count }, (_, row) => smallest[row * k + k - 1]);
}

/**
 * The nearest vector of `reference` for each vector of `query`.
 *
 * @param query - At least one vector.
 * @param reference - At least one vector of the same dimension.
 * @throws UsageError for unlike dimensions, an empty set or a value that is not finite. O(|query|·|reference|·dimension), constant memory.
 */
export function nearestNeighbours(query: Features, reference: Features): NearestNeighbours {
  checkPair("nearestNeighbours", reference, query, 1);
  const indices = new Int32Array(query.count);
  const distances = new Float64Array(query.count).fill(Number.POSITIVE_INFINITY);
  // A copy of the wrapper: the same object would ask for half of the tiles.
  for (const { row, rows, column, columns, squared } of squaredDistanceTiles({ ...query }, reference))
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        if (squared[i * columns + j] < distances[row + i]) {
          distances[row + i] = squared[i * columns + j];
          indices[row + i] = column + j;
        }
  return { indices, distances: distances.map(Math.sqrt) };
}

/**
 * Mean Euclidean distance of each vector of `query` to its k nearest of `reference` (fewer where there are not so many).
 *
 * @throws UsageError as `nearestNeighbours`, or for a k below 1.
 */
export function meanNearestDistances(query: Features, reference: Features, k: number): Float64Array {
  checkPair("meanNearestDistances", reference, query, 1);
  expect(Number.isInteger(k) && k >= 1, "meanNearestDistances", `k must be an integer ≥ 1; got ${k}.`);
  const held = Math.min(k, reference.count);
  const smallest = new Float64Array(query.count * held).fill(Number.POSITIVE_INFINITY); // [query, held], ascending
  for (const { row, rows, columns, squared } of squaredDistanceTiles({ ...query }, reference))
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) insert(smallest, (row + i) * held, held, squared[i * columns + j]);
  return Float64Array.from({ length: query.count }, (_, i) => {
    let sum = 0;
    for (let place = 0; place < held; place++) sum += Math.sqrt(smallest[i * held + place]);
    return sum / held;
  });
}

/** Puts a value among the `length` smallest from `start` on, which ascend. */
function insert(smallest: Float64Array, start: number, length: number, value: number): void {
  let place = start + length - 1;
  if (!(value < smallest[place])) return;
  for (; place > start && smallest[place - 1] > value; place--) smallest[place] = smallest[place - 1];
  smallest[place] = value;
}
