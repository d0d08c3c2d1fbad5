import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, type Rng } from "repro-kit";
import { type PathLength, slerp, summarisePathLengths } from "./path-length.ts";

/** A generator as path lengths need it. */
export interface PathGenerator {
  readonly latentSize: number;
  /** Images [count, height, width, channels] in [−1, 1] of latents [count, latentSize], not quantised; the same image for the same latent. */
  generate(latents: tf.Tensor2D): tf.Tensor4D | Promise<tf.Tensor4D>;
  /** From z to w, where there are two spaces; `generate` then takes w. */
  map?(latents: tf.Tensor2D): tf.Tensor2D | Promise<tf.Tensor2D>;
}

/** How far images lie apart, pair by pair: [count]. LPIPS with VGG16 for the published number. */
export interface PathDistance {
  /** Goes into the protocol. */
  readonly name: string;
  between(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor1D | Promise<tf.Tensor1D>;
}

export interface PerceptualPathLengthOptions {
  readonly generator: PathGenerator;
  readonly distance: PathDistance;
  readonly rng: Rng;
  /** "z": on the sphere; "w": straight, after `map`. Default "w" where there is a map, else "z". */
  readonly space?: "z" | "w";
  /** "full": anywhere on the path; "end": at its beginning. Default "end". */
  readonly sampling?: "full" | "end";
  /** Default 50 000. */
  readonly samples?: number;
  /** Step along the path. Default 1e-4. */
  readonly epsilon?: number;
  /** Measures the middle of the image only, as the StyleGAN tools do with faces: rows 3/8 to 7/8, columns 2/8 to 6/8. Default false. */
  readonly crop?: boolean;
  /** Pairs at once. Default 8. */
  readonly batchSize?: number;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

const KNOWN = "generator distance rng space sampling samples epsilon crop batchSize onProgress signal".split(" ");
/** Images of more pixels a side are averaged down to it before they are compared. */
const LARGEST = 256;

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
  const {
    generator,
    distance,
    rng,
    sampling = "end",
    samples = 50_000,
    epsilon = 1e-4,
    crop = false,
    batchSize = 8,
    onProgress,
    signal,
  } = options;
  const space = options.space ?? (generator.map ? "w" : "z");
  expect(space === "z" || generator.map, scope, "space w needs a generator with a map from z to w; this one has none. Take z.");
  expect(epsilon > 0, scope, `epsilon must be positive; got ${epsilon}.`);
  expect(Number.isInteger(samples) && samples >= 2, scope, `samples must be an integer ≥ 2; got ${samples}.`);
  const distances = new Float64Array(samples);
  for (let from = 0; from < samples; from += batchSize) {
    signal?.throwIfAborted();
    const count = Math.min(batchSize, samples - from);
    const ends = await pathEnds({ generator, rng, space, sampling, epsilon }, from, count);
    const images = await Promise.all(ends.map((latents) => generator.generate(latents)));
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

type PathPlan = Pick<Required<PerceptualPathLengthOptions>, "generator" | "rng" | "space" | "sampling" | "epsilon">;

/** Both points of each pair, as the tensors that `generate` takes: [count, latentSize] each. */
async function pathEnds(plan: PathPlan, from: number, count: number): Promise<[tf.Tensor2D, tf.Tensor2D]> {
  const { generator, rng, space, sampling, epsilon } = plan;
  const { latentSize } = generator;
  const pairs = Array.from({ length: count }, (_, i) => {
    const stream = rng.fork("ppl", from + i);
    const [a, b] = [0, 1].map(() => stream.fillNormal(new Float64Array(latentSize)));
    return { a, b, t: sampling === "full" ? stream.uniform() : 0 };
  });
  const upload = (rows: readonly ArrayLike<number>[]): tf.Tensor2D =>
    tf.tensor2d(Float32Array.from(rows.flatMap((row) => Array.from(row))), [rows.length, latentSize]);
  if (space === "z") {
    // The sphere of StyleGAN has radius √size, where normal latents lie.
    const onSphere = (a: Float64Array, b: Float64Array, t: number): Float64Array =>
      slerp(a, b, t).map((value) => value * Math.sqrt(latentSize));
    const latents = [0, epsilon].map((step) => upload(pairs.map(({ a, b, t }) => onSphere(a, b, t + step))));
    if (!generator.map) return [latents[0], latents[1]];
    const mapped = await Promise.all(latents.map((z) => generator.map?.(z) as Promise<tf.Tensor2D>));
    tf.dispose(latents);
    return [mapped[0], mapped[1]];
  }
  const corners = [upload(pairs.map(({ a }) => a)), upload(pairs.map(({ b }) => b))];
  const mapped = await Promise.all(corners.map((z) => generator.map?.(z) as Promise<tf.Tensor2D>));
  const ends = [0, epsilon].map((step) =>
    tf.tidy(() => {
      const t = tf.tensor2d(pairs.map((pair) => [pair.t + step]));
      return tf.add(mapped[0], tf.mul(tf.sub(mapped[1], mapped[0]), t)) as tf.Tensor2D; // [count, latentSize]
    }),
  );
  tf.dispose([corners, mapped]);
  return [ends[0], ends[1]];
}
