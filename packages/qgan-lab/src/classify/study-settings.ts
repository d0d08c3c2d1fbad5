import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createPipeline, cutmix, mixup } from "ada-augment";
import {
  backbones,
  type ClassifierAugmentation,
  loadBackbone,
  mobilenetV2Tensorflow,
  readTensorflowMobileNetV2,
  type SweepBudget,
  type TrainingSettings,
} from "classifier-eval";
import { expect, listKnown } from "repro-kit";
import { cosine, type Schedule, warmUp } from "tfjs-train";
import { readWeightsFile } from "tfjs-train/node";

/** How a classifier is trained, as plain data: what the command line gives and study.json keeps. */
export interface StudySettings {
  /** @defaultValue "compact-cnn" */
  readonly backbone?: string;
  /** Weights to begin with: .pth, .pt, .safetensors, or the .json of TensorFlow's MobileNetV2 with its .bin beside it. */
  readonly weights?: string;
  /** Stages of the backbone that stay; "all" trains the head alone. @defaultValue 0 */
  readonly frozenStages?: number | "all";
  /** @defaultValue 20 */
  readonly epochs?: number;
  /** @defaultValue 32 */
  readonly batchSize?: number;
  /** @defaultValue 1 */
  readonly accumulate?: number;
  /** Highest; it falls to 0 along a cosine. @defaultValue 0.001 */
  readonly learningRate?: number;
  /** Epochs over which the rate rises. @defaultValue 1 */
  readonly warmUpEpochs?: number;
  /** @defaultValue 0.01 */
  readonly weightDecay?: number;
  /** @defaultValue 0 */
  readonly labelSmoothing?: number;
  /** @defaultValue 0 */
  readonly focalGamma?: number;
  /** Every class counts the same. @defaultValue true */
  readonly isBalanced?: boolean;
  /** @defaultValue "flips" */
  readonly augment?: AugmentationName;
  /** Epochs without a better validation loss after which training stops. @defaultValue 5 */
  readonly patience?: number;
}

/** Names of `StudySettings`. */
export const settingNames = [
  ...["backbone", "weights", "frozenStages", "epochs", "batchSize", "accumulate", "learningRate", "warmUpEpochs"],
  ...["weightDecay", "labelSmoothing", "focalGamma", "isBalanced", "augment", "patience"],
];

const augmentations = ["none", "flips", "classical", "mixup", "cutmix"] as const;
export type AugmentationName = (typeof augmentations)[number];

/** Augmentations of ada-augment, as classifier-eval takes them. */
export function augmentationOf(name: AugmentationName): ClassifierAugmentation | undefined {
  expect(augmentations.includes(name), "classify", () => `no augmentation "${name}"; ${listKnown(name, augmentations)}`);
  if (name === "none") return undefined;
  const flips = createPipeline(["x-flip", "y-flip", "rotate90"], { p: 1 });
  if (name === "flips") return (images, rng) => flips(images, { rng });
  if (name === "classical") {
    const pipeline = createPipeline(["x-flip", "y-flip", "random-affine", "color-jitter"], { p: 0.8 });
    return (images, rng) => pipeline(images, { rng });
  }
  const mix = name === "mixup" ? mixup() : cutmix();
  return (images, rng, targets) => {
    const flipped = flips(images, { rng: rng.fork("flips") });
    return mix({ images: flipped, targets }, rng.fork(name));
  };
}

/** The rate rises over the first epochs, then falls to 0 along a cosine at the end of the last. */
export function scheduleOf(
  { learningRate = 1e-3, warmUpEpochs = 1 }: Pick<StudySettings, "learningRate" | "warmUpEpochs">,
  { stepsPerEpoch, epochs }: SweepBudget,
): Schedule {
  expect(learningRate > 0, "classify", `learningRate must be above 0; got ${learningRate}.`);
  expect(warmUpEpochs >= 0, "classify", `warmUpEpochs must be at least 0; got ${warmUpEpochs}.`);
  const falling = cosine(learningRate, { steps: epochs * stepsPerEpoch });
  const rise = Math.round(warmUpEpochs * stepsPerEpoch);
  return rise > 0 ? warmUp(falling, { steps: rise }) : falling;
}

export interface LoadedSettings {
  /** All but the learning rate and the steps of an epoch, which go together (`scheduleOf`). */
  readonly training: Omit<TrainingSettings, "learningRate" | "stepsPerEpoch"> & { readonly epochs: number };
  /** What a reader should know of the weights. */
  readonly notes: readonly string[];
}

/** Steps that show every training image once. */
export const stepsOfEpoch = (
  { batchSize = 32, accumulate = 1 }: Pick<StudySettings, "batchSize" | "accumulate">,
  numTrain: number,
): number => Math.max(1, Math.ceil(numTrain / (batchSize * accumulate)));

/** @throws UsageError for a backbone, augmentation or weight file that is not known or does not fit. */
export async function loadSettings(settings: StudySettings, { channels }: { channels: number }): Promise<LoadedSettings> {
  const { epochs = 20, batchSize = 32, accumulate = 1, weightDecay = 0.01 } = settings;
  const { frozenStages = 0, labelSmoothing = 0, focalGamma = 0, isBalanced = true, augment = "flips", patience = 5 } = settings;
  const name = settings.backbone ?? (settings.weights?.endsWith(".json") ? mobilenetV2Tensorflow.name : "compact-cnn");
  const backbone = backbones.resolve(name);
  const augmentation = augmentationOf(augment);
  expect(epochs > 0 && Number.isInteger(epochs), "classify", `epochs must be an integer ≥ 1; got ${epochs}.`);
  const notes: string[] = [];
  let loaded: ReturnType<typeof loadBackbone> | undefined;
  if (settings.weights !== undefined) {
    loaded = loadBackbone(backbone, await readWeightFile(settings.weights));
    expect(
      loaded.channels === channels,
      "classify",
      `${settings.weights} takes images of ${loaded.channels} channels; the dataset has ${channels}. Make the dataset with --channels ${loaded.channels}.`,
    );
    const head = loaded.leftOut.filter((left) => !left.endsWith("num_batches_tracked"));
    if (head.length > 0)
      notes.push(`The head of the weights (${head.join(", ")}) was left out; a new one is trained for these classes.`);
  } else if (frozenStages !== 0) notes.push("Stages are frozen but no weights are given: what stays is random.");
  return {
    notes,
    training: {
      backbone,
      ...{ epochs, batchSize, accumulate, weightDecay, frozenStages, labelSmoothing, focalGamma, patience },
      ...(isBalanced ? { classWeights: "balanced" as const } : {}),
      ...(augmentation ? { augment: augmentation } : {}),
      ...(loaded ? { weights: loaded.params } : {}),
    },
  };
}

async function readWeightFile(path: string) {
  expect(
    existsSync(path),
    "classify",
    `there is no file ${path}. Give weights as .pth, .safetensors, or .json with .bin beside it.`,
  );
  if (!path.endsWith(".json")) return readWeightsFile(path);
  const binary = path.replace(/\.json$/, ".bin");
  expect(existsSync(binary), "classify", `${path} needs ${binary} beside it.`);
  let description: unknown;
  try {
    description = JSON.parse(await readFile(path, "utf8"));
  } catch {
    description = undefined;
  }
  const isDescription = Array.isArray((description as { tensors?: unknown } | null | undefined)?.tensors);
  expect(isDescription, "classify", `${path} does not describe TensorFlow's MobileNetV2: it has no list \`tensors\`.`);
  return readTensorflowMobileNetV2(description, await readFile(binary));
}
