import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { openDatasetZipFile } from "dataset-zip/node";
import { createModel, type GanModel, type JsonObject, models, parameterTable, presetOf } from "qgan-core";
import { expect } from "repro-kit";
import { referenceMetric } from "../measure/reference-metrics.ts";
import type { RunOptionsFile } from "../run-folder/options-file.ts";
import { openTrainingData, splitDigest, type TrainingData } from "../run-folder/training-data.ts";
import { listVersions } from "../run-folder/versions.ts";
import { createAugmentation, planAugmentation } from "./augment-plan.ts";
import { checkInitFrom } from "./initial-weights.ts";
import { planStyleGan2Run } from "./stylegan2-plan.ts";
import { STYLEGAN2_OPTION_NAMES, type TrainRunOptions } from "./train-options.ts";
import { checkWatchNames } from "./watch/index.ts";

/** Images a step where neither the caller nor the preset says. */
const BATCH_SIZE = 32;
const MINUTES = 30;
/** Images in a tick of the StyleGAN2-ADA program. */
const TICK_IMAGES = 4000;

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
    ...(options.subset === undefined ? {} : { subset: options.subset }),
  });
  await data.dataset.close();
  await checkMetrics(options);
  const recipe = modelName === "stylegan2" ? planStyleGan2Run(options, data) : planOtherRun(options, data);
  const { model, batchSize, augment } = recipe;
  const { steps, minutes } = planEnd(options, recipe, data);
  const { snapshots = 10, gridCount = 32, keepCheckpoints = 2, metricImages = 200 } = options;
  expect(
    batchSize >= 2 || model.name === "stylegan2",
    "train",
    `the batch size of ${model.name} must be at least 2, for its batch normalisation; got ${batchSize}.`,
  );
  for (const [name, value] of Object.entries({ batchSize, steps, snapshots, gridCount, keepCheckpoints }))
    expect(
      value === undefined || (Number.isInteger(value) && value >= 1),
      "train",
      `${name} must be an integer ≥ 1; got ${value}.`,
    );
  expect(minutes === undefined || minutes > 0, "train", `minutes must be above 0; got ${minutes}.`);
  checkWatchNames(options.stopOn ?? []);
  if (options.initFrom !== undefined) await checkInitFrom(options.initFrom);
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
      ...defined({
        clipGradients: recipe.clipGradients,
        emaHalfLifeKimg: recipe.emaHalfLifeKimg,
        emaRampUp: recipe.emaRampUp,
        microBatch: recipe.microBatch,
        cond: options.cond || undefined,
        subset: options.subset,
        mirror: options.mirror || undefined,
        mirrory: options.mirrory || undefined,
        snapImages: options.snap === undefined ? undefined : options.snap * TICK_IMAGES,
        stopOn: options.stopOn,
        ignoreMemory: options.ignoreMemory || undefined,
        initFrom: options.initFrom,
      }),
      augment,
      backend,
      ...(threads === undefined ? {} : { threads }),
    },
    ...(recipe.reference === undefined ? {} : { reference: recipe.reference }),
    metrics:
      options.metrics === false || options.metricNames?.length === 0
        ? null
        : {
            images: metricImages,
            ...(options.inception === undefined ? {} : { inception: resolve(options.inception) }),
            ...(options.allowDownload === undefined ? {} : { allowDownload: options.allowDownload }),
            ...(options.metricNames ? { names: options.metricNames } : {}),
            ...(options.lpips ? { lpips: options.lpips.map((path) => resolve(path)) } : {}),
          },
    versions: listVersions(),
  };
}

/** What a run of any model is made of. */
interface Recipe {
  readonly model: GanModel;
  readonly batchSize: number;
  readonly augment: JsonObject | null;
  readonly steps?: number;
  readonly clipGradients?: number;
  readonly emaHalfLifeKimg?: number;
  readonly emaRampUp?: number;
  readonly microBatch?: number;
  readonly reference?: JsonObject;
}

/** @throws UsageError if an option is stylegan2's. */
function planOtherRun(options: TrainRunOptions, data: TrainingData): Recipe {
  const { model: name = "hybridq", preset, clipGradients, emaHalfLifeKimg, microbatch } = options;
  const foreign = STYLEGAN2_OPTION_NAMES.find((option) => options[option] !== undefined);
  expect(
    foreign === undefined,
    "train",
    `the option ${foreign} is stylegan2's; ${name} does not have it. Leave it out, or train stylegan2.`,
  );
  const model = modelForData(options, data);
  const { batchSize = preset === undefined ? BATCH_SIZE : presetOf(models.resolve(name), preset).training.batchSize } = options;
  const augment = planAugmentation(options);
  return { model, batchSize, augment, ...defined({ clipGradients, emaHalfLifeKimg, microBatch: microbatch }) };
}

/** @throws UsageError for unknown names, and path lengths without LPIPS. */
async function checkMetrics({ metricNames = [], metrics = true, lpips }: TrainRunOptions): Promise<void> {
  const path = metricNames.map((name) => referenceMetric(name, "train")).find(({ kind }) => kind === "ppl");
  expect(
    metrics || metricNames.length === 0,
    "train",
    "--metrics asks for scores and --no-metrics for none. Leave one of them out.",
  );
  expect(
    path === undefined || lpips !== undefined,
    "train",
    `${path?.name} compares images by LPIPS, whose weights are not part of this program: give --lpips FILE, or leave ${path?.name} out.`,
  );
  expect(
    path !== undefined || lpips === undefined,
    "train",
    "--lpips belongs to path lengths; ask for ppl2_wend with --metrics.",
  );
  for (const file of lpips ?? []) await access(file);
}

/** When a run ends: by steps, thousands of images or passes, and by minutes. */
function planEnd(
  options: TrainRunOptions,
  recipe: Recipe,
  data: TrainingData,
): { readonly steps?: number; readonly minutes?: number } {
  const { kimg, epochs, minutes } = options;
  const ends = [options.steps, kimg, epochs].filter((end) => end !== undefined);
  expect(ends.length <= 1, "train", "steps, kimg and epochs each say how long to train. Give one of them.");
  for (const [name, value] of Object.entries({ kimg, epochs, snap: options.snap }))
    expect(value === undefined || value > 0, "train", `${name} must be above 0; got ${value}.`);
  const images = kimg === undefined ? (epochs === undefined ? undefined : epochs * data.train.length) : kimg * 1000;
  const steps = options.steps ?? (images === undefined ? undefined : Math.ceil(images / recipe.batchSize));
  if (steps !== undefined || minutes !== undefined) return defined({ steps, minutes });
  return recipe.steps === undefined ? { minutes: MINUTES } : { steps: recipe.steps };
}

/** The entries that are there. */
function defined<T extends object>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>; // absent ones were dropped
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
