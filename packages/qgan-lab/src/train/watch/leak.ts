import * as tf from "@tensorflow/tfjs-core";
import { createLeakProbe, type LeakProbe } from "ada-augment";
import { generate, imagesFromPixels } from "qgan-core";
import { createRng } from "repro-kit";
import { once, spreadOver, type WatchKind } from "./watch.ts";

/** Real images that the probe learns from, and generated ones that it looks at. */
const REALS = 300;
const FEWEST = 64;
const GENERATED = 256;
/** A generator that was not shown augmented images cannot have learned them. */
const LEAST_P = 0.05;
/** Snapshots between two looks. */
const EVERY = 3;

/**
 * Leaking augmentation: generated images that carry an op of the pipe, as the probe of ada-augment tells. It looks at every third
 * snapshot, where augmentation has been on.
 */
export const leak: WatchKind = {
  name: "leak",
  description: "samples that carry the augmentation: turned, tinted, erased",
  async create({ data: { dataset, train }, augment, seed, say: tell }) {
    const [height, width] = dataset.imageShape;
    const isUsable = augment !== null && train.length >= FEWEST && Math.min(height, width) >= 8;
    if (!isUsable) return {};
    const say = once(tell);
    const rng = createRng(seed).fork("leak probe");
    let probe: LeakProbe | undefined;
    let p = 0;
    let seen = 0;
    return {
      step({ augmentProbability = 0 }) {
        p = Math.max(p, augmentProbability);
      },
      async snapshot({ step, training }) {
        if (p < LEAST_P || seen++ % EVERY !== 0) return [];
        const reals = imagesFromPixels(await dataset.images(spreadOver(train, REALS)), dataset.imageShape);
        probe ??= createLeakProbe(reals, { ops: String(augment.pipeline), rng });
        reals.dispose();
        const seeds = Array.from({ length: GENERATED }, (_, i) => 1_000_000 + i);
        const { labelSize = 0 } = training.model.generator;
        const labels = labelSize > 0 ? { labels: seeds.map((_, i) => i % labelSize) } : {};
        const fakes = imagesFromPixels(await generate(training.model, training.ema(), seeds, labels), dataset.imageShape);
        const { leaked, remedy, traces, untold } = probe.inspect(fakes);
        tf.dispose(fakes);
        if (leaked)
          say(
            `Step ${step}: about ${Math.round(100 * leaked.share)} % of the samples carry ${leaked.op}: leaking augmentation. ${remedy}`,
          );
        return [
          {
            metric: "leak",
            title: "Strongest trace of an augmentation",
            value: Math.max(...traces.map(({ score }) => score)),
            better: "lower",
            protocol: {
              "generated images": GENERATED,
              "real images": Math.min(REALS, train.length),
              unit: "standard errors",
              ...(untold.length > 0 ? { "cannot be told on these data": untold.join(", ") } : {}),
            },
          },
        ];
      },
    };
  },
};
