import { checkOptions, expect } from "repro-kit";

/**
 * The decay of a moving average of weights before a step: `lerpParams(average, params, 1 − decay(step))`.
 *
 * @param step - Averages taken so far.
 */
export type EmaDecay = (step: number) => number;

/** The same decay at every step: 0.999 forgets half in 693 steps. */
export function constantEma(decay: number): EmaDecay {
  expectFraction("constantEma", "decay", decay);
  return () => decay;
}

/**
 * Forgets half in `halfLifeImages` images; at the beginning in `rampUp` times the images seen, so that the first noisy weights
 * are forgotten soon: 0.5^(batch / min(halfLife, rampUp·seen)).
 *
 * @see Karras et al. 2020 (StyleGAN2-ADA), training_loop.py: ema_kimg, ema_rampup.
 */
export function halfLifeEma(options: {
  readonly batchSize: number;
  readonly halfLifeImages: number;
  readonly rampUp?: number;
}): EmaDecay {
  checkOptions("halfLifeEma", options, ["batchSize", "halfLifeImages", "rampUp"]);
  const { batchSize, halfLifeImages, rampUp = 0.05 } = options;
  expect(batchSize > 0 && halfLifeImages >= 0 && rampUp >= 0, "halfLifeEma", "all options must be at least 0, the batch above.");
  return (step) => {
    const halfLife = rampUp > 0 ? Math.min(halfLifeImages, step * batchSize * rampUp) : halfLifeImages;
    return 0.5 ** (batchSize / Math.max(halfLife, 1e-8));
  };
}

/**
 * Copies the weights during the first `updateAfter` steps; then clamp(1 − (1 + n/invGamma)^−power, min, max) with
 * n = step − updateAfter − 1 counted from there.
 *
 * @see ema-pytorch (P. Wang), as the DDPM code uses it; K. Crowson's warm-up of the moving average.
 */
export function warmUpEma(
  options: {
    readonly max?: number;
    readonly min?: number;
    readonly invGamma?: number;
    readonly power?: number;
    readonly updateAfter?: number;
  } = {},
): EmaDecay {
  checkOptions("warmUpEma", options, ["max", "min", "invGamma", "power", "updateAfter"]);
  const { max = 0.9999, min = 0, invGamma = 1, power = 2 / 3, updateAfter = 100 } = options;
  expectFraction("warmUpEma", "max", max);
  expectFraction("warmUpEma", "min", min);
  expect(invGamma > 0, "warmUpEma", `invGamma must be above 0; got ${invGamma}.`);
  return (step) => {
    const count = step - updateAfter - 1;
    if (count <= 0) return 0;
    return Math.min(max, Math.max(min, 1 - (1 + count / invGamma) ** -power));
  };
}

function expectFraction(scope: string, name: string, value: number): void {
  expect(value >= 0 && value <= 1, scope, `${name} must be between 0 and 1; got ${value}.`);
}
