/** A named list of ops. */
export interface Preset {
  readonly ops: readonly string[];
  /** See `PipelineOptions.blits`. */
  readonly blits: "copied" | "resampled";
}

const blit = ["x-flip", "rotate90", "integer-translation"];
const geom = ["isotropic-scale", "rotation", "anisotropic-scale", "fractional-translation"];
const color = ["brightness", "contrast", "luma-flip", "hue", "saturation"];
const paper = (...ops: string[]): Preset => ({ ops, blits: "resampled" });

/** Presets by name: those of the StyleGAN2-ADA program, which filter flips and quarter turns too, and two that copy pixels. */
export const presets: Readonly<Record<string, Preset>> = {
  blit: paper(...blit),
  geom: paper(...geom),
  color: paper(...color),
  filter: paper("image-filter"),
  noise: paper("noise"),
  cutout: paper("cutout"),
  bg: paper(...blit, ...geom),
  bgc: paper(...blit, ...geom, ...color),
  bgcf: paper(...blit, ...geom, ...color, "image-filter"),
  bgcfn: paper(...blit, ...geom, ...color, "image-filter", "noise"),
  bgcfnc: paper(...blit, ...geom, ...color, "image-filter", "noise", "cutout"),
  /** The default of `qgan train --aug ada`: nothing is turned or resampled. */
  basic: { ops: ["x-flip", "integer-translation", "brightness", "contrast", "cutout"], blits: "copied" },
  /** Pixels are moved, never changed. */
  shift: { ops: ["x-flip", "integer-translation"], blits: "copied" },
};
