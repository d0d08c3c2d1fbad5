import { checkOptions, createRng, expect, type Rng, type Split, shrinkPart } from "repro-kit";
import type { Schedule } from "tfjs-train";
import { type ClassifierData, type LabelledSource, openSource, selectImages } from "../data/image-source.ts";
import { type ByteStore, memoryStore } from "../store/byte-store.ts";
import { digestImages, digestOf, digestParams } from "../store/digest.ts";
import type { ClassifierAugmentation } from "../training/batch-augmentation.ts";
import { settingNames, type TrainingSettings } from "../training/options.ts";
import type { ClassifierStep } from "../training/train-classifier.ts";
import { checkStudySplit } from "./check-study-split.ts";
import { checkProvenance, type GeneratorProvenance } from "./provenance.ts";
import { checkSweepGrid, hasClassical, hasGenerated, type SweepArm, type SweepCell, sweepArms } from "./sweep-cells.ts";

/** Generated images and where they come from. */
export interface SyntheticSet {
  readonly data: ClassifierData;
  readonly provenance: readonly GeneratorProvenance[];
}

/** What every cell of one share of the data may take at most. */
export interface SweepBudget {
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

export interface SweepOptions {
  /** All real images; `split` says which part of the work each does. */
  readonly real: ClassifierData;
  readonly classes: readonly string[];
  /** Parts "train", "validation" and "test" over the real images. */
  readonly split: Split;
  /** Groups (patient, lesion): smaller shares of the data are drawn by them, and the intervals draw them. */
  readonly groups?: readonly (string | number)[];
  /** Generated images; for several data shares a function, since a generator must not have seen the images that a share leaves out. */
  readonly synthetic?:
    | SyntheticSet
    | ((cell: { readonly dataShare: number; readonly trainingPart: readonly number[] }) => Promise<SyntheticSet>);
  /** Generated shares of the training set. @defaultValue [0, 0.25, 0.5, 0.75] */
  readonly alphas?: readonly number[];
  /** @defaultValue [0, 1, 2] */
  readonly seeds?: readonly number[];
  /** Default: "none" and "generated", with `augment` all four. */
  readonly arms?: readonly SweepArm[];
  /** Shares of the real training images. @defaultValue [1] */
  readonly dataShares?: readonly number[];
  /** The classical augmentation of the arms that have it. */
  readonly augment?: ClassifierAugmentation;
  /** How every cell is trained. What a function in it does (optimizer, schedule) must stand in `tag`. */
  readonly training?: Omit<TrainingSettings, "augment">;
  /**
   * The learning rate over the steps of a cell, whose number the sweep sets; in place of `training.learningRate`. What it does must stand
   * in `tag`.
   */
  readonly schedule?: (budget: SweepBudget) => Schedule;
  /** Where cells are kept; the same store continues. Default: memory. */
  readonly store?: ByteStore;
  /** Sets apart cells whose settings differ in functions, which have no content to be told by. @defaultValue "" */
  readonly tag?: string;
  readonly signal?: AbortSignal;
  readonly onStep?: (progress: { readonly cell: SweepCell; readonly step: ClassifierStep }) => void;
}

/** Options that were checked, and what all cells share. */
export interface SweepPlan {
  readonly options: SweepOptions;
  readonly store: ByteStore;
  readonly validation: LabelledSource;
  /** Digest of what all cells share. */
  readonly base: string;
}

/** Steps of an epoch: as many as the largest mixture of this share needs, so that every cell has the same budget. */
export function stepsPerEpoch({ training = {}, ...options }: SweepOptions, numTrain: number): number {
  const { batchSize = 32, accumulate = 1 } = training;
  const { alphas, arms } = gridOf(options as SweepOptions); // `training` is no part of the grid
  const largest = arms.some(hasGenerated) ? Math.max(...alphas) : 0;
  return training.stepsPerEpoch ?? Math.ceil(numTrain / (1 - largest) / (batchSize * accumulate));
}

/** Real images of the training part for a share of the data, by group and class; the same for every cell of that share. */
export function partOf({ real, split, groups }: SweepOptions, share: number): readonly number[] {
  if (share === 1) return split.part("train");
  const rng: Rng = createRng(0).fork(`data share ${share}`);
  const labels = real.labels;
  return shrinkPart(split, {
    part: "train",
    fraction: share,
    rng,
    ...(groups ? { groupOf: (i: number) => String(groups[i]) } : {}),
    ...(labels ? { labelOf: (i: number) => labels[i] } : {}),
  }).part("train");
}

/** The generated images for a share of the data; undefined where no arm wants any. */
export async function syntheticOf(
  { synthetic, classes, ...options }: SweepOptions,
  dataShare: number,
  trainingPart: readonly number[],
): Promise<SyntheticSet | undefined> {
  const { arms } = gridOf({ synthetic, classes, ...options });
  if (!arms.some(hasGenerated)) return undefined;
  const set = typeof synthetic === "function" ? await synthetic({ dataShare, trainingPart }) : synthetic;
  expect(set, "sweepMixRatios", "the arms with generated images need `synthetic`.");
  checkProvenance("sweepMixRatios", set.provenance, trainingPart);
  return set;
}

/** The grid with its defaults. @internal */
export function gridOf({ alphas = [0, 0.25, 0.5, 0.75], seeds = [0, 1, 2], dataShares = [1], ...options }: SweepOptions) {
  const arms = options.arms ?? (options.augment ? sweepArms : (["none", "generated"] as const));
  return { alphas, seeds, dataShares, arms };
}

/** @throws UsageError if the options do not fit. */
export async function planSweep(options: SweepOptions): Promise<SweepPlan> {
  const scope = "sweepMixRatios";
  checkOptions(scope, options, optionNames);
  const grid = gridOf(options);
  checkSweepGrid(scope, grid);
  const { real, classes, split, training = {}, store = memoryStore(), tag = "", augment } = options;
  checkOptions(`${scope}: training`, training, settingNames);
  expect(
    !options.schedule || (training.learningRate === undefined && training.optimizer === undefined),
    scope,
    "schedule says what the learning rate is. Leave learningRate and optimizer out of `training`.",
  );
  expect(augment || !grid.arms.some(hasClassical), scope, 'the arms with "classical" need `augment`.');
  checkStudySplit(scope, options);
  const validationPart = split.part("validation");
  const validation = openSource(scope, selectImages(real, validationPart), classes.length);
  const train = openSource(scope, selectImages(real, split.part("train")), classes.length);
  const { weights, head, backbone, ...plain } = training;
  const base = await digestOf([
    classes,
    split.toJSON(),
    Array.from(real.labels ?? []),
    await digestImages(train, train.count),
    await digestImages(validation, validation.count),
    typeof backbone === "object" ? backbone.name : backbone,
    weights ? await digestParams(weights) : null,
    head ? [Array.from(head.weight), Array.from(head.bias)] : null,
    plain,
    tag,
  ]);
  return { options, store, validation, base };
}

const optionNames = [
  "real",
  "classes",
  "split",
  "groups",
  "synthetic",
  "alphas",
  "seeds",
  "arms",
  "dataShares",
  "augment",
  "training",
  "schedule",
  "store",
  "tag",
  "signal",
  "onStep",
];

/** Of images and labels. */
export async function digestData(data: ClassifierData, numClasses: number): Promise<string> {
  const source = openSource("sweepMixRatios", data, numClasses);
  return digestOf([await digestImages(source, source.count), Array.from(source.labels)]);
}
