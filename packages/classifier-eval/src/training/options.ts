import { checkOptions, expect, type Rng } from "repro-kit";
import { adam, adamW, type Optimizer, type Params, type Schedule } from "tfjs-train";
import type { Backbone } from "../backbones/backbone.ts";
import { backbones } from "../backbones/index.ts";
import { type ClassifierData, type LabelledSource, openSource } from "../data/image-source.ts";
import type { ClassifierAugmentation } from "./batch-augmentation.ts";
import { balancedWeights, type CrossEntropyOptions } from "./cross-entropy.ts";
import type { DenseHead } from "./train-head.ts";
import type { TrainingCheckpoint } from "./training-checkpoint.ts";

/** How to train, whatever the data. */
export interface TrainingSettings {
  /** @defaultValue "compact-cnn" */
  readonly backbone?: string | Backbone;
  /** Most epochs. @defaultValue 20 */
  readonly epochs?: number;
  /** Steps from one validation to the next. Default: as many as show every training image once. */
  readonly stepsPerEpoch?: number;
  /** @defaultValue 32 */
  readonly batchSize?: number;
  /** Batches whose mean gradient makes one step: batches of batchSize · accumulate in the memory of one. @defaultValue 1 */
  readonly accumulate?: number;
  /** Of the default optimiser; a schedule counts steps from 0. @defaultValue 0.001 */
  readonly learningRate?: number | Schedule;
  /** Of the default optimiser, decoupled (AdamW). @defaultValue 0 */
  readonly weightDecay?: number;
  /** The rule of a step. @defaultValue adam({ learningRate }), adamW with a weight decay */
  readonly optimizer?: Optimizer;
  /** Weights to begin with (`loadBackbone`), which stay the caller's. Default: new ones. */
  readonly weights?: Params;
  /** A head to begin with (`trainHead`). Default: a new one. */
  readonly head?: DenseHead;
  /** Stages of the backbone that stay as they are, from the images on: all of them trains the head alone. @defaultValue 0 */
  readonly frozenStages?: number | "all";
  /** "balanced": every class counts the same; or one weight a class. Default: every image counts the same. */
  readonly classWeights?: "balanced" | readonly number[];
  /** Share of each target that is spread over all classes, in [0, 1). @defaultValue 0 */
  readonly labelSmoothing?: number;
  /** γ of the focal loss; 0 is cross-entropy. @defaultValue 0 */
  readonly focalGamma?: number;
  readonly augment?: ClassifierAugmentation;
  /** Epochs without a better validation loss after which training stops. @defaultValue 5 */
  readonly patience?: number;
}

export interface TrainClassifierOptions extends TrainingSettings {
  readonly train: ClassifierData;
  /** Chooses the weights that are kept and when to stop. Without it the last weights are kept. */
  readonly validation?: ClassifierData;
  readonly classes: readonly string[];
  readonly rng: Rng;
  /** Goes on from here (`training.checkpoint()`), step by step the same as without the interruption. */
  readonly resume?: TrainingCheckpoint;
  /** Stops after the step that is running. */
  readonly signal?: AbortSignal;
}

/** Options with every default filled in and every value checked. */
export interface ResolvedOptions {
  readonly train: LabelledSource;
  readonly validation: LabelledSource | undefined;
  readonly classes: readonly string[];
  readonly backbone: Backbone;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly batchSize: number;
  readonly accumulate: number;
  readonly optimizer: Optimizer;
  readonly weights: Params | undefined;
  readonly head: DenseHead | undefined;
  readonly frozenStages: number;
  readonly loss: CrossEntropyOptions;
  readonly augment: ClassifierAugmentation | undefined;
  readonly patience: number;
  readonly rng: Rng;
  readonly resume: TrainingCheckpoint | undefined;
  readonly signal: AbortSignal | undefined;
}

export const settingNames = [
  "backbone",
  "epochs",
  "stepsPerEpoch",
  "batchSize",
  "accumulate",
  "learningRate",
  "weightDecay",
  "optimizer",
  "weights",
  "head",
  "frozenStages",
  "classWeights",
  "labelSmoothing",
  "focalGamma",
  "augment",
  "patience",
] as const;

/** @throws UsageError for an unknown option, one out of range, or data that does not fit. */
export function resolveOptions(options: TrainClassifierOptions): ResolvedOptions {
  const scope = "trainClassifier";
  checkOptions(scope, options, [...settingNames, "train", "validation", "classes", "rng", "resume", "signal"]);
  const { classes, rng, signal, augment, epochs = 20, batchSize = 32, learningRate = 1e-3, patience = 5 } = options;
  const { accumulate = 1, weightDecay = 0 } = options;
  expect(classes?.length >= 2, scope, `needs the names of at least 2 classes; got ${classes?.length ?? "none"}.`);
  expect(new Set(classes).size === classes.length, scope, `class names must differ; got ${classes.join(", ")}.`);
  expect(rng, scope, "rng is missing. Give createRng(seed).");
  const train = openSource(scope, options.train, classes.length);
  const validation = options.validation && openSource(scope, options.validation, classes.length);
  const stepsPerEpoch = options.stepsPerEpoch ?? Math.max(1, Math.ceil(train.count / (batchSize * accumulate)));
  for (const [name, value, least] of [
    ["epochs", epochs, 1],
    ["stepsPerEpoch", stepsPerEpoch, 1],
    ["batchSize", batchSize, 2],
    ["accumulate", accumulate, 1],
    ["patience", patience, 1],
  ] as const)
    expect(Number.isInteger(value) && value >= least, scope, `${name} must be an integer ≥ ${least}; got ${value}.`);
  expect(typeof learningRate === "function" || learningRate > 0, scope, `learningRate must be above 0; got ${learningRate}.`);
  expect(weightDecay >= 0, scope, `weightDecay must be at least 0; got ${weightDecay}.`);
  expect(
    options.optimizer === undefined || (options.learningRate === undefined && options.weightDecay === undefined),
    scope,
    "learningRate and weightDecay belong to the default optimiser. Give them to the optimizer instead.",
  );
  expect(
    !validation || validation.imageShape.every((size, axis) => size === train.imageShape[axis]),
    scope,
    `validation images are ${validation?.imageShape.join("×")}, training images ${train.imageShape.join("×")}. Bring them to one size.`,
  );
  classes.forEach((name, k) => {
    expect(train.labels.includes(k), scope, `class "${name}" has no training image. Add some, or leave the class out.`);
  });
  const { classWeights, labelSmoothing = 0, focalGamma = 0 } = options;
  expect(labelSmoothing >= 0 && labelSmoothing < 1, scope, `labelSmoothing must lie in [0, 1); got ${labelSmoothing}.`);
  expect(focalGamma >= 0, scope, `focalGamma must be at least 0; got ${focalGamma}.`);
  expect(
    classWeights === undefined ||
      classWeights === "balanced" ||
      (classWeights.length === classes.length && classWeights.every((weight) => weight > 0)),
    scope,
    `classWeights must be "balanced" or ${classes.length} numbers above 0; got ${JSON.stringify(classWeights)}.`,
  );
  const backbone = backbones.resolve(options.backbone ?? "compact-cnn");
  const { length: numStages } = backbone.stages;
  const frozenStages = options.frozenStages === "all" ? numStages : (options.frozenStages ?? 0);
  expect(
    Number.isInteger(frozenStages) && frozenStages >= 0 && frozenStages <= numStages,
    scope,
    `frozenStages must be "all" or an integer from 0 to ${numStages} (${backbone.stages.join(", ")}); got ${options.frozenStages}.`,
  );
  const { head } = options;
  expect(
    !head || (head.weight.length === backbone.numFeatures * classes.length && head.bias.length === classes.length),
    scope,
    `the head must have ${backbone.numFeatures}×${classes.length} weights; got ${head?.weight.length}, and ${head?.bias.length} biases.`,
  );
  const weights = classWeights === "balanced" ? balancedWeights(train.labels, classes.length) : classWeights;
  return {
    train,
    validation,
    classes,
    backbone,
    epochs,
    stepsPerEpoch,
    batchSize,
    accumulate,
    optimizer: options.optimizer ?? (weightDecay > 0 ? adamW({ learningRate, weightDecay }) : adam({ learningRate })),
    weights: options.weights,
    head,
    frozenStages,
    loss: { labelSmoothing, focalGamma, ...(weights ? { classWeights: weights } : {}) },
    augment,
    patience,
    rng,
    resume: options.resume,
    signal,
  };
}
