/** Sum of the bytes read as signed: how far a filtered row lies from zero. */
type Distance = number;

/** Rows of scratch for `filterRow`, each one byte (the filter type) longer than a row of pixels. */
export interface FilterScratch {
  readonly rows: readonly Uint8Array[];
}

export function createFilterScratch(rowBytes: number): FilterScratch {
  return { rows: Array.from({ length: 3 }, () => new Uint8Array(rowBytes)) };
}

/**
 * Writes one filtered row (type byte and `rowBytes` bytes) to `out` at `at`. The type is that with the smallest distance
 * from zero among none, up, sub and paeth, tried in that order, the earlier winning a tie: Pillow's choice, so that the
 * same pixels give the same bytes.
 *
 * @param pixels - All rows, one after the other.
 * @param start - Where the row begins.
 * @param bytesPerPixel - 1 (grey) or 3 (RGB).
 */
export function filterRow(
  pixels: Uint8Array,
  {
    start,
    rowBytes,
    bytesPerPixel,
    scratch,
    out,
    at,
  }: {
    readonly start: number;
    readonly rowBytes: number;
    readonly bytesPerPixel: number;
    readonly scratch: FilterScratch;
    readonly out: Uint8Array;
    readonly at: number;
  },
): void {
  const raw = pixels.subarray(start, start + rowBytes);
  const above = start === 0 ? undefined : pixels.subarray(start - rowBytes, start);
  const [up, sub, paeth] = scratch.rows;
  let type = 0;
  let best = raw;
  let smallest = distanceOf(raw);
  const consider = (candidate: Uint8Array, candidateType: number, distance: Distance): void => {
    if (distance >= smallest) return;
    best = candidate;
    type = candidateType;
    smallest = distance;
  };
  if (smallest > 0 && above) consider(up, 2, filterUp(raw, above, up));
  if (smallest > 0) consider(sub, 1, filterSub(raw, bytesPerPixel, sub));
  if (smallest > 0 && above) consider(paeth, 4, filterPaeth(raw, above, bytesPerPixel, paeth));
  out[at] = type;
  out.set(best, at + 1);
}

const magnitude = (byte: number): number => (byte < 128 ? byte : 256 - byte);

function distanceOf(row: Uint8Array): Distance {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += magnitude(row[i]);
  return sum;
}

function filterUp(raw: Uint8Array, above: Uint8Array, out: Uint8Array): Distance {
  let sum = 0;
  for (let i = 0; i < raw.length; i++) sum += magnitude((out[i] = (raw[i] - above[i]) & 0xff));
  return sum;
}

function filterSub(raw: Uint8Array, bytesPerPixel: number, out: Uint8Array): Distance {
  let sum = 0;
  for (let i = 0; i < bytesPerPixel; i++) sum += magnitude((out[i] = raw[i]));
  for (let i = bytesPerPixel; i < raw.length; i++) sum += magnitude((out[i] = (raw[i] - raw[i - bytesPerPixel]) & 0xff));
  return sum;
}

function filterPaeth(raw: Uint8Array, above: Uint8Array, bytesPerPixel: number, out: Uint8Array): Distance {
  let sum = 0;
  for (let i = 0; i < bytesPerPixel; i++) sum += magnitude((out[i] = (raw[i] - above[i]) & 0xff));
  for (let i = bytesPerPixel; i < raw.length; i++) {
    const predicted = paethPredictor(raw[i - bytesPerPixel], above[i], above[i - bytesPerPixel]);
    sum += magnitude((out[i] = (raw[i] - predicted) & 0xff));
  }
  return sum;
}

/** The neighbour nearest to left + above − corner; on a tie left, then above. */
function paethPredictor(left: number, above: number, corner: number): number {
  const a = Math.abs(above - corner);
  const b = Math.abs(left - corner);
  const c = Math.abs(left + above - 2 * corner);
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

/**
 * Undoes the filters of `numRows` rows in place and returns the number of a row whose type is unknown, else −1.
 *
 * @param data - Rows of one type byte and `rowBytes` bytes, from `start` on.
 * @param bytesPerPixel - Bytes of a whole pixel, at least 1.
 */
export function unfilterRows(
  data: Uint8Array,
  {
    start,
    numRows,
    rowBytes,
    bytesPerPixel,
  }: {
    readonly start: number;
    readonly numRows: number;
    readonly rowBytes: number;
    readonly bytesPerPixel: number;
  },
): number {
  const stride = rowBytes + 1;
  for (let y = 0; y < numRows; y++) {
    const type = data[start + y * stride];
    if (type > 4) return y;
    if (type === 0) continue;
    const at = start + y * stride + 1;
    // Above the first row lies a row of zeros: the filters that look there come down to these.
    if (y === 0) unfilterFirst(data, { at, rowBytes, bytesPerPixel, type });
    else unfilters[type - 1](data, at, stride, rowBytes, bytesPerPixel);
  }
  return -1;
}

/** The first row: "up" changes nothing, "paeth" is "sub", and the average is half of the left neighbour. */
function unfilterFirst(
  data: Uint8Array,
  {
    at,
    rowBytes,
    bytesPerPixel,
    type,
  }: { readonly at: number; readonly rowBytes: number; readonly bytesPerPixel: number; readonly type: number },
): void {
  if (type === 2) return;
  const shift = type === 3 ? 1 : 0;
  for (let i = at + bytesPerPixel; i < at + rowBytes; i++) data[i] += data[i - bytesPerPixel] >> shift;
}

/**
 * Undoes one filter of the row of `length` bytes from `at` on, in place; the row above begins `stride` bytes before.
 * Positional, since one batch of images calls it a thousand times.
 */
type Unfilter = (data: Uint8Array, at: number, stride: number, length: number, bytesPerPixel: number) => void;

// A Uint8Array keeps the low eight bits of what is stored, which is the sum modulo 256 that PNG asks for. Each loop runs over
// one channel, so that the neighbour on the left stays in a register.
const unfilters: readonly Unfilter[] = [
  function sub(data, at, _, length, bpp) {
    for (let channel = 0; channel < bpp; channel++) {
      let left = 0;
      for (let i = at + channel; i < at + length; i += bpp) {
        left = (left + data[i]) & 0xff;
        data[i] = left;
      }
    }
  },
  function up(data, at, stride, length) {
    for (let i = at; i < at + length; i++) data[i] += data[i - stride];
  },
  function average(data, at, stride, length, bpp) {
    for (let channel = 0; channel < bpp; channel++) {
      let left = 0;
      for (let i = at + channel; i < at + length; i += bpp) {
        left = (data[i] + ((left + data[i - stride]) >> 1)) & 0xff;
        data[i] = left;
      }
    }
  },
  function paeth(data, at, stride, length, bpp) {
    for (let channel = 0; channel < bpp; channel++) {
      let left = 0;
      let corner = 0;
      for (let i = at + channel; i < at + length; i += bpp) {
        const above = data[i - stride];
        const byLeft = above - corner;
        const byAbove = left - corner;
        const both = byLeft + byAbove;
        const a = (byLeft ^ (byLeft >> 31)) - (byLeft >> 31);
        const b = (byAbove ^ (byAbove >> 31)) - (byAbove >> 31);
        const c = (both ^ (both >> 31)) - (both >> 31);
        // All ones where another neighbour is nearer; noise would make branches guess wrong.
        const notLeft = ((b - a) | (c - a)) >> 31;
        const notAbove = (c - b) >> 31;
        const predicted = (left & ~notLeft) | (notLeft & ((above & ~notAbove) | (corner & notAbove)));
        left = (data[i] + predicted) & 0xff;
        data[i] = left;
        corner = above;
      }
    }
  },
];
