import { checkPair, type Features } from "../features.ts";
import { nearestNeighbours, squaredRadii } from "./nearest-neighbours.ts";

/**
 * Authenticity: the share of generated features that are farther from their nearest real one than that is from its own nearest
 * other real one. A generator that has learned the distribution is near ½ or above; one that copies its training set falls to 0.
 *
 * @param real - The training set: at least two features.
 * @param generated - At least two features of the same dimension.
 * @returns In [0, 1].
 * @throws UsageError for unlike dimensions, too few features, values that are not finite. O(n(n/2 + m) · dimension), constant memory.
 * @see Alaa et al. 2022, arXiv:2102.08921, Sec. 4.2.
 */
export function authenticity(real: Features, generated: Features): number {
  checkPair("authenticity", real, generated);
  const radii = squaredRadii("authenticity", "real", real, 1);
  const { indices, distances } = nearestNeighbours(generated, real);
  const isAuthentic = indices.map((row, j) => (distances[j] ** 2 > radii[row] ? 1 : 0));
  return isAuthentic.reduce((sum, value) => sum + value, 0) / generated.count;
}
