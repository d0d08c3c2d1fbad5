import { expect } from "repro-kit";

/** Weights of a separable window, an odd number of them with sum 1. */
export type SsimWindow = Float64Array;

/**
 * Gaussian window exp(−i²/2σ²)/Σ, i from −radius to radius.
 *
 * @param options.rounding - "float32" rounds each step as a program does that builds its window in single precision; its weights then
 *   miss the sum 1 by 1e-7, which moves an SSIM by some 1e-6. Default: float64.
 */
export function gaussianWindow(options: {
  readonly sigma: number;
  readonly radius: number;
  readonly rounding?: "float32";
}): SsimWindow {
  const { sigma, radius, rounding } = options;
  expect(sigma > 0, "gaussianWindow", `sigma must be positive; got ${sigma}.`);
  expect(Number.isInteger(radius) && radius >= 1, "gaussianWindow", `radius must be an integer ≥ 1; got ${radius}.`);
  const round = rounding ? Math.fround : (x: number): number => x;
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => {
    return round(Math.exp(round(-((i - radius) ** 2) / (2 * sigma * sigma))));
  });
  const sum = round(weights.reduce((a, b) => a + b, 0));
  return weights.map((weight) => round(weight / sum));
}

/** `size` equal weights, `size` odd. */
export function uniformWindow(size: number): SsimWindow {
  expect(Number.isInteger(size) && size >= 3 && size % 2 === 1, "uniformWindow", `size must be odd and ≥ 3; got ${size}.`);
  return new Float64Array(size).fill(1 / size);
}
