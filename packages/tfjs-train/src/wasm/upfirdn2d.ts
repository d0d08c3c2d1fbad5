import { type ResamplingAxis, type Upfirdn2dAttributes, upfirdn2dAxes } from "../ops/upfirdn2d-sizes.ts";
import { addressOf, allocate, defineWasmKernel, release } from "./heap.ts";
import { tapKernels } from "./tap-kernels.ts";
import { singleTap, tapTable } from "./tap-table.ts";
import { loadTables } from "./tap-tables-in-heap.ts";

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Relative to the largest entry: products of two float32 filters are rank one to this. */
const RANK_ONE_TOLERANCE = 2 ** -22;

/** What writing a value costs, in taps; measured. */
const STORE_TAPS = 2;

/**
 * Pads or crops, spreads out, filters and thins out in one pass, without the zeros in between. A filter that is the product of two
 * goes down and then along the image, a row at a time, where that takes fewer operations.
 */
export const upfirdn2dKernel = defineWasmKernel<Upfirdn2dAttributes>(
  "Upfirdn2d",
  ({ inputs: { x, filter }, backend, attributes }) => {
    const [batch, height, width, channels] = x.shape;
    const axes = upfirdn2dAxes(x.shape, filter.shape, attributes);
    const [vertical, horizontal] = axes.map((axis) => ({ ...axis, isFlipped: !attributes.flipFilter }));
    const values = backend.readSync(filter.dataId) as Float32Array; // float32: checked by the op
    const factors = factorsOf(values, filter.shape, attributes.gain);
    const out = allocate(backend, [batch, vertical.outSize, horizontal.outSize, channels]);
    const [source, target] = [x, out].map((tensor) => addressOf(backend, tensor));
    const plane = [batch, height * width * channels * FLOAT] as const;
    const columns = tapTable(horizontal, channels * FLOAT, FLOAT);
    if (factors && isCheaperByAxes(vertical, horizontal, channels)) {
      const rows = tapTable(vertical, width * channels * FLOAT, FLOAT);
      const parts = [rows.table, columns.table, singleTap.table, factors.column, factors.row];
      const line = width * channels;
      const { tensor, addresses } = loadTables(backend, [...parts, 2 * Math.max(rows.most, columns.most), line]);
      const [r, c, s, columnWeights, rowWeights, list, lineAt] = addresses;
      tapKernels(backend).filterTapsByAxes(
        ...([source, target, ...plane, vertical.outSize, width, horizontal.outSize, channels] as const),
        ...([r, c, s, columnWeights, rowWeights, list, lineAt] as const),
      );
      release(backend, tensor);
      return out;
    }
    const weights = factors ? outer(factors) : values.map((value) => value * attributes.gain);
    const rows = tapTable(vertical, width * channels * FLOAT, horizontal.taps * FLOAT);
    const { tensor, addresses } = loadTables(backend, [rows.table, columns.table, weights, 2 * rows.most * columns.most]);
    const [r, c, weightsAt, list] = addresses;
    const sizes = [vertical.outSize, horizontal.outSize, channels] as const;
    tapKernels(backend).filterTaps(source, target, ...plane, ...sizes, r, c, weightsAt, list);
    release(backend, tensor);
    return out;
  },
);

interface Factors {
  readonly column: Float32Array;
  readonly row: Float32Array;
}

/** A filter as the product of a column and a row, gain included; undefined if it is none. */
function factorsOf(values: Float32Array, shape: readonly number[], gain: number): Factors | undefined {
  if (shape.length === 1) {
    const scaled = values.map((value) => value * Math.sqrt(gain));
    return { column: scaled, row: scaled };
  }
  const [height, width] = shape;
  let pivot = 0;
  values.forEach((value, i) => {
    if (Math.abs(value) > Math.abs(values[pivot])) pivot = i;
  });
  const largest = values[pivot] || 1; // 1: all are zero
  const column = Array.from({ length: height }, (_, i) => values[i * width + (pivot % width)] / largest);
  const row = values.slice(pivot - (pivot % width), pivot - (pivot % width) + width);
  const isProduct = values.every(
    (value, i) => Math.abs(value - column[Math.floor(i / width)] * row[i % width]) <= RANK_ONE_TOLERANCE * Math.abs(largest),
  );
  return isProduct ? { column: Float32Array.from(column), row: row.map((value) => value * gain) } : undefined;
}

function outer({ column, row }: Factors): Float32Array {
  return Float32Array.from(
    { length: column.length * row.length },
    (_, i) => column[Math.floor(i / row.length)] * row[i % row.length],
  );
}

/** Whether two passes of one axis take fewer operations than one of both, counted in taps a value. */
function isCheaperByAxes(vertical: ResamplingAxis, horizontal: ResamplingAxis, channels: number): boolean {
  const [v, h] = [vertical, horizontal].map(({ taps, up }) => Math.ceil(taps / up));
  // Along the width there are runs of `channels` values only; fewer than four do not fill a vector.
  const slowdown = channels < 4 ? 4 / channels : 1;
  const atOnce = (v * h + STORE_TAPS) * horizontal.outSize * slowdown;
  const byAxes = (v + STORE_TAPS) * horizontal.inSize + (h + STORE_TAPS) * horizontal.outSize * slowdown;
  return byAxes <= atOnce;
}
