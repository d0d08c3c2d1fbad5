import { minimiseWithRidge } from "./ridge-newton.ts";

/** Tells upright images from mirrored ones. */
export interface MirrorJudge {
  /** Logarithm of the odds that an image of these orientation features is mirrored. */
  logOdds(row: readonly number[]): number;
}

/** Weight of the squared coefficients: what judged unseen X-rays best, of 3 to 300. */
const RIDGE = 30;

/**
 * Learns which way round images are: the coefficients w that minimise Σ log(1 + exp(−w·x)) + λ/2·|w|² over upright images x, whose
 * mirror images are −x and would add the same terms.
 *
 * @param rows - Orientation features of upright images, one row an image.
 */
export function trainMirrorJudge(rows: readonly (readonly number[])[]): MirrorJudge {
  const size = rows[0].length;
  const scale = Array.from(
    { length: size },
    (_, k) => Math.sqrt(rows.reduce((sum, row) => sum + row[k] ** 2, 0) / rows.length) + 1e-6,
  );
  const inputs = rows.map((row) => Float64Array.from(row, (value, k) => value / scale[k]));
  const weights = minimiseWithRidge(size, RIDGE, (now, gradient, hessian) => {
    for (const x of inputs) {
      const p = 1 / (1 + Math.exp(dot(now, x)));
      const curvature = p * (1 - p);
      for (let i = 0; i < size; i++) {
        gradient[i] -= p * x[i];
        for (let j = 0; j <= i; j++) hessian[i * size + j] += curvature * x[i] * x[j];
      }
    }
  });
  return {
    logOdds: (row) =>
      -dot(
        weights,
        row.map((value, k) => value / scale[k]),
      ),
  };
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};
