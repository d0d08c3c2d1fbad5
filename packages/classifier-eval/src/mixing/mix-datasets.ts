import { checkOptions, expect, type Rng } from "repro-kit";
import { type ClassifierData, concatenateImages, type LabelledSource, openSource, selectImages } from "../data/image-source.ts";
import { supports } from "../metrics/roc-auc.ts";

export interface MixOptions {
  /** All of these are in the mixture (but with `syntheticOnly`, where they only give its class distribution). */
  readonly real: ClassifierData;
  /** A seeded choice of these is added. */
  readonly synthetic: ClassifierData;
  readonly numClasses: number;
  /** Generated share of the mixture, in [0, 1); the class distribution stays that of the real images. */
  readonly alpha?: number;
  /** Or: how many generated images of each class to add. */
  readonly counts?: readonly number[];
  /** Generated images alone: as many of each class as there are real ones, or `counts`. @defaultValue false */
  readonly syntheticOnly?: boolean;
  readonly rng: Rng;
}

export interface MixedDataset {
  /** The real images, then the generated ones. */
  readonly data: LabelledSource;
  readonly numReal: readonly number[];
  /** Of each class. */
  readonly numSynthetic: readonly number[];
  /** Indices, in the synthetic set, of the images that were taken. */
  readonly taken: readonly number[];
}

/**
 * Real images and a choice of generated ones as one training set.
 *
 * With α the generated images number α/(1−α) of the real ones, in the real ones' class distribution (largest remainders).
 *
 * @throws UsageError if α is outside [0, 1), the images differ in shape, or a class has too few generated images.
 */
export function mixDatasets(options: MixOptions): MixedDataset {
  const scope = "mixDatasets";
  checkOptions(scope, options, ["real", "synthetic", "numClasses", "alpha", "counts", "syntheticOnly", "rng"]);
  const { numClasses, alpha, counts, syntheticOnly = false, rng } = options;
  const real = openSource(scope, options.real, numClasses);
  const synthetic = openSource(scope, options.synthetic, numClasses);
  expect(
    syntheticOnly ? alpha === undefined : (alpha === undefined) !== (counts === undefined),
    scope,
    syntheticOnly ? "alpha does not go with syntheticOnly; give counts, or nothing." : "give either alpha or counts.",
  );
  expect(alpha === undefined || (alpha >= 0 && alpha < 1), scope, `alpha must lie in [0, 1); got ${alpha}.`);
  expect(
    counts === undefined || (counts.length === numClasses && counts.every((count) => Number.isInteger(count) && count >= 0)),
    scope,
    `counts must be ${numClasses} integers ≥ 0; got ${JSON.stringify(counts)}.`,
  );
  const numReal = supports({ labels: real.labels, numClasses });
  const share = alpha ?? 0;
  const wanted = counts ?? (syntheticOnly ? numReal : apportion(Math.round((real.count * share) / (1 - share)), numReal));
  const available = supports({ labels: synthetic.labels, numClasses });
  wanted.forEach((count, k) => {
    expect(
      count <= available[k],
      scope,
      `class ${k} needs ${count} generated images; there are ${available[k]}. Generate more, or lower alpha.`,
    );
  });
  const taken = wanted.flatMap((count, k) => {
    const own = Array.from(synthetic.labels.keys()).filter((i) => synthetic.labels[i] === k);
    return rng.fork("synthetic", k).shuffle(own).slice(0, count);
  });
  const added = taken.length > 0 ? openSource(scope, selectImages(synthetic, taken), numClasses) : undefined;
  if (syntheticOnly) {
    expect(added, scope, "there is no generated image to train on.");
    concatenateImages(real, added); // refuses another shape
    return { data: added, numReal: numReal.map(() => 0), numSynthetic: wanted, taken };
  }
  return { data: added ? concatenateImages(real, added) : real, numReal, numSynthetic: wanted, taken };
}

/** `total` seats shared out in proportion to `sizes`, by largest remainders; ties go to the earlier class. */
function apportion(total: number, sizes: readonly number[]): number[] {
  const sum = sizes.reduce((a, b) => a + b, 0);
  const exact = sizes.map((size) => (total * size) / sum);
  const seats = exact.map(Math.floor);
  const order = exact.map((share, k) => ({ k, rest: share - seats[k] })).sort((a, b) => b.rest - a.rest || a.k - b.k);
  const left = total - seats.reduce((a, b) => a + b, 0);
  for (const { k } of order.slice(0, left)) seats[k]++;
  return seats;
}
