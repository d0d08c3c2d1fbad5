import { checkOptions, expect } from "repro-kit";
import { filterImages } from "../filter-images.ts";
import { type CorruptionOp, checkRange, type OpOptions, PAPER } from "../op.ts";
import { bandPassFilters } from "../wavelets.ts";

export interface ImageFilterOptions extends OpOptions {
  /** Multiplies p for each of the four bands, lowest frequencies first, each in [0, 1]. @defaultValue [1, 1, 1, 1] */
  readonly bands?: readonly number[];
  /** Standard deviation of log₂ of a band's factor. @defaultValue 1 */
  readonly standardDeviation?: number;
}

/** The share of each band in the power of natural images, whose spectrum falls with the square of the frequency. */
const EXPECTED_POWER = [10, 1, 1, 1].map((power) => power / 13);
const filters = /* @__PURE__ */ bandPassFilters(EXPECTED_POWER.length);

/**
 * Amplifies or weakens each of four frequency bands by 2^z, z ~ N(0, standardDeviation²), each time scaled so that the image keeps
 * its expected power. The filter is 43×43 taps; beyond the border the image is reflected, as often as its size asks for, so images
 * of any size pass.
 *
 * Cost: see `filterImages`.
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B, "Image-space filtering".
 */
export function imageFilter(options: ImageFilterOptions = {}): CorruptionOp {
  checkOptions("image-filter", options, ["strength", "bands", "standardDeviation"]);
  const { strength = 1, bands = [1, 1, 1, 1], standardDeviation = 1 } = options;
  checkRange("image-filter", "strength", strength, 0, 1);
  checkRange("image-filter", "standardDeviation", standardDeviation, 0, 10);
  expect(
    Array.isArray(bands) && bands.length === EXPECTED_POWER.length,
    "image-filter",
    () => `bands must be four numbers; got ${JSON.stringify(bands)}.`,
  );
  bands.forEach((share, band) => {
    checkRange("image-filter", `bands[${band}]`, share, 0, 1);
  });
  return {
    stage: "corruption",
    name: "image-filter",
    source: PAPER,
    strength,
    sample: ({ draws, chance, p }) => {
      const factors = bands.map((share) => chance(2 ** (draws.normal() * standardDeviation), 1, p * share));
      return factors.every((factor) => factor === 1) ? undefined : amplitudes(factors);
    },
    apply: (images, samples) =>
      filterImages(
        images,
        samples.map((amplitude) => amplitude && tapsOf(amplitude)),
      ),
  };
}

/** Each band's factor is spread over all bands so that the expected power stays 1; the factors of the four are multiplied. */
function amplitudes(factors: readonly number[]): number[] {
  const out = factors.map(() => 1);
  factors.forEach((factor, band) => {
    const power = EXPECTED_POWER.reduce((sum, share, k) => sum + share * (k === band ? factor * factor : 1), 0);
    for (let k = 0; k < out.length; k++) out[k] *= (k === band ? factor : 1) / Math.sqrt(power);
  });
  return out;
}

const tapsOf = (amplitude: ArrayLike<number>): number[] =>
  filters[0].map((_, tap) => filters.reduce((sum, filter, band) => sum + amplitude[band] * filter[tap], 0));
