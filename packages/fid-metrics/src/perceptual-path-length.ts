import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, type Rng } from "repro-kit";
import { type PathLength, slerp, summarisePathLengths } from "./path-length.ts";

/**
 * A generator as path lengths need it. `pairs` numbers the pair that each row belongs to, so that classes and noise can be drawn by
 * it: both ends of a pair must have the same.
 */
export interface PathGenerator {
  readonly latentSize: number;
  /** Standard normal (default): paths in z run over the sphere. Uniform in [0, 1): they run straight through the cube. */
  readonly latentDistribution?: "normal" | "uniform";
  /** Images [count, height, width, channels] in [−1, 1] of latents [count, latentSize], not quantised; the same image for the same latent and pair. */
  generate(latents: tf.Tensor2D, pairs: readonly number[]): tf.Tensor4D | Promise<tf.Tensor4D>;
  /** From z to w, where there are two spaces; `generate` then takes w, of any length. */
  map?(latents: tf.Tensor2D, pairs: readonly number[]): tf.Tensor2D | Promise<tf.Tensor2D>;
}

/** How far images lie apart, pair by pair: [count]. LPIPS with VGG16 for the published number. */
export interface PathDistance {
  /** Goes into the protocol. */
  readonly name: string;
  /** Tells weights apart, where it has some. */
  readonly fingerprint?: string;
  between(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor1D | Promise<tf.Tensor1D>;
}

/** Where to walk, as the `path` of a StyleGAN preset says it. */
export interface PathSettings {
  /** "z": on the sphere; "w": straight, after `map`. Default "w" where there is a map, else "z". */
  readonly space?: "z" | "w";
  /** "full": anywhere on the path; "end": at its beginning. Default "end". */
  readonly sampling?: "full" | "end";
  /** Pairs. Default 50 000. */
  readonly samples?: number;
  /** Step along the path. Default 1e-4. */
  readonly epsilon?: number;
  /** Measures the middle of the image only, as the StyleGAN tools do with faces: rows 3/8 to 7/8, columns 2/8 to 6/8. Default false. */
  readonly crop?: boolean;
}

export interface PerceptualPathLengthOptions extends PathSettings {
  readonly generator: PathGenerator;
  readonly distance: PathDistance;
  readonly rng: Rng;
  /** Pairs at once. Default 8. */
  readonly batchSize?: number;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

const KNOWN = "generator distance rng space sampling samples epsilon crop batchSize onProgress signal".split(" ");
/** Images of more pixels a side are averaged down to it before they are compared. */
const LARGEST = 256;
const STANDARD = { sampling: "end", samples: 50_000, epsilon: 1e-4, crop: false } as const;

/** Mean squared difference of pixels, [−1, 1]: not perceptual, and comparable with no paper; for tests and generators of one's own. */
export const pixelPathDistance: PathDistance = {
  name: "mean squared pixel difference",
  between: (a, b) => tf.tidy(() => tf.mean(tf.reshape(tf.square(tf.sub(a, b)), [a.shape[0], -1]), 1) as tf.Tensor1D),
};

/**
 * Perceptual path length E[d(G(p(t)), G(p(t + ε)))/ε²] over paths p between two latents, without the outermost percents. Pair i
 * depends on the seed and i only. Images above 256 pixels are averaged down before they are compared, as the StyleGAN tools do.
 *
 * @returns As `summarisePathLengths`. Memory does not grow with `samples`.
 * @throws UsageError for space "w" without a map, fewer than two samples, or distances that are not finite.
 * @see Karras et al. 2019, arXiv:1812.04948, eq. (2) and (3); Karras et al. 2020, arXiv:1912.04958, App. B (end points, no crop).
 */
export async function perceptualPathLength(options: PerceptualPathLengthOptions): Promise<PathLength> {
  const scope = "perceptualPathLength";
  checkOptions(scope, options, KNOWN);
  const { generator, distance, rng, batchSize = 8, onProgress, signal } = options;
  const { space, sampling, samples, epsilon, crop } = settingsOf(options);
  expect(space === "z" || generator.map, scope, "space w needs a generator with a map from z to w; this one has none. Take z.");
  expect(epsilon > 0, scope, `epsilon must be positive; got ${epsilon}.`);
  expect(Number.isInteger(samples) && samples >= 2, scope, `samples must be an integer ≥ 2; got ${samples}.`);
  expect(Number.isInteger(batchSize) && batchSize >= 1, scope, `batchSize must be an integer ≥ 1; got ${batchSize}.`);
  const distances = new Float64Array(samples);
  for (let from = 0; from < samples; from += batchSize) {
    signal?.throwIfAborted();
    const count = Math.min(batchSize, samples - from);
    const pairs = Array.from({ length: count }, (_, i) => from + i);
    const ends = await pathEnds({ generator, rng, space, sampling, epsilon }, pairs);
    const images = await Promise.all(ends.map((latents) => generator.generate(latents, pairs)));
    const compared = images.map((image) => comparedPart(image, crop));
    const between = await distance.between(compared[0], compared[1]);
    const values = await between.data();
    tf.dispose([ends, images, compared, between]);
    for (let i = 0; i < count; i++) distances[from + i] = values[i] / (epsilon * epsilon);
    onProgress?.({ done: from + count, total: samples });
  }
  return summarisePathLengths(distances);
}

/** What of an image is compared, at 256 pixels a side of the whole at most. */
function comparedPart(images: tf.Tensor4D, crop: boolean): tf.Tensor4D {
  return tf.tidy(() => {
    const [count, height, width, channels] = images.shape;
    const [unit, factor] = [Math.floor(height / 8), Math.floor(height / LARGEST)];
    const part = crop
      ? tf.slice(images, [0, 3 * unit, 2 * unit, 0], [count, 4 * unit, Math.min(4 * unit, width - 2 * unit), channels])
      : images;
    return factor > 1 ? tf.avgPool(part, factor, factor, "valid") : tf.clone(part);
  });
}

/** Settings with the defaults. */
export const settingsOf = (options: PathSettings & Pick<PerceptualPathLengthOptions, "generator">): Required<PathSettings> => ({
  space: options.space ?? (options.generator.map ? "w" : "z"),
  sampling: options.sampling ?? STANDARD.sampling,
  samples: options.samples ?? STANDARD.samples,
  epsilon: options.epsilon ?? STANDARD.epsilon,
  crop: options.crop ?? STANDARD.crop,
});

/** How a path length is measured, in a line for protocols: "w, end, ε = 0.0001, 50000 pairs; LPIPS 0.1, VGG16 (…)". */
export function describePath(options: PathSettings & Pick<PerceptualPathLengthOptions, "generator" | "distance">): string {
  const { space, sampling, samples, epsilon, crop } = settingsOf(options);
  const { name, fingerprint } = options.distance;
  const distance = fingerprint === undefined ? name : `${name} (${fingerprint})`;
  return `${space}, ${sampling}, ε = ${epsilon}, ${samples} pairs${crop ? ", cropped" : ""}; ${distance}`;
}

type PathPlan = Pick<Required<PerceptualPathLengthOptions>, "generator" | "rng" | "space" | "sampling" | "epsilon">;

/** Both points of each pair, as the tensors that `generate` takes: [pairs.length, latentSize] each. */
async function pathEnds(plan: PathPlan, pairs: readonly number[]): Promise<[tf.Tensor2D, tf.Tensor2D]> {
  const { generator, rng, space, sampling, epsilon } = plan;
  const { latentSize, latentDistribution = "normal" } = generator;
  const isNormal = latentDistribution === "normal";
  const drawn = pairs.map((pair) => {
    const stream = rng.fork("ppl", pair);
    const draw = (): Float64Array => stream[isNormal ? "fillNormal" : "fillUniform"](new Float64Array(latentSize));
    const [a, b] = [draw(), draw()];
    return { a, b, t: sampling === "full" ? stream.uniform() : 0 };
  });
  const upload = (rows: readonly ArrayLike<number>[]): tf.Tensor2D => {
    const values = new Float32Array(rows.length * latentSize);
    for (const [i, row] of rows.entries()) values.set(row, i * latentSize);
    return tf.tensor2d(values, [rows.length, latentSize]);
  };
  const mapAll = async (latents: readonly tf.Tensor2D[]): Promise<readonly tf.Tensor2D[]> => {
    if (!generator.map) return latents;
    const mapped: tf.Tensor2D[] = [];
    for (const z of latents) mapped.push(await generator.map(z, pairs));
    tf.dispose(latents as tf.Tensor2D[]);
    return mapped;
  };
  if (space === "z") {
    const at = ({ a, b, t }: (typeof drawn)[number], step: number): Float64Array =>
      isNormal
        ? slerp(a, b, t + step).map((value) => value * Math.sqrt(latentSize)) // the sphere where normal latents lie
        : a.map((value, i) => value + (b[i] - value) * (t + step));
    const [first, second] = await mapAll([0, epsilon].map((step) => upload(drawn.map((pair) => at(pair, step)))));
    return [first, second];
  }
  const corners = await mapAll([upload(drawn.map(({ a }) => a)), upload(drawn.map(({ b }) => b))]);
  const [first, second] = [0, epsilon].map((step) =>
    tf.tidy(() => {
      const t = tf.tensor2d(drawn.map((pair) => [pair.t + step]));
      return tf.add(corners[0], tf.mul(tf.sub(corners[1], corners[0]), t)) as tf.Tensor2D; // [count, size of w]
    }),
  );
  tf.dispose(corners as tf.Tensor2D[]);
  return [first, second];
}
