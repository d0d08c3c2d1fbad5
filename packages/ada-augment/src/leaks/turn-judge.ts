import { turnedPlaces } from "./edge-map.ts";
import { minimiseWithRidge } from "./ridge-newton.ts";

/** Tells upright images from turned ones. */
export interface TurnJudge {
  /** Logarithm of the odds that a square image of this edge map was turned by one of the four quarter turns, drawn alike. */
  logOdds(map: readonly number[]): number;
}

/** Weight of the squared coefficients: of 30, 100 and 300 the one whose scores of unseen skin were steadiest. */
const RIDGE = 100;
const PLACES = [0, 1, 2, 3].map(turnedPlaces);

/**
 * Learns which way up images are: the coefficients w with which, of an image's four turns x₀ (as it is), x₁, x₂, x₃, the first gets the
 * largest share q₀ = exp(w·x₀) / Σ exp(w·xₖ), by minimising −Σ log q₀ + λ/2·|w|² over upright images. If all turns are drawn alike, the
 * odds of "turned" against "untouched" are 1 / (4·q₀).
 *
 * @param maps - Edge maps of upright, square images.
 * @see Gidaris et al. 2018, arXiv:1803.07728, on learning to tell the four turns of an image apart.
 */
export function trainTurnJudge(maps: readonly (readonly number[])[]): TurnJudge {
  const size = maps[0].length;
  const { centre, scale } = standard(maps);
  const turnsOf = (map: readonly number[]): Float64Array[] => {
    const entries = Float64Array.from(map, (value, i) => (value - centre[i]) / scale[i]);
    return PLACES.map((places) => Float64Array.from(places, (place) => entries[place]));
  };
  const inputs = maps.map(turnsOf);
  const weights = minimiseWithRidge(size, RIDGE, (now, gradient, hessian) => {
    for (const turns of inputs) addSlopes(turns, sharesOf(turns, now), gradient, hessian);
  });
  return { logOdds: (map) => -Math.log(4 * Math.max(Number.MIN_VALUE, sharesOf(turnsOf(map), weights)[0])) };
}

/** Mean and deviation of each entry over all turns: alike for the four entries that turn into one another. */
function standard(maps: readonly (readonly number[])[]): { centre: Float64Array; scale: Float64Array } {
  const size = maps[0].length;
  const [sums, squares] = [new Float64Array(size), new Float64Array(size)];
  for (const map of maps)
    for (const places of PLACES)
      places.forEach((place, i) => {
        sums[i] += map[place];
        squares[i] += map[place] ** 2;
      });
  const count = maps.length * PLACES.length;
  const centre = sums.map((sum) => sum / count);
  return { centre, scale: squares.map((sum, i) => Math.sqrt(Math.max(0, sum / count - centre[i] ** 2)) + 1e-6) };
}

/** The share of each turn, by the softmax of w·xₖ. */
function sharesOf(turns: readonly Float64Array[], weights: Float64Array): number[] {
  const scores = turns.map((turn) => turn.reduce((sum, value, i) => sum + value * weights[i], 0));
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Adds one image's part of the gradient, Σ qₖ·xₖ − x₀, and of the lower half of the Hessian, Σ qₖ·(xₖ − x̄)(xₖ − x̄)ᵀ. */
function addSlopes(
  turns: readonly Float64Array[],
  shares: readonly number[],
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const size = gradient.length;
  const mean = turns[0].map((_, i) => turns.reduce((sum, turn, k) => sum + shares[k] * turn[i], 0));
  for (let i = 0; i < size; i++) gradient[i] += mean[i] - turns[0][i];
  turns.forEach((turn, k) => {
    for (let i = 0; i < size; i++) {
      const factor = shares[k] * (turn[i] - mean[i]);
      for (let j = 0; j <= i; j++) hessian[i * size + j] += factor * (turn[j] - mean[j]);
    }
  });
}
