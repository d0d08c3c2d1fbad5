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
  readonly augment?: "none" | "ada" | "fixed";
  /** Name of a preset of ada-augment. Default "basic". */
  readonly augmentPipeline?: string;
  /** For "fixed". Default 0.2. */
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
}

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
] as const satisfies readonly (keyof TrainRunOptions)[];
