import { expect } from "repro-kit";
import { SAME } from "./gate-spectrum.ts";
import { solveLinear } from "./linear-solve.ts";

/** f'(x) = Σ coefficient·f(x + shift). */
export type ShiftRule = readonly { readonly shift: number; readonly coefficient: number }[];

/**
 * The rule that gives the derivative of a₀ + Σ_ℓ a_ℓ cos(Ω_ℓ x) + b_ℓ sin(Ω_ℓ x) exactly from 2R values at x ± s_μ:
 * Σ_μ c_μ [f(x + s_μ) − f(x − s_μ)] with Σ_μ 2 c_μ sin(Ω_ℓ s_μ) = Ω_ℓ.
 *
 * Multiples Ω, 2Ω … RΩ take s_μ = (2μ − 1)π/(2RΩ): two terms for {1}, four for {½, 1}. Otherwise the spread of the shifts is chosen
 * among many for the smallest Σ|c_μ|, which is what the noise of shots grows with.
 *
 * @param frequencies - Positive and different.
 * @throws UsageError if one is not positive and finite, or two are the same.
 * @see Wierichs, Izaac, Wang & Lin 2022, arXiv:2107.12390, section 3; Mitarai et al. 2018, arXiv:1803.00745 (two terms); Anselmetti et al.
 *   2021, arXiv:2104.05695 (four terms)
 */
export function shiftRule(frequencies: readonly number[]): ShiftRule {
  const scope = "shiftRule";
  const sorted = [...frequencies].sort((a, b) => a - b);
  const isPositive = sorted.every((frequency) => frequency > 0 && Number.isFinite(frequency));
  expect(isPositive, scope, `frequencies must be positive numbers; got [${frequencies.join(", ")}].`);
  const areApart = sorted.every((frequency, i) => i === 0 || frequency - sorted[i - 1] > SAME);
  expect(areApart, scope, `frequencies must differ; got [${frequencies.join(", ")}].`);
  const R = sorted.length;
  if (R === 0) return [];

  const isEvenly = sorted.every((frequency, i) => Math.abs(frequency - (i + 1) * sorted[0]) < SAME * (i + 1));
  // The rule that is exact for Ω, 2Ω … RΩ spreads its shifts over half a period of Ω; others are tried around that.
  const spreads = isEvenly ? [sorted[0]] : Array.from({ length: 200 }, (_, i) => (sorted[R - 1] / R) * 2 ** ((i - 140) / 40));
  let best: { readonly weight: number; readonly rule: ShiftRule } | undefined;
  for (const spread of spreads) {
    const shifts = sorted.map((_, mu) => ((2 * mu + 1) * Math.PI) / (2 * R * spread));
    const A = Float64Array.from({ length: R * R }, (_, i) => 2 * Math.sin(sorted[Math.floor(i / R)] * shifts[i % R]));
    const solved = solveLinear(A, Float64Array.from(sorted));
    if (!solved) continue;
    const weight = solved.reduce((sum, c) => sum + Math.abs(c), 0);
    if (best && best.weight <= weight) continue;
    const rule = shifts.flatMap((shift, mu) => [
      { shift, coefficient: solved[mu] },
      { shift: -shift, coefficient: -solved[mu] },
    ]);
    best = { weight, rule };
  }
  expect(best !== undefined, scope, `no shifts separate the frequencies [${frequencies.join(", ")}].`);
  return best.rule;
}
