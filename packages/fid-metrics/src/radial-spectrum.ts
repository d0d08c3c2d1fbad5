import { multiplyMatrices } from "array-kernels";
import { expect } from "repro-kit";
import type { ImageArray } from "./images.ts";

/**
 * Radial power spectrum: |DFT|²/(h·w) of the grey images, averaged over the images and over all frequencies whose radius rounds to
 * the same number of cycles along the shorter side.
 *
 * @param images - At least one uint8 image, of at least 4×4 pixels.
 * @returns [⌊min(h, w)/2⌋ + 1], from the mean (0) to the shortest waves.
 * @throws UsageError for no image or smaller ones. O(count · h · w · (h + w)).
 * @see Durall, Keuper, Keuper 2020, arXiv:2003.01826, Sec. 3.1 (azimuthal integration).
 */
export function radialPowerSpectrum({ data, count, height, width, channels }: ImageArray): Float64Array {
  const side = Math.min(height, width);
  expect(
    count >= 1 && side >= 4,
    "radialPowerSpectrum",
    `images of at least 4×4 are needed; got ${count} of ${height}×${width}.`,
  );
  const [rows, columns] = [waves(height), waves(width)];
  const [power, numbers] = [new Float64Array(Math.floor(side / 2) + 1), new Float64Array(Math.floor(side / 2) + 1)];
  const folded = (k: number, size: number): number => Math.min(k, size - k) * (side / size);
  for (let i = 0; i < count; i++) {
    const grey = greyPlane(data, i * height * width * channels, height * width, channels);
    const [real, imaginary] = transform(grey, rows, columns, height, width);
    for (let u = 0; u < height; u++)
      for (let v = 0; v < width; v++) {
        const radius = Math.round(Math.hypot(folded(u, height), folded(v, width)));
        if (radius >= power.length) continue; // the corners, which no circle in the plane fills
        power[radius] += (real[u * width + v] ** 2 + imaginary[u * width + v] ** 2) / (height * width);
        numbers[radius]++;
      }
  }
  return power.map((sum, radius) => sum / numbers[radius]);
}

/**
 * How far two spectra lie apart: mean over all radii but 0 of |log₁₀ a − log₁₀ b|, in decades.
 *
 * @throws UsageError for unlike lengths, or where a spectrum holds no power at some radius (images without structure).
 */
export function spectrumDistance(a: Float64Array, b: Float64Array): number {
  const scope = "spectrumDistance";
  expect(a.length === b.length && a.length >= 2, scope, `spectra must have one length; got ${a.length} and ${b.length}.`);
  let sum = 0;
  for (let radius = 1; radius < a.length; radius++) {
    const isThere = a[radius] > 0 && b[radius] > 0;
    expect(isThere, scope, `no power at ${radius} cycles: the images of one side have no structure there.`);
    sum += Math.abs(Math.log10(a[radius] / b[radius]));
  }
  return sum / (a.length - 1);
}

interface Waves {
  readonly cosine: Float64Array;
  readonly sine: Float64Array;
}

/** cos and sin of 2πkn/size, [size, size]. */
function waves(size: number): Waves {
  const angle = (i: number): number => (2 * Math.PI * ((Math.floor(i / size) * (i % size)) % size)) / size;
  return {
    cosine: Float64Array.from({ length: size * size }, (_, i) => Math.cos(angle(i))),
    sine: Float64Array.from({ length: size * size }, (_, i) => Math.sin(angle(i))),
  };
}

/** Σ grey·exp(−i(…)) by the separable form. */
function transform(grey: Float64Array, rows: Waves, columns: Waves, height: number, width: number): [Float64Array, Float64Array] {
  const down = (matrix: Float64Array): Float64Array => multiplyMatrices(matrix, grey, { m: height, k: height, n: width });
  const across = (left: Float64Array, matrix: Float64Array): Float64Array =>
    multiplyMatrices(left, matrix, { m: height, k: width, n: width });
  const [even, odd] = [down(rows.cosine), down(rows.sine)];
  const [cc, ss] = [across(even, columns.cosine), across(odd, columns.sine)];
  const [cs, sc] = [across(even, columns.sine), across(odd, columns.cosine)];
  return [cc.map((value, i) => value - ss[i]), cs.map((value, i) => -value - sc[i])];
}

function greyPlane(data: Uint8Array, from: number, length: number, channels: number): Float64Array {
  const plane = new Float64Array(length);
  for (let i = 0; i < length; i++) for (let c = 0; c < channels; c++) plane[i] += data[from + i * channels + c] / channels;
  return plane;
}
