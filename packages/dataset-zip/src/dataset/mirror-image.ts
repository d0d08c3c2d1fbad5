/** How an image is seen: in a mirror beside it, in one below it, or both, which turns it by 180°. */
export interface Mirroring {
  /** Columns in reverse order. */
  readonly isMirrored: boolean;
  /** Rows in reverse order. */
  readonly isFlipped: boolean;
}

/** The bytes of an image [height, width, channels] in a mirror; the given array where there is nothing to do. */
export function mirrorImage(
  pixels: Uint8Array,
  [height, width, channels]: readonly [height: number, width: number, channels: number],
  { isMirrored, isFlipped }: Mirroring,
): Uint8Array {
  if (!isMirrored && !isFlipped) return pixels;
  const seen = new Uint8Array(pixels.length);
  for (let y = 0, to = 0; y < height; y++) {
    const row = (isFlipped ? height - 1 - y : y) * width;
    for (let x = 0; x < width; x++) {
      const from = (row + (isMirrored ? width - 1 - x : x)) * channels;
      for (let k = 0; k < channels; k++) seen[to++] = pixels[from + k];
    }
  }
  return seen;
}
