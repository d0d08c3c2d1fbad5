import { expect } from "repro-kit";
import { checkFeatures, checkPair, type Features } from "../features.ts";
import {
  centreOf,
  createDistanceScreen,
  type DistanceScreen,
  squaredDistance,
  type VisitPair,
  visitNearPairs,
} from "./distance-screen.ts";

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
 * @throws UsageError if there are not more than k vectors, or a value is not finite. O(count² · dimension); 2 bytes a value.
 */
export function neighbourRadii(features: Features, k: number): Float64Array {
  checkFeatures("neighbourRadii", "features", features);
  return squaredRadii("neighbourRadii", "features", features, k).map(Math.sqrt);
}

/** The squares of `neighbourRadii`, of features that are checked. */
export function squaredRadii(scope: string, side: string, features: Features, k: number): Float64Array {
  checkNeighbour(scope, side, features, k);
  return screenedRadii(createDistanceScreen(features, centreOf(features)), k);
}

/** Checks that there is a k-th neighbour. @throws UsageError as `neighbourRadii`. */
export function checkNeighbour(scope: string, side: string, { count }: Features, k: number): void {
  expect(Number.isInteger(k) && k >= 1, scope, `k must be an integer ≥ 1; got ${k}.`);
  expect(count > k, scope, `${side} needs more than k = ${k} features; got ${count}. Take more images or a smaller k.`);
}

/**
 * Squared distance of each row to its k-th nearest other row. Pairs are kept while they are nearer at least than what k others are at most;
 * the few that are left in the end are computed.
 */
export function screenedRadii(screen: DistanceScreen, k: number): Float64Array {
  const { features } = screen;
  const { count } = features;
  const smallest = new Float64Array(count * k).fill(Number.POSITIVE_INFINITY); // [count, k], ascending, of what was computed
  const highest = new Float64Array(count * k).fill(Number.POSITIVE_INFINITY); // the same of upper bounds, not squared
  const limits = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const kept = { rows: new Int32Array(KEPT_PAIRS), columns: new Int32Array(KEPT_PAIRS), lows: new Float64Array(KEPT_PAIRS) };
  let numKept = 0;
  const bound = (row: number, high: number): void => {
    insert(highest, row * k, k, high);
    limits[row] = Math.min(limits[row], highest[row * k + k - 1]);
  };
  const offer = (row: number, squared: number): void => {
    insert(smallest, row * k, k, squared);
    limits[row] = Math.min(limits[row], Math.sqrt(smallest[row * k + k - 1]));
  };
  const computeKept = (): void => {
    for (let p = 0; p < numKept; p++) {
      const [i, j, low] = [kept.rows[p], kept.columns[p], kept.lows[p]];
      if (low > limits[i] && low > limits[j]) continue;
      const squared = squaredDistance(features, i, features, j);
      offer(i, squared);
      offer(j, squared);
    }
    numKept = 0;
  };
  visitNearPairs(screen, screen, { rows: limits, columns: limits }, (i, j, low, high) => {
    const nearest = low * low;
    if (nearest >= smallest[i * k + k - 1] && nearest >= smallest[j * k + k - 1]) return; // equals what is held at best
    bound(i, high);
    bound(j, high);
    kept.rows[numKept] = i;
    kept.columns[numKept] = j;
    kept.lows[numKept++] = low;
    if (numKept === KEPT_PAIRS) computeKept();
  });
  computeKept();
  return Float64Array.from({ length: count }, (_, row) => smallest[row * k + k - 1]);
}

/** 8 MB of them. */
const KEPT_PAIRS = 2 ** 19;

/**
 * The nearest vector of `reference` for each vector of `query`.
 *
 * @param query - At least one vector.
 * @param reference - At least one vector of the same dimension.
 * @throws UsageError for unlike dimensions, an empty set or a value that is not finite. O(|query|·|reference|·dimension); 2 bytes a value.
 */
export function nearestNeighbours(query: Features, reference: Features): NearestNeighbours {
  checkPair("nearestNeighbours", reference, query, 1);
  const indices = new Int32Array(query.count);
  const squared = new Float64Array(query.count).fill(Number.POSITIVE_INFINITY);
  visitWithin(query, reference, (limits) => (i, j, low) => {
    if (low >= limits[i]) return;
    const value = squaredDistance(query, i, reference, j);
    if (value >= squared[i]) return;
    squared[i] = value;
    indices[i] = j;
    limits[i] = Math.sqrt(value);
  });
  return { indices, distances: squared.map(Math.sqrt) };
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
  visitWithin(query, reference, (limits) => (i, j, low) => {
    if (low >= limits[i]) return;
    insert(smallest, i * held, held, squaredDistance(query, i, reference, j));
    limits[i] = Math.sqrt(smallest[i * held + held - 1]);
  });
  return Float64Array.from({ length: query.count }, (_, i) => {
    let sum = 0;
    for (let place = 0; place < held; place++) sum += Math.sqrt(smallest[i * held + place]);
    return sum / held;
  });
}

/** Visits pairs with limits a row, all Infinity at first. */
function visitWithin(query: Features, reference: Features, visitor: (limits: Float64Array) => VisitPair): void {
  const limits = new Float64Array(query.count).fill(Number.POSITIVE_INFINITY);
  const none = new Float64Array(reference.count).fill(Number.NEGATIVE_INFINITY);
  const centre = centreOf(reference);
  const [a, b] = [createDistanceScreen(query, centre), createDistanceScreen(reference, centre)];
  visitNearPairs(a, b, { rows: limits, columns: none }, visitor(limits));
}

/** Puts a value among the `length` smallest from `start` on, which ascend. */
function insert(smallest: Float64Array, start: number, length: number, value: number): void {
  let place = start + length - 1;
  if (!(value < smallest[place])) return;
  for (; place > start && smallest[place - 1] > value; place--) smallest[place] = smallest[place - 1];
  smallest[place] = value;
}
