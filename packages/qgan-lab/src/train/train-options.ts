import type { StyleGan2TrainingOptions } from "qgan-core";

/** What a run is begun with. All is plain data, so that it passes to a worker thread. */
export interface TrainRunOptions {
  /** Path of a dataset zip (`qgan dataset` makes one). */
  readonly data: string;
  /** Folder in which the numbered run folder is made. Default "runs". */
  readonly out?: string;
  /** Name in qgan-core's registry of models. Default "hybridq". */
  readonly model?: string;
  readonly preset?: string;
  /** The model's own options, before the preset's. */
  readonly modelOptions?: object;
  /** Class to learn. Default: all images. */
  readonly class?: string;
  /** Default: the preset's, else 32. */
  readonly batchSize?: number;
  /** Default 0. */
  readonly seed?: number;
  /** The training ends after so many steps, */
  readonly steps?: number;
  /** or after so many minutes, samples and checkpoints included; whichever is first. Default 30 where no steps are given. */
  readonly minutes?: number;
  /** Name of a split saved in the zip. Default: "default" where the zip has it and no `testFraction` is given. */
  readonly split?: string;
  /** Share of the images, by group, that training never sees. Default 0. */
  readonly testFraction?: number;
  /** Number of snapshots (samples and checkpoint), closer together in the beginning. Default 10. */
  readonly snapshots?: number;
  /** Images in a sample grid. Default 32. */
  readonly gridCount?: number;
  /** Newest checkpoints that stay; the best stays too. Default 2. */
  readonly keepCheckpoints?: number;
  /** Largest L2 norm of a gradient. */
  readonly clipGradients?: number;
  readonly emaHalfLifeKimg?: number;
  /** Default: "ada" for stylegan2, else "none"; "noaug" is "none". */
  readonly augment?: "none" | "noaug" | "ada" | "fixed";
  /** Name of a preset of ada-augment. Default "bgc" for stylegan2, else "basic". */
  readonly augmentPipeline?: string;
  /** For "fixed". Default 0.2; stylegan2 has none. */
  readonly augmentP?: number;
  /** For "ada". Default 0.6. */
  readonly augmentTarget?: number;
  /** Default "auto". */
  readonly backend?: string;
  readonly threads?: number;
  /** Whether snapshots are scored (FID, KID) beside the training. Default true. */
  readonly metrics?: boolean;
  /** Images on each side of a score. Default 200. */
  readonly metricImages?: number;
  /** Inception weights, a .safetensors or .pth file. Default: the cache, or fetched once. */
  readonly inception?: string;
  /** Whether they may be fetched. Default true. */
  readonly allowDownload?: boolean;
  /** Learn so many images, chosen by the seed. */
  readonly subset?: number;
  /** Mirror half of the images left to right, */
  readonly mirror?: boolean;
  /** or top to bottom. */
  readonly mirrory?: boolean;
  /** The training ends after so many thousands of images, */
  readonly kimg?: number;
  /** or after so many passes over them. */
  readonly epochs?: number;
  /** Most images in one pass: a batch in parts, with the same gradients, in less memory. */
  readonly microbatch?: number;
  /** A snapshot every so many ticks of 4000 images, in place of `snapshots`. */
  readonly snap?: number;
  /** Ends the training when one of these is seen: names of watches. */
  readonly stopOn?: readonly string[];
  /** Begin from the weights of a StyleGAN2 pickle (file, address, preset's name) or of a run. */
  readonly initFrom?: string;
  /** Begin although the memory that is free seems too small. Default false. */
  readonly ignoreMemory?: boolean;
  /** stylegan2: learn all classes, told apart by their labels. */
  readonly cond?: boolean;
  /** stylegan2: name of a configuration of the reference. Default "auto". */
  readonly cfg?: StyleGan2TrainingOptions["cfg"];
  /** stylegan2: weight of R1. */
  readonly gamma?: number;
  /** stylegan2: learning rate of the generator, */
  readonly glr?: number;
  /** and of the discriminator. */
  readonly dlr?: number;
  /** stylegan2: updates of the discriminator for one of the generator. */
  readonly dsteps?: number;
  /** stylegan2: the first so many layers of the discriminator are not trained. */
  readonly freezed?: number;
  /** stylegan2: no limit on the convolutions' results, which half precision needs. */
  readonly fp32?: boolean;
  /** stylegan2: only 1 works here. */
  readonly gpus?: number;
  /** stylegan2: metrics in the reference's names that every snapshot is measured by: fid50k_full, or with another number, fid2k_full. */
  readonly metricNames?: readonly string[];
  /** stylegan2: weights of LPIPS, which path lengths need: one file, or VGG16's and LPIPS's own. */
  readonly lpips?: readonly string[];
}

/** Options that only stylegan2 has. */
export const STYLEGAN2_OPTION_NAMES = [
  "cond",
  "cfg",
  "gamma",
  "glr",
  "dlr",
  "dsteps",
  "freezed",
  "fp32",
  "gpus",
  "metricNames",
  "lpips",
  "initFrom",
] as const satisfies readonly (keyof TrainRunOptions)[];

export const TRAIN_OPTION_NAMES = [
  "data",
  "out",
  "model",
  "preset",
  "modelOptions",
  "class",
  "batchSize",
  "seed",
  "steps",
  "minutes",
  "split",
  "testFraction",
  "snapshots",
  "gridCount",
  "keepCheckpoints",
  "clipGradients",
  "emaHalfLifeKimg",
  "augment",
  "augmentPipeline",
  "augmentP",
  "augmentTarget",
  "backend",
  "threads",
  "metrics",
  "metricImages",
  "inception",
  "allowDownload",
  "subset",
  "mirror",
  "mirrory",
  "kimg",
  "epochs",
  "microbatch",
  "snap",
  "stopOn",
  "ignoreMemory",
  ...STYLEGAN2_OPTION_NAMES,
] as const satisfies readonly (keyof TrainRunOptions)[];
