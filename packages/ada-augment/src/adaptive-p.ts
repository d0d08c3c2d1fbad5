import { checkOptions, expect } from "repro-kit";

export interface AdaptivePOptions {
  /** Wanted mean of sign(D(real)), in [−1, 1]. @defaultValue 0.6 */
  readonly target?: number;
  /** Batches between two changes of p. @defaultValue 4 */
  readonly intervalBatches?: number;
  /** Thousands of real images in which p can move by 1. @defaultValue 500 */
  readonly rampKimg?: number;
  /** Upper bound of p; the lower is 0. `Infinity` is what the StyleGAN2-ADA program does. @defaultValue 1 */
  readonly max?: number;
  /** p at the start, in [0, max]. @defaultValue 0 */
  readonly initial?: number;
}

/** Where a controller stands, as plain JSON. */
export interface AdaptivePState {
  readonly p: number;
  /** Sum of signs, number of signs and number of batches since p last changed. */
  readonly signSum: number;
  readonly signCount: number;
  readonly batches: number;
}

export interface AdaptivePController {
  /** The present p. */
  readonly p: number;
  /** The mean sign of the last finished interval; undefined before the first. */
  readonly meanSign: number | undefined;
  /**
   * Takes in the discriminator's answers to one batch of real images and returns p, which changes at the end of an interval.
   *
   * @param realLogits - The logits or just their signs, one or several a real image.
   * @param batchSize - Real images in the batch; the number of logits by default. R1 asks the discriminator a second time, for logits
   *   that count for the mean and not for the images.
   * @throws UsageError if there is no logit, one is not a number, or the batch is empty.
   */
  update(realLogits: ArrayLike<number>, batchSize?: number): number;
  state(): AdaptivePState;
  /** Goes on from a saved state. @throws UsageError if it is malformed. */
  restore(state: AdaptivePState): void;
}

/**
 * The heuristic that sets the augmentation probability: p moves by ± batchSize·intervalBatches / (1000·rampKimg), up when
 * the mean of sign(D(real)) over the interval is above the target (overfitting), down when it is below; clamped to [0, max].
 * p is kept in single precision, as the reference keeps it.
 *
 * @throws UsageError for an unknown option or one out of range.
 * @see Karras et al. 2020, arXiv:2006.06676, §3.1, r_t.
 */
export function createAdaptiveP(options: AdaptivePOptions = {}): AdaptivePController {
  const scope = "createAdaptiveP";
  checkOptions(scope, options, ["target", "intervalBatches", "rampKimg", "max", "initial"]);
  const { target = 0.6, intervalBatches = 4, rampKimg = 500, max = 1, initial = 0 } = options;
  expect(target >= -1 && target <= 1, scope, `target must lie in [-1, 1]; got ${target}.`);
  expect(
    Number.isInteger(intervalBatches) && intervalBatches >= 1,
    scope,
    `intervalBatches must be an integer ≥ 1; got ${intervalBatches}.`,
  );
  expect(rampKimg > 0, scope, `rampKimg must be above 0; got ${rampKimg}.`);
  expect(max > 0, scope, `max must be above 0; got ${max}.`);
  expect(initial >= 0 && initial <= max, scope, `initial must lie in [0, ${max}]; got ${initial}.`);

  let p = Math.fround(initial);
  let meanSign: number | undefined;
  let signSum = 0;
  let signCount = 0;
  let batches = 0;
  return {
    get p() {
      return p;
    },
    get meanSign() {
      return meanSign;
    },
    update(realLogits, batchSize = realLogits.length) {
      expect(realLogits.length > 0, "adaptive p", "update needs at least one logit of a real image; got none.");
      expect(batchSize > 0, "adaptive p", `batchSize must be above 0; got ${batchSize}.`);
      for (let i = 0; i < realLogits.length; i++) {
        expect(!Number.isNaN(realLogits[i]), "adaptive p", `logit ${i} of the real images is NaN.`);
        signSum += Math.sign(realLogits[i]);
      }
      signCount += realLogits.length;
      if (++batches < intervalBatches) return p;
      meanSign = signSum / signCount;
      const change = (Math.sign(meanSign - target) * (batchSize * intervalBatches)) / (rampKimg * 1000);
      p = Math.min(Math.max(Math.fround(p + Math.fround(change)), 0), max);
      signSum = signCount = batches = 0;
      return p;
    },
    state: () => ({ p, signSum, signCount, batches }),
    restore(state) {
      expect(
        [state?.p, state?.signSum, state?.signCount, state?.batches].every(Number.isFinite) &&
          state.p >= 0 &&
          state.p <= max &&
          Math.abs(state.signSum) <= state.signCount &&
          state.batches >= 0 &&
          state.batches < intervalBatches,
        "adaptive p",
        () =>
          `not a state of this controller: ${JSON.stringify(state)} (p must lie in [0, ${max}], batches below ${intervalBatches}).`,
      );
      ({ p, signSum, signCount, batches } = state);
    },
  };
}
