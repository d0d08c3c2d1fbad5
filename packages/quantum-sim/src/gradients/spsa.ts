import { checkOptions, expect, type Rng } from "repro-kit";
import { checkedParameters, type VectorFunction } from "./circuit-frequencies.ts";

export interface SpsaOptions {
  readonly rng: Rng;
  /** In radians; default 0.01. On shots take one at which differences exceed their noise, 0.1 or more. */
  readonly step?: number;
  /** Directions that are averaged, default 1; two runs each whatever the number of parameters. */
  readonly directions?: number;
}

/**
 * An estimate of the Jacobian from differences in random directions Δ ∈ {±1}^P, [numOutputs, numParameters]:
 * ∂f/∂x_k ≈ [f(x + hΔ) − f(x − hΔ)]/(2hΔ_k). Unbiased up to h²; its spread falls with √directions.
 *
 * @throws UsageError if a parameter is not finite, or the step or the number of directions is none.
 * @see Spall 1992, IEEE Trans. Autom. Control 37(3)
 */
export function spsa(f: VectorFunction, parameters: ArrayLike<number>, options: SpsaOptions): Float64Array {
  const scope = "spsa";
  checkOptions(scope, options, ["rng", "step", "directions"]);
  const { rng, step = 0.01, directions = 1 } = options;
  expect(step > 0 && Number.isFinite(step), scope, `step must be a number above 0; got ${step}.`);
  expect(Number.isInteger(directions) && directions >= 1, scope, `directions must be an integer ≥ 1; got ${directions}.`);
  const at = checkedParameters(scope, parameters);
  const P = at.length;
  let jacobian: Float64Array | undefined;
  for (let d = 0; d < directions; d++) {
    const delta = at.map(() => 1 - 2 * rng.integer(2));
    const plus = Float64Array.from(f(at.map((x, k) => x + step * delta[k])));
    const minus = f(at.map((x, k) => x - step * delta[k]));
    jacobian ??= new Float64Array(plus.length * P);
    for (let j = 0; j < plus.length; j++) {
      const slope = (plus[j] - minus[j]) / (2 * step * directions);
      // 1/Δ_k = Δ_k
      for (let k = 0; k < P; k++) jacobian[j * P + k] += slope * delta[k];
    }
  }
  return jacobian ?? new Float64Array(0);
}
