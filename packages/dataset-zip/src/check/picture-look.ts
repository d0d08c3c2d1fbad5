import type { RasterImage } from "array-kernels";

const ROWS = 16;
const COLUMNS = 16;
/** Bits of a hash. */
export const HASH_BITS: number = ROWS * COLUMNS;
const WORDS = HASH_BITS / 32;

/** Units of a standard deviation in which cells are kept. */
const CELL_UNIT = 1 / 4096;

/** What a picture looks like from afar: the same, nearly, for copies that were resized, compressed, brightened or changed in contrast. */
export interface PictureLook {
  /** 256 bits in 8 words: whether a cell is darker than its right neighbour. */
  readonly hash: Uint32Array;
  /** Mean brightness of 16 × 17 cells, less their mean, in 1/4096 of their standard deviation. */
  readonly cells: Int16Array;
}

/**
 * The look of a picture: its brightness averaged over 16 × 17 cells, and a difference hash of these to search by.
 *
 * @param image - Grey, RGB, or either with alpha, which is ignored.
 * @see Krawetz 2013, "Kind of like that" (dHash), there with 8 × 8 bits.
 */
export function pictureLook(image: RasterImage<Uint8Array>): PictureLook {
  const isSmall = Math.min(image.height, image.width) <= COLUMNS;
  const cells = averageCells(isSmall ? enlarge(image, COLUMNS + 1) : image, ROWS, COLUMNS + 1);
  const hash = new Uint32Array(WORDS);
  for (let bit = 0; bit < HASH_BITS; bit++) {
    const cell = Math.floor(bit / COLUMNS) * (COLUMNS + 1) + (bit % COLUMNS);
    if (cells[cell] < cells[cell + 1]) hash[bit >> 5] |= 1 << (bit & 31);
  }
  return { hash, cells: standardise(cells) };
}

/** Root mean square difference of two looks' cells, in standard deviations: 0 for copies, about 1.4 for unlike pictures. */
export function lookDistance({ cells: a }: PictureLook, { cells: b }: PictureLook): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum / a.length) * CELL_UNIT;
}

function standardise(cells: Float64Array): Int16Array {
  const mean = cells.reduce((sum, value) => sum + value, 0) / cells.length;
  const variance = cells.reduce((sum, value) => sum + (value - mean) ** 2, 0) / cells.length;
  const scale = variance > 0 ? 1 / (CELL_UNIT * Math.sqrt(variance)) : 0;
  return Int16Array.from(cells, (value) => Math.max(-32767, Math.min(32767, Math.round((value - mean) * scale))));
}

/** Number of bits in which two hashes differ, 0 to 256. */
export function hashDistance(a: Uint32Array, b: Uint32Array): number {
  let distance = 0;
  for (let i = 0; i < WORDS; i++) {
    let x = a[i] ^ b[i];
    x -= (x >>> 1) & 0x55555555;
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
    distance += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return distance;
}

/** Mean brightness of each cell, a pixel on a border counted to both sides by its area. */
function averageCells(image: RasterImage<Uint8Array>, rows: number, columns: number): Float64Array {
  const { data, height, width, channels } = image;
  const [down, across] = [dealOut(height, rows), dealOut(width, columns)];
  const isColor = channels >= 3;
  const cells = new Float64Array(rows * columns);
  const line = new Float64Array(columns + 1); // one more, for the share that the last pixel has none of
  for (let y = 0, i = 0; y < height; y++) {
    line.fill(0);
    let current = 0;
    let sum = 0; // of the pixels that lie in the current cell as a whole
    for (let x = 0; x < width; x++, i += channels) {
      const brightness = isColor ? 299 * data[i] + 587 * data[i + 1] + 114 * data[i + 2] : 1000 * data[i];
      const cell = across.cell[x];
      if (cell !== current) {
        line[current] += sum * across.length;
        sum = 0;
        current = cell;
      }
      const share = across.share[x];
      if (share === across.length) {
        sum += brightness;
        continue;
      }
      line[cell] += brightness * share;
      line[cell + 1] += brightness * (across.length - share);
    }
    line[current] += sum * across.length;
    const row = down.cell[y];
    for (let column = 0; column < columns; column++) {
      cells[row * columns + column] += line[column] * down.share[y];
      if (row + 1 < rows) cells[(row + 1) * columns + column] += line[column] * (down.length - down.share[y]);
    }
  }
  return cells;
}

/**
 * Lays `size` pixels over `count` cells: pixel i covers `share[i]` of cell `cell[i]` and the rest of its `length` of the next, in
 * units of which a cell has `size` and a pixel `length` = `count`. Needs size ≥ count, so that a pixel covers two cells at most.
 */
function dealOut(size: number, count: number): { cell: Int32Array; share: Float64Array; length: number } {
  const cell = new Int32Array(size);
  const share = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    cell[i] = Math.floor((i * count) / size);
    share[i] = Math.min(count, (cell[i] + 1) * size - i * count);
  }
  return { cell, share, length: count };
}

/** Repeats the pixels of a picture that is smaller than the grid. */
function enlarge(image: RasterImage<Uint8Array>, factor: number): RasterImage<Uint8Array> {
  const { data, height, width, channels } = image;
  const large = new Uint8Array(height * width * channels * factor * factor);
  for (let y = 0, to = 0; y < height * factor; y++)
    for (let x = 0; x < width * factor; x++)
      for (let k = 0; k < channels; k++)
        large[to++] = data[(Math.floor(y / factor) * width + Math.floor(x / factor)) * channels + k];
  return { data: large, height: height * factor, width: width * factor, channels };
}
