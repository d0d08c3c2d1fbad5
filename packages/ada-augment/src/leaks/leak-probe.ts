import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, type Rng } from "repro-kit";
import { drawsFromRng } from "../draws.ts";
import type { AugmentOp } from "../op.ts";
import { augment, createPipeline } from "../pipeline.ts";
import { trainFeatureClassifier } from "./feature-classifier.ts";
import { imageFeatures } from "./image-features.ts";
import { remedyFor } from "./remedies.ts";

export interface LeakProbeOptions {
  /** Preset, or names of ops or ops themselves: the pipe that the images were trained under. @defaultValue "bgcfnc" */
  readonly ops?: string | readonly (string | AugmentOp)[];
  /** Source of the probe's own augmentations and first weights. */
  readonly rng: Rng;
  /** How many standard errors an op's trace must stand out before it is named. @defaultValue 4 */
  readonly alarm?: number;
  /** Steps of training of each of the eight networks. @defaultValue 400 */
  readonly steps?: number;
}

/** What the probe finds of one op. */
export interface OpTrace {
  readonly op: string;
  /** How many standard errors its trace is stronger in the generated images than in the real ones. */
  readonly score: number;
  /** The share of images that fits best, of 0, 0.02, 0.05, 0.1, 0.2, 0.4 and 0.8. */
  readonly share: number;
}

export interface LeakReport {
  /** The op whose traces explain the generated images best, where they stand out; undefined where nothing does. */
  readonly leaked: OpTrace | undefined;
  /** What to do about it, for the user. */
  readonly remedy: string | undefined;
  /** Every op, the best explanation first. */
  readonly traces: readonly OpTrace[];
}

/** Tells whether generated images carry augmentations; made by `createLeakProbe`. */
export interface LeakProbe {
  readonly ops: readonly string[];
  /** @param generated - [count, height, width, channels] in [−1, 1], of the real images' shape. Hundreds, better a thousand. */
  inspect(generated: tf.Tensor4D): LeakReport;
  /** What `inspect` looks at, one row an image. */
  features(images: tf.Tensor4D): number[][];
  /** `inspect` of rows that `features` gave. */
  inspectFeatures(rows: readonly (readonly number[])[]): LeakReport;
}

/** Shares of affected images that are tried. */
const SHARES = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8];

/** Networks that learn the same from other first weights; the mean of their logarithms is steadier than one. */
const NETWORKS = 4;

/** No image counts for more odds than e⁴ = 55: real sets hold strange images too, and a few must not raise the alarm. */
const MOST_LOG_ODDS = 4;
/** What the alarm is raised by is named by all of its odds: strong evidence tells ops apart that resemble each other. */
const FULL_LOG_ODDS = 30;

/**
 * A probe for leaking augmentations: a generator trained under too strong a pipe draws rotated, tinted or erased images by itself.
 *
 * The real images are augmented with each op alone, and small networks learn to tell the ops apart by what they leave in an image
 * (see `imageFeatures`). Their odds r of "op" against "untouched" give each generated image the likelihood 1 − ε + ε·r of standing in a set
 * of which a share ε is affected. The mean logarithm over the set is compared with that of the real images, each judged by the networks
 * that have not seen it.
 *
 * What an op does that real images do by themselves, such as flips of skin, cannot be told, and does no harm either.
 *
 * @param real - [count, height, width, channels] in [−1, 1]; at least 64 images, 8 pixels a side. Not disposed.
 * @throws UsageError if there are too few images or an op or option is unknown.
 * Cost: about 4 ms an image and op for 64×64 pixels and the networks' training, once; 3 ms a generated image. Measured rates: precision.md.
 * @see Karras et al. 2020, arXiv:2006.06676, §2.2 and Appendix C, on augmentations that leak.
 */
export function createLeakProbe(real: tf.Tensor4D, options: LeakProbeOptions): LeakProbe {
  checkOptions("createLeakProbe", options, ["ops", "rng", "alarm", "steps"]);
  const { ops: wanted = "bgcfnc", rng, alarm = 4, steps = 400 } = options;
  const [count, height, width] = real.shape;
  expect(count >= 64, "createLeakProbe", `64 real images at least are needed; got ${count}.`);
  expect(Math.min(height, width) >= 8, "createLeakProbe", `images need 8 pixels a side; got ${height}×${width}.`);
  expect(Number.isInteger(steps) && steps >= 1, "createLeakProbe", `steps must be a positive integer; got ${steps}.`);
  expect(alarm > 0, "createLeakProbe", `alarm must be above 0; got ${alarm}.`);
  const { ops } = createPipeline(wanted);
  const names = ops.map(({ name }) => name);

  const plain = featuresOf(real);
  const altered = ops.map((op) => alterations(real, op, rng));
  const order = rng.fork("folds").shuffle(plain.keys());
  const folds = [order.filter((_, i) => i % 2 === 0), order.filter((_, i) => i % 2 === 1)];
  const networks = folds.map((fold, i) => {
    const classes = [plain, ...altered].map((rows) => fold.map((k) => rows[k]));
    const runs = Array.from({ length: NETWORKS }, (_, run) =>
      trainFeatureClassifier(classes, { rng: rng.fork("network", i + folds.length * run), steps }),
    );
    return {
      logProbabilities: (rows: readonly (readonly number[])[]) => meanOfAll(runs.map((run) => run.logProbabilities(rows))),
    };
  });
  /** log(1 − ε + ε·r) by op and share, one number an image; no log r counts for more than `most`. */
  const evidence = (logs: Float64Array, most: number): Float64Array[][] => {
    const numClasses = names.length + 1;
    return names.map((_, op) =>
      SHARES.map((share) =>
        Float64Array.from({ length: logs.length / numClasses }, (_, i) =>
          Math.log(1 - share + share * Math.exp(Math.min(most, logs[i * numClasses + op + 1] - logs[i * numClasses]))),
        ),
      ),
    );
  };
  const unseen = folds.map((fold, i) => evidence(networks[1 - i].logProbabilities(fold.map((k) => plain[k])), MOST_LOG_ODDS));
  const reference = names.map((_, op) => SHARES.map((_, share) => spread(unseen.flatMap((one) => [...one[op][share]]))));

  const inspectFeatures = (rows: readonly (readonly number[])[]): LeakReport => {
    expect(rows.length >= 16, "leak probe", `16 generated images at least are needed; got ${rows.length}.`);
    const logs = networks.map((network) => network.logProbabilities(rows));
    const meanOf = (all: readonly Float64Array[][][], op: number, share: number) =>
      all.reduce((sum, one) => sum + spread([...one[op][share]]).mean, 0) / all.length;
    const bounded = logs.map((one) => evidence(one, MOST_LOG_ODDS));
    const full = logs.map((one) => evidence(one, FULL_LOG_ODDS));
    const traces = names.map((op, k): OpTrace & { readonly fit: number } => {
      const fits = SHARES.map((_, s) => meanOf(bounded, k, s));
      const best = fits.indexOf(Math.max(...fits));
      const { mean, deviation } = reference[k][best];
      const error = deviation * Math.sqrt(1 / rows.length + 1 / count) + 1e-12;
      return {
        op,
        score: (fits[best] - mean) / error,
        share: fits[best] > 0 ? SHARES[best] : 0,
        fit: Math.max(...SHARES.map((_, s) => meanOf(full, k, s))),
      };
    });
    traces.sort((a, b) => b.fit - a.fit);
    const leaked = traces.find(({ score, share }) => share > 0 && score >= alarm);
    const tidy = ({ op, score, share }: OpTrace): OpTrace => ({ op, score, share });
    return { leaked: leaked && tidy(leaked), remedy: leaked && remedyFor(leaked.op), traces: traces.map(tidy) };
  };
  return {
    ops: names,
    features: (images) => {
      expect(
        images.shape.slice(1).join() === real.shape.slice(1).join(),
        "leak probe",
        () => `images must be ${real.shape.slice(1).join("×")} like the real ones; got ${images.shape.slice(1).join("×")}.`,
      );
      return featuresOf(images);
    },
    inspectFeatures,
    inspect(generated) {
      return inspectFeatures(this.features(generated));
    },
  };
}

/** Images whose features are read off at a time. */
const CHUNK = 64;

/** The features of the images with one op on each, clipped and in 8 bits as saved images are. */
function alterations(real: tf.Tensor4D, op: AugmentOp, rng: Rng): number[][] {
  return chunks(real).flatMap((chunk, i) => {
    const altered = augment(chunk, { ops: [op], p: 1, draws: drawsFromRng(rng.fork("altered", i)), blits: "resampled" });
    const rows = featuresOf(altered);
    chunk.dispose();
    altered.dispose();
    return rows;
  });
}

function featuresOf(images: tf.Tensor4D): number[][] {
  const [count, height, width, channels] = images.shape;
  const pixels = images.dataSync();
  const size = height * width * channels;
  return Array.from({ length: count }, (_, i) => {
    const image = Float32Array.from(pixels.subarray(i * size, (i + 1) * size), eightBits);
    return imageFeatures(image, { height, width, channels });
  });
}

function meanOfAll(lists: readonly Float64Array[]): Float64Array {
  return lists[0].map((_, i) => lists.reduce((sum, list) => sum + list[i], 0) / lists.length);
}

/** The nearest of the 256 levels of a saved image, in [−1, 1]. */
const eightBits = (value: number): number => Math.round((Math.min(1, Math.max(-1, value)) + 1) * 127.5) / 127.5 - 1;

function chunks(images: tf.Tensor4D): tf.Tensor4D[] {
  const [count, ...shape] = images.shape;
  return Array.from({ length: Math.ceil(count / CHUNK) }, (_, i) =>
    tf.slice(images, [i * CHUNK, 0, 0, 0], [Math.min(CHUNK, count - i * CHUNK), ...shape]),
  );
}

function spread(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
