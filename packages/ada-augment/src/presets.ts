/** Named lists of ops. */
export const presets: Readonly<Record<string, readonly string[]>> = {
  /** The default of `qgan train --aug ada`. */
  basic: ["x-flip", "integer-translation", "brightness", "contrast", "cutout"],
  /** Pixels are moved, never changed. */
  shift: ["x-flip", "integer-translation"],
};
