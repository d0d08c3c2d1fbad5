import { basename } from "node:path";
import {
  createModel,
  type GanModel,
  type JsonObject,
  planStyleGan2Training,
  presetOf,
  readStyleGan2Plan,
  type StyleGan2TrainingOptions,
} from "qgan-core";
import { expect } from "repro-kit";
import { standardName } from "../measure/reference-metrics.ts";
import type { TrainingData } from "../run-folder/training-data.ts";
import { checkAugmentP } from "./augment-plan.ts";
import type { TrainRunOptions } from "./train-options.ts";

/** What the reference's options make of a run of StyleGAN2-ADA. */
export interface StyleGan2Run {
  readonly model: GanModel;
  readonly batchSize: number;
  /** Where neither steps nor minutes say another end. */
  readonly steps: number;
  readonly emaHalfLifeKimg: number;
  readonly emaRampUp: number;
  readonly augment: JsonObject | null;
  readonly clipGradients?: number;
  readonly microBatch?: number;
  /** The derived configuration in the reference's names, for training_options.json. */
  readonly reference: JsonObject;
}

const SCOPE = "qgan train";
const SIDES = [4, 8, 16, 32, 64, 128, 256, 512, 1024];
/** Model options that an option of the reference sets, which then goes before a preset's. */
const SET_BY = {
  gamma: "r1Gamma",
  glr: "generatorLearningRate",
  dlr: "discriminatorLearningRate",
  dsteps: "discriminatorSteps",
  freezed: "freezeLayers",
  fp32: "clamp",
} as const;

/**
 * The run of StyleGAN2-ADA that the reference's options describe: its derived configuration, with a preset's widths and the
 * model's own options laid over it.
 *
 * @param data - The images, of which `train` are learned.
 * @throws UsageError for images that no network fits, labels that are missing, or options out of range.
 */
export function planStyleGan2Run(options: TrainRunOptions, data: TrainingData): StyleGan2Run {
  const { preset, modelOptions = {}, cond = false } = options;
  const { dataset } = data;
  const [height, width, channels] = dataset.imageShape;
  checkImages(dataset.imageShape, data.name);
  checkLabels(options, data);
  checkAugmentP(options);
  checkGpus(options);
  const advised = preset === undefined ? undefined : presetOf("stylegan2", preset);
  const batch = options.batchSize ?? advised?.training.batchSize;
  const plan = planStyleGan2Training(referenceOptions({ ...options, ...(batch === undefined ? {} : { batchSize: batch }) }), {
    name: basename(options.data).replace(/\.zip$/, ""),
    resolution: height,
    numImages: data.train.length,
    hasLabels: dataset.labels !== null,
  });
  const labelSize = cond ? Math.max(dataset.classes.length, ...data.train.map((i) => (dataset.labels?.[i] ?? 0) + 1)) : 0;
  const planned = readStyleGan2Plan(plan, { channels, labelSize });
  const { imageSize, ...derived } = planned.modelOptions;
  const asked = Object.fromEntries(
    Object.entries(SET_BY)
      .filter(([name]) => options[name as keyof typeof SET_BY] !== undefined)
      .map(([, option]) => [option, planned.modelOptions[option]]),
  );
  const model = createModel("stylegan2", { options: { imageSize, ...derived, ...advised?.options, ...asked, ...modelOptions } });
  const [side] = model.generator.imageShape;
  expect(
    side === height,
    SCOPE,
    `${preset === undefined ? "the model's options" : `the preset ${preset}`} make images of ${side}×${side}; the dataset's are ${height}×${width}. ` +
      `Make the dataset with \`qgan dataset create --size ${side}\`, or choose another preset.`,
  );
  const { augment } = planned;
  return {
    model,
    batchSize: planned.batchSize,
    steps: planned.steps,
    emaHalfLifeKimg: options.emaHalfLifeKimg ?? planned.ema.halfLifeKimg,
    emaRampUp: planned.ema.rampUp === 0 ? 0 : (advised?.training.emaRampUp ?? planned.ema.rampUp), // 0: begun from trained weights
    augment: augment ? { pipeline: options.augmentPipeline ?? "bgc", ...augment } : null,
    ...(planned.clipGradients === undefined ? {} : { clipGradients: planned.clipGradients }),
    ...(planned.microBatch === undefined ? {} : { microBatch: planned.microBatch }),
    reference: plan.trainingOptions,
  };
}

/** @throws UsageError that offers to pad, crop or stretch. */
function checkImages([height, width, channels]: readonly [number, number, number], name: string): void {
  const fits = height === width && SIDES.includes(height);
  const nearest = SIDES.reduce((best, side) => (Math.abs(side - height) <= Math.abs(best - height) ? side : best));
  expect(
    fits,
    SCOPE,
    `StyleGAN2 makes square images whose side is a power of two from 4 to 1024; those of ${name} are ${width}×${height}. ` +
      `Make the dataset anew with \`qgan dataset create … --size ${nearest} --transform pad\` (or center-crop, or stretch).`,
  );
  expect(channels === 1 || channels === 3, SCOPE, `grey or RGB images are expected; those of ${name} have ${channels} channels.`);
}

/** @throws UsageError if classes are to be learned that the dataset does not have. */
function checkLabels({ cond, class: one, data: path }: TrainRunOptions, { dataset, train }: TrainingData): void {
  if (!cond) return;
  expect(
    dataset.labels !== null,
    SCOPE,
    `--cond learns by class, and ${path} has no labels. Make it with \`qgan dataset create … --labels <file>\`, or leave --cond out.`,
  );
  const unlabelled = train.filter((i) => (dataset.labels?.[i] ?? -1) < 0).length;
  expect(
    unlabelled === 0,
    SCOPE,
    `--cond learns by class, and ${unlabelled} images of ${path} have none. Label them, or leave them out.`,
  );
  expect(one === undefined, SCOPE, `--cond learns all classes and --class only ${one}. Leave one of them out.`);
}

function checkGpus({ gpus = 1 }: TrainRunOptions): void {
  expect(
    gpus === 1,
    SCOPE,
    `this program trains on the processor, in one process; got --gpus ${gpus}. Leave it out; --threads sets the processor's threads, ` +
      "and --microbatch takes a batch that is too large for the memory in parts, with the same result.",
  );
}

/** The options that the reference has, and those beside, in its names. */
function referenceOptions(options: TrainRunOptions): StyleGan2TrainingOptions {
  const {
    data,
    out = "runs",
    cond,
    subset,
    mirror,
    mirrory,
    cfg,
    gamma,
    kimg,
    epochs,
    glr,
    dlr,
    dsteps,
    microbatch,
    freezed,
  } = options;
  const { fp32, seed, snap, metricNames, batchSize: batch, clipGradients: clip, augmentP: p, augmentTarget: target } = options;
  const aug = options.augment === "none" ? "noaug" : options.augment;
  const given = {
    data,
    outdir: out,
    cond,
    subset,
    mirror,
    mirrory,
    cfg,
    gamma,
    kimg,
    epochs,
    glr,
    dlr,
    dsteps,
    microbatch,
    freezed,
  };
  const more = {
    fp32,
    seed,
    snap,
    metrics: metricNames?.map(standardName),
    batch,
    clip,
    aug,
    p,
    target,
    augpipe: augpipeOf(options),
  };
  const all = { ...given, ...more, resume: options.initFrom };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as unknown as StyleGan2TrainingOptions; // only absent ones were dropped
}

/** The reference's pipelines; ours ("basic", "shift") are laid over what it derives. */
const augpipeOf = ({ augmentPipeline }: TrainRunOptions): string | undefined =>
  augmentPipeline === "basic" || augmentPipeline === "shift" ? undefined : augmentPipeline;
