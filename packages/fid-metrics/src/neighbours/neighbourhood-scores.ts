import { checkOptions } from "repro-kit";
import { checkPair, type Features } from "../features.ts";
import { centreOf, createDistanceScreen, squaredDistance, visitNearPairs } from "./distance-screen.ts";
import { checkNeighbour, screenedRadii } from "./nearest-neighbours.ts";

export interface NeighbourhoodOptions {
  /** Which neighbour sets the radius of a ball. Default 3. */
  readonly k?: number;
}

/** Shares in [0, 1]; density may exceed 1. */
export interface NeighbourhoodScores {
  /** Share of generated features inside at least one ball of the real ones. */
  readonly precision: number;
  /** Share of real features inside at least one ball of the generated ones. */
  readonly recall: number;
  /** Balls of real features that hold a generated one, averaged over the generated ones, divided by k. */
  readonly density: number;
  /** Share of balls of real features that hold a generated one. */
  readonly coverage: number;
}

/**
 * Improved precision and recall, density and coverage. A ball stands at each feature, its radius r_k the distance to the k-th
 * nearest other feature of its own set:
 * precision = mean_j 1[∃i ‖x_i − y_j‖ ≤ r_k(x_i)],  recall = mean_i 1[∃j ‖x_i − y_j‖ ≤ r_k(y_j)],
 * density = Σ_ij 1[‖x_i − y_j‖ < r_k(x_i)] / kn,     coverage = mean_i 1[∃j ‖x_i − y_j‖ < r_k(x_i)].
 * Precision is fidelity and recall diversity: a collapsed generator has recall near 0. The first two test ≤ and the last two <,
 * each as its paper's program does.
 *
 * @param real - More than k features x.
 * @param generated - n features y, more than k, of the same dimension.
 * @throws UsageError for unlike dimensions, k features or fewer, values that are not finite.
 *   O((|x|²/2 + |y|²/2 + |x||y|) · dimension); 2 bytes a value.
 * @see Kynkäänniemi et al. 2019, arXiv:1904.06991, eq. (1) and (2); Naeem et al. 2020, arXiv:2002.09797, eq. (5) and (6).
 */
export function neighbourhoodScores(
  real: Features,
  generated: Features,
  options: NeighbourhoodOptions = {},
): NeighbourhoodScores {
  const scope = "neighbourhoodScores";
  checkOptions(scope, options, ["k"]);
  checkPair(scope, real, generated);
  const { k = 3 } = options;
  checkNeighbour(scope, "real", real, k);
  checkNeighbour(scope, "generated", generated, k);
  const centre = centreOf(real);
  const [realScreen, generatedScreen] = [createDistanceScreen(real, centre), createDistanceScreen(generated, centre)];
  const [realSquared, generatedSquared] = [screenedRadii(realScreen, k), screenedRadii(generatedScreen, k)];
  const isNearReal = new Uint8Array(generated.count);
  const isNearGenerated = new Uint8Array(real.count);
  const isCovered = new Uint8Array(real.count);
  let numHeld = 0;
  const limits = { rows: realSquared.map(Math.sqrt), columns: generatedSquared.map(Math.sqrt) };
  visitNearPairs(realScreen, generatedScreen, limits, (i, j, low, high) => {
    // Where the bounds leave it open, by the distance itself.
    const isOpen = (squaredRadius: number): boolean => !(low * low > squaredRadius) && !(high * high < squaredRadius);
    const isExact = isOpen(realSquared[i]) || (isOpen(generatedSquared[j]) && isNearGenerated[i] === 0);
    const squared = isExact ? squaredDistance(real, i, generated, j) : high * high;
    if (squared <= realSquared[i]) isNearReal[j] = 1;
    if (squared <= generatedSquared[j]) isNearGenerated[i] = 1;
    if (squared < realSquared[i]) {
      isCovered[i] = 1;
      numHeld++;
    }
  });
  return {
    precision: share(isNearReal),
    recall: share(isNearGenerated),
    density: numHeld / (k * generated.count),
    coverage: share(isCovered),
  };
}

/** 2pr/(p + r), and 0 where both are 0. */
export function fScore({ precision, recall }: { readonly precision: number; readonly recall: number }): number {
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

const share = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0) / flags.length;
