import { checkOptions, expect, UsageError } from "repro-kit";
import { readNpz, type WeightTensor, writeNpz } from "tfjs-train";
import type { FeatureExtractor } from "./extractor.ts";
import { QUANTISATION } from "./images.ts";
import type { FeatureStatistics } from "./moments.ts";

/** How statistics were made: what two sets must share to be compared. */
export interface StatisticsOrigin {
  readonly extractor: string;
  readonly tap: string;
  readonly mode: string;
  readonly resize: string;
  /** The extractor's fingerprint. */
  readonly weights: string;
  readonly quantisation: string;
}

export interface StatisticsFile {
  readonly statistics: FeatureStatistics;
  /** Undefined where the file does not say it: one of pytorch-fid or clean-fid. */
  readonly origin?: StatisticsOrigin;
}

export interface ReadStatisticsOptions {
  /** Shown in messages. Default "the file". */
  readonly name?: string;
  /** Refuses statistics that were made in another way than by this. */
  readonly extractor?: FeatureExtractor;
  /** Takes a file that does not say how it was made for one of the extractor's, on the caller's word. Default false. */
  readonly trustUnmarked?: boolean;
}

const SCOPE = "statistics";
/** The array of an npz that holds how it was made, UTF-8 of JSON. Readers of mu and sigma pass over it. */
const ORIGIN = "origin";
/** |sigma − sigmaᵀ| relative to the largest entry: float32 sums of reference programs leave 1e-7. */
const ASYMMETRY = 1e-5;

/** What an extractor says of itself, as `StatisticsOrigin`. */
export function originOf({ name, tap, mode, resize, fingerprint }: FeatureExtractor): StatisticsOrigin {
  return { extractor: name, tap, mode, resize, weights: fingerprint, quantisation: QUANTISATION };
}

/**
 * Statistics as an npz with `mu` [D] and `sigma` [D, D] in float64, as pytorch-fid and clean-fid read it, the count, and how they
 * were made. The same statistics give the same bytes.
 */
export function writeStatistics({ mean, covariance, dimension, count }: FeatureStatistics, origin: StatisticsOrigin): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify({ format: 1, ...origin }));
  const isCounted = Number.isFinite(count);
  return writeNpz({
    mu: { dtype: "F64", shape: [dimension], data: mean },
    sigma: { dtype: "F64", shape: [dimension, dimension], data: covariance },
    ...(isCounted ? { count: { dtype: "F64", shape: [1], data: Float64Array.of(count) } } : {}),
    [ORIGIN]: { dtype: "U8", shape: [text.length], data: text },
  });
}

/**
 * Reads statistics of this package, pytorch-fid or clean-fid. A file that does not say how it was made is one of pytorch-fid at
 * tap 2048 as far as one can tell, and is refused for any other extractor unless `trustUnmarked`.
 *
 * @param bytes - The whole npz.
 * @throws UsageError that names the file, for anything else than `mu` [D] and a covariance `sigma` [D, D], NaN, or another origin.
 */
export async function readStatistics(bytes: Uint8Array, options: ReadStatisticsOptions = {}): Promise<StatisticsFile> {
  checkOptions(SCOPE, options, ["name", "extractor", "trustUnmarked"]);
  const { name = "the file", extractor, trustUnmarked = false } = options;
  const { tensors } = await readNpz(bytes).catch((cause: unknown) => {
    if (UsageError.isInstance(cause)) throw new UsageError(`[${SCOPE}] ${name} is no npz: ${cause.message}`, { cause });
    throw cause;
  });
  const { mu, sigma } = tensors;
  const held = Object.keys(tensors).join(", ");
  expect(mu && sigma, SCOPE, `${name} must hold the arrays mu and sigma; it holds ${held || "none"}.`);
  const [dimension] = mu.shape;
  const isShaped = mu.shape.length === 1 && dimension >= 1 && String(sigma.shape) === String([dimension, dimension]);
  expect(
    isShaped,
    SCOPE,
    `${name}: mu must be [D] and sigma [D, D]; got [${mu.shape.join(", ")}] and [${sigma.shape.join(", ")}].`,
  );
  const count = tensors.count ? numbersOf(tensors.count, "count", name)[0] : Number.POSITIVE_INFINITY;
  expect(count >= 2, SCOPE, `${name} says that it was made of ${count} images; at least 2 are needed.`);
  const statistics = { count, dimension, mean: numbersOf(mu, "mu", name), covariance: numbersOf(sigma, "sigma", name) };
  checkCovariance(statistics, name);
  symmetrise(statistics);
  const origin = originIn(tensors[ORIGIN], name);
  if (extractor) checkOrigin({ statistics, ...(origin ? { origin } : {}) }, { extractor, name, trustUnmarked });
  return { statistics, ...(origin ? { origin } : {}) };
}

function numbersOf({ dtype, data }: WeightTensor, array: string, name: string): Float64Array {
  const isFloat = data instanceof Float64Array || data instanceof Float32Array;
  expect(isFloat, SCOPE, `${name}: ${array} must hold floating-point numbers; got ${dtype}.`);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  expect(
    bad < 0,
    SCOPE,
    () => `${name}: ${array} holds ${data[bad]}. The program that wrote it met images it could not measure.`,
  );
  return Float64Array.from(data);
}

/** What can be seen of a covariance without its eigenvalues: it is symmetric, and |s_ij|² ≤ s_ii·s_jj. */
function checkCovariance({ dimension, covariance }: FeatureStatistics, name: string): void {
  let largest = 0;
  let gap = 0;
  let excess = 0;
  for (let i = 0; i < dimension; i++) {
    const variance = covariance[i * dimension + i];
    expect(variance >= 0, SCOPE, () => `${name}: sigma holds a variance of ${variance}, so it is no covariance. Make it anew.`);
    for (let j = 0; j <= i; j++) {
      const value = covariance[i * dimension + j];
      largest = Math.max(largest, Math.abs(value));
      gap = Math.max(gap, Math.abs(value - covariance[j * dimension + i]));
      excess = Math.max(excess, Math.abs(value) - Math.sqrt(variance * covariance[j * dimension + j]));
    }
  }
  expect(
    gap <= ASYMMETRY * largest,
    SCOPE,
    `${name}: sigma is not symmetric, so it is no covariance (entries differ by ${gap}).`,
  );
  expect(
    excess <= ASYMMETRY * largest,
    SCOPE,
    `${name}: sigma is no covariance: an entry is larger by ${excess} than its two variances allow. Make it anew.`,
  );
}

/** (S + Sᵀ)/2 in place: what comes next takes no matrix that is symmetric but for a float32's rounding. */
function symmetrise({ dimension, covariance }: FeatureStatistics): void {
  for (let i = 0; i < dimension; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [i * dimension + j, j * dimension + i];
      if (covariance[a] !== covariance[b]) covariance[a] = covariance[b] = (covariance[a] + covariance[b]) / 2;
    }
}

function originIn(tensor: WeightTensor | undefined, name: string): StatisticsOrigin | undefined {
  if (!tensor) return undefined;
  let told: unknown;
  try {
    told = JSON.parse(new TextDecoder().decode(tensor.data as Uint8Array)); // other bytes are no JSON of ours
  } catch {
    told = undefined;
  }
  expect(isOrigin(told), SCOPE, `${name}: its array "${ORIGIN}" does not say how it was made. Make the file anew.`);
  const { extractor, tap, mode, resize, weights, quantisation } = told;
  return { extractor, tap, mode, resize, weights, quantisation };
}

const FIELDS = ["extractor", "tap", "mode", "resize", "weights", "quantisation"] as const;

const isOrigin = (told: unknown): told is StatisticsOrigin =>
  typeof told === "object" &&
  told !== null &&
  FIELDS.every((field) => typeof (told as Record<string, unknown>)[field] === "string");

function checkOrigin(
  { statistics, origin }: StatisticsFile,
  { extractor, name, trustUnmarked }: Required<ReadStatisticsOptions>,
): void {
  const { dimension } = statistics;
  const isOfDimension = dimension === extractor.dimension;
  expect(isOfDimension, SCOPE, `${name} has ${dimension} features; the extractor makes ${extractor.dimension}.`);
  const wanted = originOf(extractor);
  if (!origin) {
    const isLikely = wanted.extractor === "inception-v3-fid" && wanted.mode === "pytorch-fid" && wanted.tap === "2048";
    expect(
      isLikely || trustUnmarked,
      SCOPE,
      `${name} does not say how it was made, as those of pytorch-fid; the other side is made by ${wanted.extractor}, tap ${wanted.tap}, ` +
        `mode ${wanted.mode}. Make it anew, or say that you know it to be of that mode (trustUnmarked; --trust-stats).`,
    );
    return;
  }
  const unlike = FIELDS.filter((field) => origin[field] !== wanted[field]);
  expect(unlike.length === 0, SCOPE, () => {
    const list = unlike.map((field) => `${field} (${origin[field]} in the file, ${wanted[field]} now)`).join(", ");
    return `${name} was made in another way: they differ in ${list}. Make it anew, or choose the mode of the file.`;
  });
}
