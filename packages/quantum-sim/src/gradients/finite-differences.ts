import { checkOptions, expect } from "repro-kit";
import { checkedParameters, type VectorFunction } from "./circuit-frequencies.ts";

export interface FiniteDifferencesOptions {
  /** In radians; default what balances rounding (1e-16/h) and truncation: 1e-5, 1e-3, 1e-2 for orders 2, 4, 6. */
  readonly step?: number;
  /** The error falls with this power of the step: 2, 4 or 6, with as many runs a parameter. Default 4. */
  readonly order?: 2 | 4 | 6;
}

/** Σ_k weight_k·[f(x + kh) − f(x − kh)]/h, k = 1, 2, …; Fornberg 1988, Math. Comp. 51, table 1. */
const STENCILS = { 2: [1 / 2], 4: [2 / 3, -1 / 12], 6: [3 / 4, -3 / 20, 1 / 60] } as const;
const STEPS = { 2: 1e-5, 4: 1e-3, 6: 1e-2 } as const;

/**
 * The Jacobian of any function by central differences, [numOutputs, numParameters].
 *
 * @throws UsageError if a parameter is not finite, or the step or order is none.
 */
export function finiteDifferences(
  f: VectorFunction,
  parameters: ArrayLike<number>,
  options: FiniteDifferencesOptions = {},
): Float64Array {
  const scope = "finiteDifferences";
  checkOptions(scope, options, ["step", "order"]);
  const { order = 4 } = options;
  expect(order in STENCILS, scope, `order must be 2, 4 or 6; got ${order}.`);
  const { step = STEPS[order] } = options;
  expect(step > 0 && Number.isFinite(step), scope, `step must be a number above 0; got ${step}.`);
  const at = checkedParameters(scope, parameters);
  const P = at.length;
  let jacobian: Float64Array | undefined;
  for (let k = 0; k < P; k++)
    STENCILS[order].forEach((weight, i) => {
      const shift = (i + 1) * step;
      const plus = Float64Array.from(f(at.with(k, at[k] + shift)));
      const minus = f(at.with(k, at[k] - shift));
      jacobian ??= new Float64Array(plus.length * P);
      for (let j = 0; j < plus.length; j++) jacobian[j * P + k] += (weight * (plus[j] - minus[j])) / step;
    });
  return jacobian ?? new Float64Array(0);
}
