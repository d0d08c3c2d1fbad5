import { gaussianWindow, type SsimWindow, uniformWindow } from "./ssim-window.ts";

/** How a program takes SSIM: all of it moves the number. */
export interface SsimConvention {
  readonly window: SsimWindow;
  /** "valid": where the window fits. "reflect": everywhere, the image mirrored at its border. */
  readonly border: "valid" | "reflect";
  /** Variances and covariances with n/(n − 1), n the pixels of the window. */
  readonly isSampleCovariance: boolean;
  /** Variances below 0 by rounding are set to 0. */
  readonly clampsVariance: boolean;
  /** MS-SSIM: scales multiplied for each channel ("each"), or the mean over the channels ("pooled"). */
  readonly channels: "each" | "pooled";
  /** MS-SSIM: what happens to a last odd line when the image is halved. */
  readonly odd: "floor" | "pad-zeros";
  /** MS-SSIM: "float32" where the program holds the exponents in single precision, which moves the number by some 1e-10. */
  readonly exponents: "float64" | "float32";
}

const paper: SsimConvention = {
  window: gaussianWindow({ sigma: 1.5, radius: 5 }),
  border: "valid",
  isSampleCovariance: false,
  clampsVariance: false,
  channels: "each",
  odd: "floor",
  exponents: "float64",
};

/**
 * Named conventions. "paper" is Wang et al. 2004: Gaussian window of 11 with σ = 1.5, where it fits (scikit-image with
 * gaussian_weights=True, sigma=1.5, use_sample_covariance=False). "scikit-image" is that program's default.
 */
export const ssimConventions = {
  paper,
  "pytorch-msssim": { ...paper, window: gaussianWindow({ sigma: 1.5, radius: 5, rounding: "float32" }), odd: "pad-zeros" },
  torchmetrics: { ...paper, border: "reflect", clampsVariance: true, channels: "pooled", exponents: "float32" },
  "torchmetrics-uniform": {
    ...paper,
    window: uniformWindow(11),
    border: "reflect",
    clampsVariance: true,
    channels: "pooled",
    exponents: "float32",
  },
  "scikit-image": { ...paper, window: uniformWindow(7), isSampleCovariance: true },
} as const satisfies Readonly<Record<string, SsimConvention>>;

export type SsimConventionName = keyof typeof ssimConventions;
