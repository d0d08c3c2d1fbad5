/** The presets of the paper that hold an op, the smallest first: what the user would drop. */
const PARTS: Readonly<Record<string, string>> = {
  "x-flip": "blit",
  rotate90: "blit",
  "integer-translation": "blit",
  "isotropic-scale": "geom",
  rotation: "geom",
  "anisotropic-scale": "geom",
  "fractional-translation": "geom",
  brightness: "color",
  contrast: "color",
  "luma-flip": "color",
  hue: "color",
  saturation: "color",
  "image-filter": "filter",
  noise: "noise",
  cutout: "cutout",
};

/** What to do when the traces of an op show in generated images. */
export function remedyFor(op: string): string {
  const part = PARTS[op];
  const drop = part === undefined || part === op ? `Drop ${op} from the pipe` : `Drop ${part} (or ${op} alone) from the pipe`;
  return `${drop}, or keep p lower: a smaller target, or a max below 0.8, above which augmentations leak. Go on from a snapshot of before the leak.`;
}
