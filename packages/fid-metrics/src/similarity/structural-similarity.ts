import { checkOptions, expect, listKnown } from "repro-kit";
import { filterPlane, halvePlane, type Plane, reflectPlane } from "./filter-plane.ts";
import { type SsimConvention, type SsimConventionName, ssimConventions } from "./ssim-conventions.ts";

/** One image, row-major [height, width, channels]. */
export interface SsimImage {
  readonly data: Uint8Array | Float32Array | Float64Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface SsimOptions {
  /** Default "paper". */
  readonly convention?: SsimConventionName | SsimConvention;
  /** Largest minus smallest possible value. Default 255. */
  readonly range?: number;
}

export interface MsSsimOptions extends SsimOptions {
  /** Exponents of the scales, the finest first. Default: the five of the paper. */
  readonly weights?: readonly number[];
  /** Negative terms become 0 ("relu", default), every term t becomes (1 + t)/2 ("simple"), or they are refused ("none"). */
  readonly negative?: "relu" | "simple" | "none";
}

/** Exponents of Wang et al. 2003, Sec. 3.2. */
export const msSsimWeights: readonly number[] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/**
 * Exponents of the finest scales that fit into an image under the window of 11 pixels, scaled to the sum 1: all five from 176 pixels on.
 *
 * @throws UsageError for images smaller than the window.
 */
export function fittingScales({ height, width }: { readonly height: number; readonly width: number }): readonly number[] {
  const side = Math.min(height, width);
  const least = ssimConventions.paper.window.length;
  expect(side >= least, "fittingScales", `images of at least ${least} pixels are needed; got ${height}×${width}.`);
  const weights = msSsimWeights.filter((_, scale) => side >= least * 2 ** scale);
  if (weights.length === msSsimWeights.length) return weights;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * Structural similarity (2μ_aμ_b + C₁)(2σ_ab + C₂)/((μ_a² + μ_b² + C₁)(σ_a² + σ_b² + C₂)) with C = (0.01·range)², (0.03·range)²,
 * averaged over pixels and channels.
 *
 * @param a - One image.
 * @param b - Another of the same size.
 * @returns A number in [−1, 1]; 1 for equal images.
 * @throws UsageError for unlike sizes, images smaller than the window, or pixels that are not finite. O(pixels · window).
 * @see Wang et al. 2004, IEEE Trans. Image Processing 13, eq. (13).
 */
export function structuralSimilarity(a: SsimImage, b: SsimImage, options: SsimOptions = {}): number {
  checkOptions("structuralSimilarity", options, ["convention", "range"]);
  const { planes, convention, range } = prepare("structuralSimilarity", a, b, options, 1);
  return mean(planes.map(([left, right]) => compare(left, right, convention, range).similarity));
}

/**
 * Multi-scale structural similarity Π_j cs_j^{w_j} · ssim_last^{w_last}: the contrast-structure term of each scale but the last, where
 * the whole similarity stands; an image is halved by 2 × 2 means between scales.
 *
 * @param a - One image, at least (window)·2^(scales − 1) pixels high and wide: 176 for the default.
 * @param b - Another of the same size.
 * @throws UsageError for unlike sizes, images too small for the scales (give fewer `weights`), or a negative term with "none".
 * @see Wang, Simoncelli, Bovik 2003, Asilomar, eq. (7).
 */
export function multiScaleSimilarity(a: SsimImage, b: SsimImage, options: MsSsimOptions = {}): number {
  const scope = "multiScaleSimilarity";
  checkOptions(scope, options, ["convention", "range", "weights", "negative"]);
  const { weights = msSsimWeights, negative = "relu" } = options;
  expect(weights.length >= 1 && weights.every((w) => w > 0), scope, "weights must be positive numbers, at least one.");
  const known = ["relu", "simple", "none"];
  expect(known.includes(negative), scope, () => `unknown negative "${negative}"; ${listKnown(negative, known)}`);
  const { planes, convention, range } = prepare(scope, a, b, options, weights.length);
  const terms = planes.map(([left, right]) => scaleTerms(left, right, weights.length, convention, range)); // [channels, scales]
  const groups = convention.channels === "each" ? terms : [weights.map((_, scale) => mean(terms.map((one) => one[scale])))];
  const normalise = { relu: (t: number) => Math.max(0, t), simple: (t: number) => (t + 1) / 2, none: (t: number) => t }[negative];
  const exponents = convention.exponents === "float32" ? weights.map(Math.fround) : weights;
  const power = (term: number, j: number): number => {
    const base = normalise(term);
    expect(
      base >= 0,
      scope,
      () => `the term of scale ${j} is ${base}, which has no power ${exponents[j]}. Take "relu" or "simple".`,
    );
    return base ** exponents[j];
  };
  return mean(groups.map((group) => group.reduce((product, term, j) => product * power(term, j), 1)));
}

/** Contrast terms of all scales but the last, and the similarity of the last. */
function scaleTerms(a: Plane, b: Plane, numScales: number, convention: SsimConvention, range: number): number[] {
  const terms: number[] = [];
  let [left, right] = [a, b];
  for (let scale = 0; scale < numScales; scale++) {
    if (scale > 0) [left, right] = [halvePlane(left, convention.odd), halvePlane(right, convention.odd)];
    const { similarity, contrast } = compare(left, right, convention, range);
    terms.push(scale === numScales - 1 ? similarity : contrast);
  }
  return terms;
}

/** Mean similarity, and mean contrast-structure term where the window fits. */
function compare(a: Plane, b: Plane, convention: SsimConvention, range: number): { similarity: number; contrast: number } {
  const { window, border, isSampleCovariance, clampsVariance } = convention;
  const margin = (window.length - 1) / 2;
  const [left, right] = border === "reflect" ? [reflectPlane(a, margin), reflectPlane(b, margin)] : [a, b];
  const filtered = (x: Plane, y?: Plane): Plane =>
    filterPlane(y ? { ...x, data: x.data.map((value, i) => value * y.data[i]) } : x, window);
  const [meanA, meanB] = [filtered(left), filtered(right)];
  const [squareA, squareB, product] = [filtered(left, left), filtered(right, right), filtered(left, right)];
  const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
  const numWindow = window.length ** 2;
  const correction = isSampleCovariance ? numWindow / (numWindow - 1) : 1;
  const floor = clampsVariance ? 0 : Number.NEGATIVE_INFINITY;
  const { height, width } = meanA;
  const cut = border === "reflect" ? margin : 0;
  let [similarity, contrast] = [0, 0];
  for (let i = 0; i < height * width; i++) {
    const [muA, muB] = [meanA.data[i], meanB.data[i]];
    const varianceA = Math.max(floor, correction * (squareA.data[i] - muA * muA));
    const varianceB = Math.max(floor, correction * (squareB.data[i] - muB * muB));
    const covariance = correction * (product.data[i] - muA * muB);
    const term = (2 * covariance + c2) / (varianceA + varianceB + c2);
    similarity += (term * (2 * muA * muB + c1)) / (muA * muA + muB * muB + c1);
    const [y, x] = [Math.floor(i / width), i % width];
    if (y >= cut && x >= cut && y < height - cut && x < width - cut) contrast += term;
  }
  return { similarity: similarity / (height * width), contrast: contrast / ((height - 2 * cut) * (width - 2 * cut)) };
}

function prepare(
  scope: string,
  a: SsimImage,
  b: SsimImage,
  { convention: given = "paper", range = 255 }: SsimOptions,
  numScales: number,
): { planes: readonly (readonly [Plane, Plane])[]; convention: SsimConvention; range: number } {
  const names = Object.keys(ssimConventions);
  const isKnown = typeof given !== "string" || names.includes(given);
  expect(isKnown, scope, () => `unknown convention "${given}"; ${listKnown(String(given), names)}`);
  const convention = typeof given === "string" ? ssimConventions[given] : given;
  const isSame = a.height === b.height && a.width === b.width && a.channels === b.channels;
  const size = ({ height, width, channels }: SsimImage): string => `${height}×${width}×${channels}`;
  expect(isSame, scope, `images must have one size; got ${size(a)} and ${size(b)}.`);
  for (const { data, height, width, channels } of [a, b]) {
    expect(
      data.length === height * width * channels,
      scope,
      `${size(a)} needs ${height * width * channels} values; got ${data.length}.`,
    );
    const bad = data instanceof Uint8Array ? -1 : data.findIndex((value) => !Number.isFinite(value));
    expect(bad < 0, scope, () => `pixels must be finite; got ${data[bad]} at index ${bad}.`);
  }
  const least = convention.window.length * 2 ** (numScales - 1);
  expect(
    Math.min(a.height, a.width) >= least,
    scope,
    `${numScales} scale(s) with a window of ${convention.window.length} need ${least} pixels; got ${a.height}×${a.width}.`,
  );
  expect(range > 0 && Number.isFinite(range), scope, `range must be positive; got ${range}.`);
  const planes = Array.from({ length: a.channels }, (_, channel) => [planeOf(a, channel), planeOf(b, channel)] as const);
  return { planes, convention, range };
}

const planeOf = ({ data, height, width, channels }: SsimImage, channel: number): Plane => ({
  data: Float64Array.from({ length: height * width }, (_, i) => data[i * channels + channel]),
  height,
  width,
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
