import type * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, type Rng } from "repro-kit";
import type { AugmentOp } from "../op.ts";
import { createPipeline } from "../pipeline.ts";
import { type LeakReport, learnInspection } from "./inspect-rows.ts";
import { alteredRows, leakRows } from "./leak-rows.ts";

export interface LeakProbeOptions {
  /** Preset, or names of ops or ops themselves: the pipe that the images were trained under. @defaultValue "bgcfnc" */
  readonly ops?: string | readonly (string | AugmentOp)[];
  /** Source of the probe's own augmentations and first weights. */
  readonly rng: Rng;
  /** How many standard errors an op's trace must stand out before it is named. @defaultValue 3 */
  readonly alarm?: number;
  /** Steps of training of each of the eight networks. @defaultValue 400 */
  readonly steps?: number;
}

/** Tells whether generated images carry augmentations; made by `createLeakProbe`. */
export interface LeakProbe {
  readonly ops: readonly string[];
  /** @param generated - [count, height, width, channels] in [−1, 1], of the real images' shape. Hundreds, better a thousand. */
  inspect(generated: tf.Tensor4D): LeakReport;
  /** What `inspect` looks at, one row an image. */
  features(images: tf.Tensor4D): readonly (readonly number[])[];
  /** `inspect` of rows that `features` gave. */
  inspectFeatures(rows: readonly (readonly number[])[]): LeakReport;
}

/**
 * A probe for leaking augmentations: a generator trained under too strong a pipe draws rotated, tinted or erased images by itself.
 *
 * The real images are augmented with each op alone, and small networks learn to tell the ops apart by what they leave in an image (see
 * `imageFeatures`); mirrors and quarter turns leave nothing but the orientation, which is judged by itself (see `orientationFeatures`,
 * `trainTurnJudge`). Their odds r of
 * "op" against "untouched" give each generated image the likelihood 1 − ε + ε·r of standing in a set of which a share ε is affected. The
 * mean logarithm over the set is compared with that of the real images, each judged by the networks that have not seen it.
 *
 * What an op does that real images do by themselves, such as flips of skin, cannot be told, and does no harm either: `untold` names it.
 *
 * @param real - [count, height, width, channels] in [−1, 1]; at least 64 images, 8 pixels a side. Not disposed.
 * @throws UsageError if there are too few images or an op or option is unknown.
 * Cost: about 4 ms an image and op for 64×64 pixels (16 ms a colour op) and the networks' training, once; 4 ms a generated image. Measured
 * rates: precision.md.
 * @see Karras et al. 2020, arXiv:2006.06676, §2.2 and Appendix C, on augmentations that leak.
 */
export function createLeakProbe(real: tf.Tensor4D, options: LeakProbeOptions): LeakProbe {
  checkOptions("createLeakProbe", options, ["ops", "rng", "alarm", "steps"]);
  const { ops: wanted = "bgcfnc", rng, alarm = 3, steps = 400 } = options;
  const [count, height, width] = real.shape;
  expect(count >= 64, "createLeakProbe", `64 real images at least are needed; got ${count}.`);
  expect(Math.min(height, width) >= 8, "createLeakProbe", `images need 8 pixels a side; got ${height}×${width}.`);
  expect(Number.isInteger(steps) && steps >= 1, "createLeakProbe", `steps must be a positive integer; got ${steps}.`);
  expect(alarm > 0, "createLeakProbe", `alarm must be above 0; got ${alarm}.`);
  const { ops } = createPipeline(wanted);
  const names = ops.map(({ name }) => name);

  const plain = leakRows(real);
  const altered = ops.map((op) => alteredRows(real, op, rng));
  const inspectFeatures = learnInspection({ names, plain, altered, isSquare: height === width, rng, alarm, steps });
  return {
    ops: names,
    features: (images) => {
      expect(
        images.shape.slice(1).join() === real.shape.slice(1).join(),
        "leak probe",
        () => `images must be ${real.shape.slice(1).join("×")} like the real ones; got ${images.shape.slice(1).join("×")}.`,
      );
      return leakRows(images);
    },
    inspectFeatures,
    inspect(generated) {
      return inspectFeatures(this.features(generated));
    },
  };
}
