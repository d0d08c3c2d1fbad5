import { resolve } from "node:path";
import { createAdaptiveP, createPipeline } from "ada-augment";
import { openDatasetZipFile } from "dataset-zip/node";
import { type AugmentHook, createModel, type GanModel, type JsonObject, models, parameterTable, presetOf } from "qgan-core";
import { expect, listKnown } from "repro-kit";
import type { RunOptionsFile } from "../run-folder/options-file.ts";
import { openTrainingData, splitDigest, type TrainingData } from "../run-folder/training-data.ts";
import { listVersions } from "../run-folder/versions.ts";
import type { TrainRunOptions } from "./train-options.ts";

/** Images a step where neither the caller nor the preset says. */
const BATCH_SIZE = 32;
const MINUTES = 30;
const AUGMENTATIONS = ["none", "ada", "fixed"];

/**
 * Everything that a run is begun with: defaults filled in, the data looked at, the model built once (no tensors yet).
 *
 * @throws UsageError for anything that cannot work, before anything is written.
 */
export async function planRun(options: TrainRunOptions): Promise<Omit<RunOptionsFile, "format" | "createdAt">> {
  const { data: path, model: modelName = "hybridq", preset, seed = 0, backend = "auto", threads } = options;
  expect(Number.isSafeInteger(seed) && seed >= 0, "train", `the seed must be an integer in [0, 2^53); got ${seed}.`);
  const { split, testFraction } = await chooseSplit(options);
  const data = await openTrainingData({
    data: path,
    ...(split === undefined ? {} : { split: split.name }),
    testFraction,
    seed,
    ...(options.class === undefined ? {} : { class: options.class }),
  });
  await data.dataset.close();
  const model = modelForData(options, data);
  const kind = models.resolve(modelName);
  const { batchSize = preset === undefined ? BATCH_SIZE : presetOf(kind, preset).training.batchSize } = options;
  const { steps, minutes = steps === undefined ? MINUTES : undefined } = options;
  const { snapshots = 10, gridCount = 32, keepCheckpoints = 2, metricImages = 200 } = options;
  expect(batchSize >= 2, "train", `the batch size must be at least 2, for batch normalisation; got ${batchSize}.`);
  for (const [name, value] of Object.entries({ steps, snapshots, gridCount, keepCheckpoints }))
    expect(
      value === undefined || (Number.isInteger(value) && value >= 1),
      "train",
      `${name} must be an integer ≥ 1; got ${value}.`,
    );
  expect(minutes === undefined || minutes > 0, "train", `minutes must be above 0; got ${minutes}.`);
  const augment = planAugmentation(options);
  createAugmentation(augment, model);
  return {
    model: {
      name: model.name,
      ...(preset === undefined ? {} : { preset }),
      options: model.options,
      numParameters: parameterTable(model).total,
      judgesImages: model.judgesImages,
    },
    data: {
      path: resolve(path),
      name: data.name,
      digest: data.dataset.digest,
      imageShape: data.dataset.imageShape,
      ...(options.class === undefined ? {} : { class: options.class }),
      classes: data.classes,
      isPhantom: data.isPhantom,
      numTrain: data.train.length,
      numHeldOut: data.heldOut.length,
    },
    training: {
      seed,
      batchSize,
      ...(split === undefined ? {} : { split }),
      testFraction,
      ...(steps === undefined ? {} : { steps }),
      ...(minutes === undefined ? {} : { minutes }),
      snapshots,
      gridCount,
      keepCheckpoints,
      ...(options.clipGradients === undefined ? {} : { clipGradients: options.clipGradients }),
      ...(options.emaHalfLifeKimg === undefined ? {} : { emaHalfLifeKimg: options.emaHalfLifeKimg }),
      augment,
      backend,
      ...(threads === undefined ? {} : { threads }),
    },
    metrics:
      options.metrics === false
        ? null
        : {
            images: metricImages,
            ...(options.inception === undefined ? {} : { inception: resolve(options.inception) }),
            ...(options.allowDownload === undefined ? {} : { allowDownload: options.allowDownload }),
          },
    versions: listVersions(),
  };
}

/** The split that the options or the zip name, with a digest, so that a resumed run can tell that it was changed. */
async function chooseSplit({ data, split: asked, testFraction }: TrainRunOptions): Promise<{
  readonly split?: { readonly name: string; readonly digest: string };
  readonly testFraction: number;
}> {
  const both = asked !== undefined && testFraction !== undefined;
  expect(!both, "train", "give a split or a held-out share, not both.");
  if (testFraction !== undefined) return { testFraction };
  const dataset = await openDatasetZipFile(data);
  await dataset.close();
  const name = asked ?? ("default" in dataset.splits ? "default" : undefined);
  if (name === undefined) return { testFraction: 0 };
  return { split: { name, digest: splitDigest(dataset, name) }, testFraction: 0 };
}

/** The model, of the size of the data unless the caller or the preset says another. @throws UsageError if sizes differ. */
function modelForData(
  { model: name = "hybridq", preset, modelOptions = {} }: TrainRunOptions,
  { dataset }: TrainingData,
): GanModel {
  const [height, width, channels] = dataset.imageShape;
  const create = (options: object): GanModel => createModel(name, { ...(preset === undefined ? {} : { preset }), options });
  const first = create(modelOptions);
  const fitting = Object.fromEntries(
    Object.entries({ imageSize: height, channels }).filter(([key]) => key in first.options && !(key in modelOptions)),
  );
  const isFixed = preset !== undefined && "imageSize" in presetOf(name, preset).options;
  const model = isFixed || height !== width ? first : create({ ...fitting, ...modelOptions });
  const { imageShape } = model.generator;
  const isAlike = imageShape.every((size, i) => size === dataset.imageShape[i]);
  expect(
    isAlike,
    "train",
    `${name} makes images of ${imageShape.join("×")} here; the dataset's are ${dataset.imageShape.join("×")}. ` +
      `Make the dataset with \`qgan dataset create --size ${imageShape[0]}\`, or choose another preset.`,
  );
  return model;
}

function planAugmentation({
  augment = "none",
  augmentPipeline = "basic",
  augmentP,
  augmentTarget,
}: TrainRunOptions): JsonObject | null {
  expect(AUGMENTATIONS.includes(augment), "train", () => `no augmentation "${augment}"; ${listKnown(augment, AUGMENTATIONS)}`);
  expect(augment === "fixed" || augmentP === undefined, "train", 'augmentP belongs to augment "fixed"; "ada" finds its own.');
  if (augment === "none") return null;
  if (augment === "fixed") return { kind: augment, pipeline: augmentPipeline, p: augmentP ?? 0.2 };
  return { kind: augment, pipeline: augmentPipeline, ...(augmentTarget === undefined ? {} : { target: augmentTarget }) };
}

/** The augmentation that a plan describes. @throws UsageError if the model has no discriminator that sees images. */
export function createAugmentation(plan: JsonObject | null, model: GanModel): AugmentHook | undefined {
  if (!plan) return undefined;
  expect(
    model.judgesImages,
    "train",
    `augmentation acts on what an image discriminator sees; ${model.name} with these options has none. Leave it out, or set latentFusion to "image" or "both".`,
  );
  const pipeline = createPipeline(String(plan.pipeline));
  if (plan.kind === "fixed") return { pipeline, p: Number(plan.p) };
  return { pipeline, controller: createAdaptiveP(plan.target === undefined ? {} : { target: Number(plan.target) }) };
}
