/**
 * Low-pass taps of the wavelets that the augmentations use, with sum √2; sym2 (= db2) in closed form, sym6 from the tables.
 *
 * @see Daubechies 1992, "Ten Lectures on Wavelets", tables 6.1 and 8.1 (least asymmetric).
 */
export const waveletTaps = {
  sym2: [1 - Math.sqrt(3), 3 - Math.sqrt(3), 3 + Math.sqrt(3), 1 + Math.sqrt(3)].map((tap) => tap / (4 * Math.SQRT2)),
  sym6: [
    0.015404109327027373, 0.0034907120842174702, -0.11799011114819057, -0.048311742585633, 0.4910559419267466, 0.787641141030194,
    0.3379294217276218, -0.07263752278646252, -0.021060292512300564, 0.04472490177066578, 0.0017677118642428036,
    -0.007800708325034148,
  ],
} as const;

/** The filter of the warp: sym6 with sum 1. Its correlation with itself vanishes at even shifts, so up and down again is exact. */
export const resamplingTaps: readonly number[] = waveletTaps.sym6.map(
  (tap) => tap / waveletTaps.sym6.reduce((sum: number, other) => sum + other, 0),
);

/** The full convolution of two sequences. */
function convolve(a: readonly number[], b: readonly number[]): number[] {
  const out = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => {
    b.forEach((y, k) => {
      out[i + k] += x * y;
    });
  });
  return out;
}

/**
 * A bank of zero-phase band-pass filters an octave apart, made of the low pass H(z)H(1/z)/2 and its high-pass mirror: row 0 keeps the
 * lowest frequencies, the last the highest, and the rows add up to a unit impulse.
 *
 * @param numBands - At least 2.
 * @returns numBands rows of 7, 19, 43 … taps (2, 3, 4 bands), symmetric.
 * @see Karras et al. 2020, arXiv:2006.06676, Appendix B, "Image-space filtering".
 */
export function bandPassFilters(numBands: number): readonly (readonly number[])[] {
  const low = waveletTaps.sym2;
  const high = low.map((tap, i) => (i % 2 === 0 ? tap : -tap));
  const halved = (taps: readonly number[]) => convolve(taps, [...taps].reverse()).map((tap) => tap / 2);
  const [lowPass, highPass] = [halved(low), halved(high)];
  let bank = Array.from({ length: numBands }, (_, band) => [band === 0 ? 1 : 0]);
  for (let band = 1; band < numBands; band++) {
    bank = bank.map((row) =>
      convolve(
        row.flatMap((tap, i) => (i === 0 ? [tap] : [0, tap])),
        lowPass,
      ),
    );
    const start = (bank[band].length - highPass.length) / 2;
    highPass.forEach((tap, i) => {
      bank[band][start + i] += tap;
    });
  }
  return bank;
}
