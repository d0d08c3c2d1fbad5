/** A configuration of the reference (`--cfg`) whose numbers are fixed. */
export interface FixedConfiguration {
  readonly kimg: number;
  readonly batch: number;
  readonly minibatchGroup: number;
  readonly featureMaps: number;
  readonly learningRate: number;
  readonly gamma: number;
  readonly emaKimg: number;
  readonly emaRampUp: number | null;
  readonly mappingLayers: number;
  /** GPUs that the batch of one GPU refers to. */
  readonly referenceGpus: number;
  /** CIFAR-10: discriminator "orig", no path lengths, no style mixing. */
  readonly isCifar?: boolean;
}

/** @see Karras et al. 2020, arXiv:2006.06676, Tab. 5 (App. F); values of the reference program. */
export const FIXED_CONFIGURATIONS = {
  stylegan2: {
    kimg: 25000,
    batch: 32,
    minibatchGroup: 4,
    featureMaps: 1,
    learningRate: 0.002,
    gamma: 10,
    emaKimg: 10,
    emaRampUp: null,
    mappingLayers: 8,
    referenceGpus: 8,
  },
  paper256: {
    kimg: 25000,
    batch: 64,
    minibatchGroup: 8,
    featureMaps: 0.5,
    learningRate: 0.0025,
    gamma: 1,
    emaKimg: 20,
    emaRampUp: null,
    mappingLayers: 8,
    referenceGpus: 8,
  },
  paper512: {
    kimg: 25000,
    batch: 64,
    minibatchGroup: 8,
    featureMaps: 1,
    learningRate: 0.0025,
    gamma: 0.5,
    emaKimg: 20,
    emaRampUp: null,
    mappingLayers: 8,
    referenceGpus: 8,
  },
  paper1024: {
    kimg: 25000,
    batch: 32,
    minibatchGroup: 4,
    featureMaps: 1,
    learningRate: 0.002,
    gamma: 2,
    emaKimg: 10,
    emaRampUp: null,
    mappingLayers: 8,
    referenceGpus: 8,
  },
  cifar: {
    kimg: 100000,
    batch: 64,
    minibatchGroup: 32,
    featureMaps: 1,
    learningRate: 0.0025,
    gamma: 0.01,
    emaKimg: 500,
    emaRampUp: 0.05,
    mappingLayers: 2,
    referenceGpus: 2,
    isCifar: true,
  },
} as const satisfies Readonly<Record<string, FixedConfiguration>>;

/** Values of `--cfg`. */
export const CONFIGURATIONS = ["auto", "stylegan2", "paper256", "paper512", "paper1024", "cifar"] as const;
export type ConfigurationName = (typeof CONFIGURATIONS)[number];

/** Numbers of `--cfg=auto`, from the side of the images and the number of GPUs. */
export function autoConfiguration(resolution: number, gpus: number): FixedConfiguration {
  const batch = Math.max(Math.min(gpus * Math.min(Math.floor(4096 / resolution), 32), 64), gpus);
  return {
    kimg: 25000,
    batch,
    minibatchGroup: Math.min(Math.floor(batch / gpus), 4),
    featureMaps: resolution >= 512 ? 1 : 0.5,
    learningRate: resolution >= 1024 ? 0.002 : 0.0025,
    gamma: (0.0002 * resolution ** 2) / batch,
    emaKimg: (batch * 10) / 32,
    emaRampUp: 0.05,
    mappingLayers: 2,
    referenceGpus: gpus,
  };
}

const BLIT = ["xflip", "rotate90", "xint"];
const GEOMETRY = ["scale", "rotate", "aniso", "xfrac"];
const COLOR = ["brightness", "contrast", "lumaflip", "hue", "saturation"];

/** Values of `--augpipe`: the ops of each, in the reference's order and names. */
export const AUGMENT_PIPES: Readonly<Record<string, readonly string[]>> = {
  blit: BLIT,
  geom: GEOMETRY,
  color: COLOR,
  filter: ["imgfilter"],
  noise: ["noise"],
  cutout: ["cutout"],
  bg: [...BLIT, ...GEOMETRY],
  bgc: [...BLIT, ...GEOMETRY, ...COLOR],
  bgcf: [...BLIT, ...GEOMETRY, ...COLOR, "imgfilter"],
  bgcfn: [...BLIT, ...GEOMETRY, ...COLOR, "imgfilter", "noise"],
  bgcfnc: [...BLIT, ...GEOMETRY, ...COLOR, "imgfilter", "noise", "cutout"],
};

const SOURCES = "https://nvlabs-fi-cdn.nvidia.com/stylegan2-ada-pytorch/pretrained/transfer-learning-source-nets/";

/** Values of `--resume` that name a network of the reference's authors. */
export const RESUME_PRESETS: Readonly<Record<string, string>> = {
  ffhq256: `${SOURCES}ffhq-res256-mirror-paper256-noaug.pkl`,
  ffhq512: `${SOURCES}ffhq-res512-mirror-stylegan2-noaug.pkl`,
  ffhq1024: `${SOURCES}ffhq-res1024-mirror-stylegan2-noaug.pkl`,
  celebahq256: `${SOURCES}celebahq-res256-mirror-paper256-kimg100000-ada-target0.5.pkl`,
  lsundog256: `${SOURCES}lsundog-res256-paper256-kimg100000-noaug.pkl`,
};

/** Values of `--metrics`. */
export const METRICS = [
  "fid50k_full",
  "kid50k_full",
  "pr50k3_full",
  "ppl2_wend",
  "is50k",
  "fid50k",
  "kid50k",
  "pr50k3",
  "ppl_zfull",
  "ppl_wfull",
  "ppl_zend",
  "ppl_wend",
] as const;
