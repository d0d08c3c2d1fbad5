/** A measurement of the StyleGAN2-ADA tools, as data. */
export interface StyleGanPreset {
  readonly name: string;
  readonly kind: "fid" | "kid" | "pr" | "is" | "ppl";
  /** Most real images; Infinity for the whole dataset. */
  readonly maxReal: number;
  /** Generated images, or pairs of them for path lengths. */
  readonly numGenerated: number;
  /** Takes the real images as the network was trained with them, mirror images too; the current presets take the dataset as it is. */
  readonly isLegacy: boolean;
  /** KID: subsets and most images of one. */
  readonly subsets?: { readonly count: number; readonly size: number };
  /** Precision and recall: the neighbour. */
  readonly k?: number;
  /** Inception Score. */
  readonly splits?: number;
  /** As `perceptualPathLength` takes them. */
  readonly path?: {
    readonly space: "z" | "w";
    readonly sampling: "full" | "end";
    readonly epsilon: number;
    /** The middle of the image without its border, as for faces. */
    readonly crop: boolean;
  };
  /** Names of the results, in the order in which the tools write them. */
  readonly results: readonly string[];
}

const ALL = Number.POSITIVE_INFINITY;
const subsets = { count: 100, size: 1000 };
const epsilon = 1e-4;

/**
 * Every metric name of the StyleGAN2-ADA (PyTorch) tools, with what it stands for.
 *
 * @see NVlabs/stylegan2-ada-pytorch, metrics/metric_main.py.
 */
export const styleGanPresets: readonly StyleGanPreset[] = [
  { name: "fid50k_full", kind: "fid", maxReal: ALL, numGenerated: 50_000, isLegacy: false, results: ["fid50k_full"] },
  {
    name: "kid50k_full",
    kind: "kid",
    maxReal: 1_000_000,
    numGenerated: 50_000,
    isLegacy: false,
    subsets,
    results: ["kid50k_full"],
  },
  {
    name: "pr50k3_full",
    kind: "pr",
    maxReal: 200_000,
    numGenerated: 50_000,
    isLegacy: false,
    k: 3,
    results: ["pr50k3_full_precision", "pr50k3_full_recall"],
  },
  {
    name: "ppl2_wend",
    kind: "ppl",
    maxReal: 0,
    numGenerated: 50_000,
    isLegacy: false,
    path: { space: "w", sampling: "end", epsilon, crop: false },
    results: ["ppl2_wend"],
  },
  { name: "fid50k", kind: "fid", maxReal: 50_000, numGenerated: 50_000, isLegacy: true, results: ["fid50k"] },
  { name: "kid50k", kind: "kid", maxReal: 50_000, numGenerated: 50_000, isLegacy: true, subsets, results: ["kid50k"] },
  {
    name: "pr50k3",
    kind: "pr",
    maxReal: 50_000,
    numGenerated: 50_000,
    isLegacy: true,
    k: 3,
    results: ["pr50k3_precision", "pr50k3_recall"],
  },
  {
    name: "is50k",
    kind: "is",
    maxReal: 0,
    numGenerated: 50_000,
    isLegacy: false,
    splits: 10,
    results: ["is50k_mean", "is50k_std"],
  },
  ...(["z", "w"] as const).flatMap((space) =>
    (["full", "end"] as const).map(
      (sampling): StyleGanPreset => ({
        name: `ppl_${space}${sampling}`,
        kind: "ppl",
        maxReal: 0,
        numGenerated: 50_000,
        isLegacy: true,
        path: { space, sampling, epsilon, crop: true },
        results: [`ppl_${space}${sampling}`],
      }),
    ),
  ),
];
