import { checkOptions, UsageError } from "repro-kit";
import type { Json, JsonObject } from "../gan-model.ts";
import { describeRun } from "./run-description.ts";
import {
  AUGMENT_PIPES,
  autoConfiguration,
  CONFIGURATIONS,
  type ConfigurationName,
  FIXED_CONFIGURATIONS,
  METRICS,
  RESUME_PRESETS,
} from "./training-tables.ts";

/** Options of a training in the reference's names; what is left out is as the reference has it. */
export interface StyleGan2TrainingOptions {
  readonly data: string;
  readonly outdir: string;
  readonly gpus?: number;
  /** Ticks between snapshots. */
  readonly snap?: number;
  readonly metrics?: readonly string[];
  readonly seed?: number;
  readonly dryRun?: boolean;
  /** Train by class. */
  readonly cond?: boolean;
  /** Train on so many images. */
  readonly subset?: number;
  /** Mirror left to right. */
  readonly mirror?: boolean;
  readonly cfg?: ConfigurationName;
  /** Weight of R1. */
  readonly gamma?: number;
  /** Thousands of images to train on. */
  readonly kimg?: number;
  readonly batch?: number;
  readonly aug?: "noaug" | "ada" | "fixed";
  /** Probability of `aug: "fixed"`. */
  readonly p?: number;
  /** Target of `aug: "ada"`. */
  readonly target?: number;
  readonly augpipe?: string;
  /** A snapshot, address or preset to begin from. */
  readonly resume?: string;
  /** Layers of the discriminator that are not trained. */
  readonly freezed?: number;
  readonly fp32?: boolean;
  readonly nhwc?: boolean;
  readonly allowTf32?: boolean;
  readonly nobench?: boolean;
  readonly workers?: number;
  /** Besides the reference's: mirror top to bottom. */
  readonly mirrory?: boolean;
  /** Besides the reference's: passes over the images, in place of `kimg`. */
  readonly epochs?: number;
  /** Besides the reference's: learning rate of the generator. */
  readonly glr?: number;
  /** Besides the reference's: learning rate of the discriminator. */
  readonly dlr?: number;
  /** Besides the reference's: largest norm of a phase's gradients. */
  readonly clip?: number;
  /** Besides the reference's: updates of the discriminator for one of the generator. */
  readonly dsteps?: number;
  /** Besides the reference's: images in one pass, in place of the batch; the gradients are added up. */
  readonly microbatch?: number;
}

/** What a training needs to know of its images. */
export interface TrainingSetFacts {
  /** The file's name without folder and ending. */
  readonly name: string;
  readonly resolution: number;
  readonly numImages: number;
  readonly hasLabels: boolean;
}

export interface StyleGan2TrainingPlan {
  /** The derived configuration, in the reference's names and order; what this program adds comes last. */
  readonly trainingOptions: JsonObject;
  /** What the reference prints below it. */
  readonly summary: string;
}

const KNOWN = [
  ..."data outdir gpus snap metrics seed dryRun cond subset mirror cfg gamma kimg batch aug p target augpipe resume".split(" "),
  ..."freezed fp32 nhwc allowTf32 nobench workers mirrory epochs glr dlr clip dsteps microbatch".split(" "),
];

/**
 * The configuration of a training, as the reference derives it: the run's description, networks, optimisers, loss, augmentation.
 *
 * @param dataset - Facts of the images at `options.data`.
 * @throws UsageError in the reference's words (`--gamma must be non-negative`) for a value out of range or options that exclude one another.
 * @see Karras et al. 2020, arXiv:2006.06676, reference program, train.py.
 */
export function planStyleGan2Training(options: StyleGan2TrainingOptions, dataset: TrainingSetFacts): StyleGan2TrainingPlan {
  checkOptions("stylegan2", options, KNOWN);
  const { gpus = 1, snap = 50, metrics = ["fid50k_full"], seed = 0, cfg = "auto", cond = false, mirror = false } = options;
  const { subset, fp32 = false, nhwc = false, workers = 3 } = options;
  check(Number.isInteger(gpus) && gpus >= 1 && (gpus & (gpus - 1)) === 0, "--gpus must be a power of two");
  check(snap >= 1, "--snap must be at least 1");
  check(
    metrics.every((name) => (METRICS as readonly string[]).includes(name)),
    ["--metrics can only contain the following values:", ...METRICS].join("\n"),
  );
  check(!cond || dataset.hasLabels, "--cond=True requires labels specified in dataset.json");
  check(
    subset === undefined || (subset >= 1 && subset <= dataset.numImages),
    `--subset must be between 1 and ${dataset.numImages}`,
  );
  check(CONFIGURATIONS.includes(cfg), `--cfg must be one of ${CONFIGURATIONS.join(", ")}`);
  const spec = cfg === "auto" ? autoConfiguration(dataset.resolution, gpus) : FIXED_CONFIGURATIONS[cfg];
  check(options.gamma === undefined || options.gamma >= 0, "--gamma must be non-negative");
  check(options.kimg === undefined || options.kimg >= 1, "--kimg must be at least 1");
  check(
    options.batch === undefined || (options.batch >= 1 && options.batch % gpus === 0),
    "--batch must be at least 1 and divisible by --gpus",
  );
  const augmentation = augmentationOf(options);
  check(options.freezed === undefined || options.freezed >= 0, "--freezed must be non-negative");
  check(workers >= 1, "--workers must be at least 1");
  const additions = additionsOf(options, dataset);

  const { resume } = options;
  const isTransfer = resume !== undefined && resume !== "noresume";
  const channelBase = Math.floor(spec.featureMaps * 32768);
  const precision = { num_fp16_res: fp32 ? 0 : 4, conv_clamp: fp32 ? null : 256 };
  const isCifar = "isCifar" in spec && spec.isCifar === true;
  const adam = (learningRate: number) => ({ class_name: "torch.optim.Adam", lr: learningRate, betas: [0, 0.99], eps: 1e-8 });
  const images = subset ?? dataset.numImages;
  const trainingSet: Record<string, Json> = {
    class_name: "training.dataset.ImageFolderDataset",
    path: options.data,
    use_labels: cond,
    max_size: images,
    xflip: mirror,
    resolution: dataset.resolution,
    ...(images < dataset.numImages ? { random_seed: seed } : {}),
    ...(options.mirrory ? { yflip: true } : {}),
  };
  const kimg = additions.kimg ?? options.kimg ?? spec.kimg;
  const runDir = `${options.outdir}/00000-${describeRun(options, dataset, gpus)}`;
  return {
    trainingOptions: {
      num_gpus: gpus,
      image_snapshot_ticks: snap,
      network_snapshot_ticks: snap,
      metrics,
      random_seed: seed,
      training_set_kwargs: trainingSet,
      data_loader_kwargs: { pin_memory: true, num_workers: workers, prefetch_factor: 2 },
      G_kwargs: {
        class_name: "training.networks.Generator",
        z_dim: 512,
        w_dim: 512,
        mapping_kwargs: { num_layers: spec.mappingLayers },
        synthesis_kwargs: {
          channel_base: channelBase,
          channel_max: 512,
          ...precision,
          ...(nhwc ? { fp16_channels_last: true } : {}),
        },
      },
      D_kwargs: {
        class_name: "training.networks.Discriminator",
        block_kwargs: {
          ...(options.freezed === undefined ? {} : { freeze_layers: options.freezed }),
          ...(nhwc ? { fp16_channels_last: true } : {}),
        },
        mapping_kwargs: {},
        epilogue_kwargs: { mbstd_group_size: spec.minibatchGroup },
        channel_base: channelBase,
        channel_max: 512,
        ...precision,
        ...(isCifar ? { architecture: "orig" } : {}),
      },
      G_opt_kwargs: adam(options.glr ?? spec.learningRate),
      D_opt_kwargs: adam(options.dlr ?? spec.learningRate),
      loss_kwargs: {
        class_name: "training.loss.StyleGAN2Loss",
        r1_gamma: options.gamma ?? spec.gamma,
        ...(isCifar ? { pl_weight: 0, style_mixing_prob: 0 } : {}),
      },
      total_kimg: kimg,
      batch_size: options.batch ?? spec.batch,
      batch_gpu: Math.floor((options.batch ?? spec.batch) / (options.batch === undefined ? spec.referenceGpus : gpus)),
      ema_kimg: spec.emaKimg,
      ema_rampup: isTransfer ? null : spec.emaRampUp,
      ...augmentation,
      ...(isTransfer ? { resume_pkl: RESUME_PRESETS[resume] ?? resume, ada_kimg: 100 } : {}),
      ...(options.nobench ? { cudnn_benchmark: false } : {}),
      ...(options.allowTf32 ? { allow_tf32: true } : {}),
      run_dir: runDir,
      ...additions.rest,
    },
    summary: [
      `Output directory:   ${runDir}`,
      `Training data:      ${options.data}`,
      `Training duration:  ${kimg} kimg`,
      `Number of GPUs:     ${gpus}`,
      `Number of images:   ${images}`,
      `Image resolution:   ${dataset.resolution}`,
      `Conditional model:  ${truth(cond)}`,
      `Dataset x-flips:    ${truth(mirror)}`,
      "",
      ...(options.dryRun ? ["Dry run; exiting.", ""] : []),
    ].join("\n"),
  };
}

/** Errors are in the reference's words, so that its users know them. */
function check(condition: boolean, message: string): void {
  if (!condition) throw new UsageError(message);
}

const truth = (value: boolean): string => (value ? "True" : "False");

function augmentationOf({ aug = "ada", p, target, augpipe }: StyleGan2TrainingOptions): JsonObject {
  check(["noaug", "ada", "fixed"].includes(aug), "--aug must be one of noaug, ada, fixed");
  check(aug !== "fixed" || p !== undefined, `--aug=${aug} requires specifying --p`);
  check(p === undefined || aug === "fixed", "--p can only be specified with --aug=fixed");
  check(p === undefined || (p >= 0 && p <= 1), "--p must be between 0 and 1");
  check(target === undefined || aug === "ada", "--target can only be specified with --aug=ada");
  check(target === undefined || (target >= 0 && target <= 1), "--target must be between 0 and 1");
  check(augpipe === undefined || aug !== "noaug", "--augpipe cannot be specified with --aug=noaug");
  if (aug === "noaug") return {};
  const ops = AUGMENT_PIPES[augpipe ?? "bgc"];
  check(ops !== undefined, `--augpipe must be one of ${Object.keys(AUGMENT_PIPES).join(", ")}`);
  return {
    ...(aug === "ada" ? { ada_target: target ?? 0.6 } : { augment_p: p ?? 0 }),
    augment_kwargs: { class_name: "training.augment.AugmentPipe", ...Object.fromEntries(ops.map((op) => [op, 1])) },
  };
}

/** What this program adds to the reference's options. */
function additionsOf(
  options: StyleGan2TrainingOptions,
  dataset: TrainingSetFacts,
): { readonly kimg?: number; readonly rest: JsonObject } {
  const { epochs, kimg, clip, dsteps, microbatch, glr, dlr, subset } = options;
  check(epochs === undefined || epochs > 0, "--epochs must be above 0");
  check(epochs === undefined || kimg === undefined, "--epochs and --kimg both say how long to train; give one of them");
  for (const [name, value] of Object.entries({ glr, dlr, clip }))
    check(value === undefined || value > 0, `--${name} must be above 0`);
  for (const [name, value] of Object.entries({ dsteps, microbatch }))
    check(value === undefined || (Number.isInteger(value) && value >= 1), `--${name} must be an integer of at least 1`);
  return {
    ...(epochs === undefined ? {} : { kimg: (epochs * (subset ?? dataset.numImages)) / 1000 }),
    rest: {
      ...(clip === undefined ? {} : { clip_gradients: clip }),
      ...(dsteps === undefined ? {} : { d_steps: dsteps }),
      ...(microbatch === undefined ? {} : { micro_batch: microbatch }),
    },
  };
}
