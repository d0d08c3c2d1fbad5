import { createRng } from "repro-kit";
import { type LabelledSource, openSource, selectImages } from "../data/image-source.ts";
import { supports } from "../metrics/roc-auc.ts";
import { type ByteStore, readJson, writeJson } from "../store/byte-store.ts";
import { digestOf } from "../store/digest.ts";
import { isClassifierWhole, packClassifier } from "../training/classifier-files.ts";
import { trainClassifier, type ValidationScores } from "../training/train-classifier.ts";
import { mixDatasets } from "./mix-datasets.ts";
import type { GeneratorProvenance } from "./provenance.ts";
import { hasClassical, hasGenerated, listCells, type SweepCell } from "./sweep-cells.ts";
import {
  digestData,
  gridOf,
  partOf,
  planSweep,
  type SweepOptions,
  type SweepPlan,
  type SyntheticSet,
  stepsPerEpoch,
  syntheticOf,
} from "./sweep-plan.ts";

/** What is known of a cell once it is trained; the test images have not been looked at. */
export interface SweepPoint extends SweepCell {
  /** Of the weights that were kept. */
  readonly validation: ValidationScores;
  /** Images of each class. */
  readonly numReal: readonly number[];
  readonly numSynthetic: readonly number[];
  readonly provenance: readonly Omit<GeneratorProvenance, "trainedOn">[];
  readonly steps: number;
  /** Name of the cell's files in the store. */
  readonly key: string;
  /** Whether it was found in the store. */
  readonly isStored: boolean;
}

/**
 * Trains a classifier for every α, seed, arm and share of the data, one after the other, and keeps each in the store as soon as it is
 * done: interrupted, it goes on with the next cell. Every cell of one share takes the same number of steps. The test images are not read;
 * `reportSweep` reads them once, at the end.
 *
 * @throws UsageError if the options do not fit, or a generator was trained on images outside the training part, which are listed.
 */
export async function* sweepMixRatios(options: SweepOptions): AsyncGenerator<SweepPoint> {
  const plan = await planSweep(options);
  const grid = gridOf(options);
  for (const dataShare of grid.dataShares) {
    const trainingPart = partOf(options, dataShare);
    const train = openSource("sweepMixRatios", selectImages(options.real, trainingPart), options.classes.length);
    const synthetic = await syntheticOf(options, dataShare, trainingPart);
    const syntheticKey = synthetic && (await digestData(synthetic.data, options.classes.length));
    const steps = stepsPerEpoch(options, train.count);
    for (const cell of listCells({ ...grid, dataShares: [dataShare] })) {
      options.signal?.throwIfAborted();
      const uses = hasGenerated(cell.arm);
      const key = (await digestOf([plan.base, trainingPart, uses ? syntheticKey : null, steps, cell])).slice(0, 24);
      const stored = await readPoint(plan.store, key);
      if (stored) {
        yield { ...stored, isStored: true };
        continue;
      }
      const point = await trainCell(plan, cell, { train, synthetic: uses ? synthetic : undefined, steps, key });
      yield { ...point, isStored: false };
    }
  }
}

async function trainCell(
  { options, store, validation }: SweepPlan,
  cell: SweepCell,
  { train, synthetic, steps, key }: { train: LabelledSource; synthetic: SyntheticSet | undefined; steps: number; key: string },
): Promise<Omit<SweepPoint, "isStored">> {
  const { classes, training = {}, schedule, augment, signal, onStep } = options;
  const rng = createRng(cell.seed);
  const mixed =
    synthetic &&
    mixDatasets({ real: train, synthetic: synthetic.data, numClasses: classes.length, alpha: cell.alpha, rng: rng.fork("mix") });
  const run = trainClassifier({
    ...training,
    ...(schedule ? { learningRate: schedule({ stepsPerEpoch: steps, epochs: training.epochs ?? 20 }) } : {}),
    ...(hasClassical(cell.arm) && augment ? { augment } : {}),
    train: mixed?.data ?? train,
    validation,
    classes,
    stepsPerEpoch: steps,
    rng: rng.fork("training"),
    ...(signal ? { signal } : {}),
  });
  try {
    let best: ValidationScores | undefined;
    let taken = 0;
    for await (const step of run) {
      if (step.isBest) best = step.validation;
      taken = step.step;
      onStep?.({ cell, step });
    }
    signal?.throwIfAborted();
    if (!best) throw new Error("bug: a cell without validation.");
    const classifier = run.classifier();
    const point = {
      ...cell,
      validation: best,
      numReal: supports({ labels: train.labels, numClasses: classes.length }),
      numSynthetic: mixed?.numSynthetic ?? classes.map(() => 0),
      provenance: (synthetic?.provenance ?? []).map(({ model, checkpoint, seeds }) => ({ model, checkpoint, seeds })),
      steps: taken,
      key,
    };
    for (const [name, bytes] of Object.entries(await packClassifier(classifier))) await store.write(`${key}-${name}`, bytes);
    classifier.dispose();
    await writeJson(store, `${key}.json`, point); // last: a cell that has it is whole
    return point;
  } finally {
    run.dispose();
  }
}

async function readPoint(store: ByteStore, key: string): Promise<Omit<SweepPoint, "isStored"> | undefined> {
  const value = (await readJson(store, `${key}.json`)) as Omit<SweepPoint, "isStored"> | undefined; // written by trainCell
  if (value?.key !== key) return undefined;
  // A classifier that was damaged since is trained again: the same comes out.
  return (await isClassifierWhole((name) => store.read(`${key}-${name}`))) ? value : undefined;
}
