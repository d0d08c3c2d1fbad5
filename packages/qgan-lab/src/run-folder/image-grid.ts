/** Bytes of an image, [height, width, channels] row by row. */
export interface ByteImage {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface ImageGridOptions {
  /** [height, width, channels] of one image. */
  readonly imageShape: readonly [number, number, number];
  readonly columns: number;
  /** Pixels between two images, in the colour of the paper. */
  readonly gap?: number;
}

const PAPER = 255;

/**
 * Lays images out in rows.
 *
 * @param pixels - [count, height, width, channels], 0 … 255.
 */
export function makeImageGrid(pixels: Uint8Array, { imageShape, columns, gap = 2 }: ImageGridOptions): ByteImage {
  const [height, width, channels] = imageShape;
  const size = height * width * channels;
  const count = Math.floor(pixels.length / size);
  const numColumns = Math.max(1, Math.min(columns, count));
  const numRows = Math.ceil(count / numColumns);
  const grid = {
    height: numRows * (height + gap) - gap,
    width: numColumns * (width + gap) - gap,
    channels,
  };
  const data = new Uint8Array(grid.height * grid.width * channels).fill(PAPER);
  for (let i = 0; i < count; i++) {
    const top = Math.floor(i / numColumns) * (height + gap);
    const left = (i % numColumns) * (width + gap);
    for (let y = 0; y < height; y++) {
      const row = pixels.subarray(i * size + y * width * channels, i * size + (y + 1) * width * channels);
      data.set(row, ((top + y) * grid.width + left) * channels);
    }
  }
  return { ...grid, data };
}
