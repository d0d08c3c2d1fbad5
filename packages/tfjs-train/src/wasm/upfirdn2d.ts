import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type * as tf from "@tensorflow/tfjs-core";
import { type ResamplingAxis, type Upfirdn2dAttributes, upfirdn2dAxes } from "../ops/upfirdn2d-sizes.ts";
import { addressOf, allocate, defineWasmKernel, release } from "./heap.ts";
import { tapKernels } from "./tap-kernels.ts";
import { singleTap, type TapAxis, tapTable } from "./tap-table.ts";
import { loadTables } from "./tap-tables-in-heap.ts";

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Relative to the largest entry: products of two float32 filters are rank one to this. */
const RANK_ONE_TOLERANCE = 2 ** -22;

/** What writing a value costs, in taps; measured. */
const STORE_TAPS = 2;

/**
 * Pads or crops, spreads out, filters and thins out in one pass without the zeros in between; in two passes, an axis each,
 * one image at a time, where the filter is the product of two and that takes fewer operations.
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
    const plan = choosePlan(vertical, horizontal, channels, factors !== undefined);
    const image = { height, width, channels };
    if (plan === "direct" || !factors) {
      const weights = factors ? outer(factors) : values.map((value) => value * attributes.gain);
      const rows = tapTable(vertical, width * channels * FLOAT, horizontal.taps * FLOAT);
      const columns = tapTable(horizontal, channels * FLOAT, FLOAT);
      const scratch = loadTables(backend, rows, columns, weights);
      const planeBytes = height * width * channels * FLOAT;
      tapKernels(backend).filterTaps(
        ...([addressOf(backend, x), addressOf(backend, out), batch, planeBytes] as const),
        ...([vertical.outSize, horizontal.outSize, channels] as const),
        ...scratch.addresses,
      );
      release(backend, scratch.tensor);
      return out;
    }
    filterByAxes(backend, { x, out, batch, image, vertical, horizontal, factors, isVerticalFirst: plan === "vertical" });
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

type Plan = "direct" | "vertical" | "horizontal";

/** The cheapest order, counted in taps a value. */
function choosePlan(vertical: ResamplingAxis, horizontal: ResamplingAxis, channels: number, isProduct: boolean): Plan {
  const [v, h] = [vertical, horizontal].map(({ taps, up }) => Math.ceil(taps / up));
  // A pass along the width has runs of `channels` values only; fewer than four are not worth a vector.
  const slowdown = channels < 4 ? 4 / channels : 1;
  const outputs = vertical.outSize * horizontal.outSize;
  const direct = (v * h + STORE_TAPS) * outputs * slowdown;
  if (!isProduct) return "direct";
  const verticalFirst = (v + STORE_TAPS) * vertical.outSize * horizontal.inSize + (h + STORE_TAPS) * outputs * slowdown;
  const horizontalFirst = (h + STORE_TAPS) * vertical.inSize * horizontal.outSize * slowdown + (v + STORE_TAPS) * outputs;
  if (direct <= Math.min(verticalFirst, horizontalFirst)) return "direct";
  return verticalFirst <= horizontalFirst ? "vertical" : "horizontal";
}

interface ByAxes {
  readonly x: tf.TensorInfo;
  readonly out: tf.TensorInfo;
  readonly batch: number;
  readonly image: { readonly height: number; readonly width: number; readonly channels: number };
  readonly vertical: TapAxis;
  readonly horizontal: TapAxis;
  readonly factors: Factors;
  readonly isVerticalFirst: boolean;
}

/** Filters one axis after the other. Along the height a row of the image is one run of memory, whatever the channels. */
function filterByAxes(backend: BackendWasm, work: ByAxes): void {
  const { x, out, batch, image, vertical, horizontal, factors, isVerticalFirst } = work;
  const { height, width, channels } = image;
  const { filterTaps } = tapKernels(backend);
  const middle = isVerticalFirst ? [vertical.outSize, width, channels] : [height, horizontal.outSize, channels];
  const run = (isVerticalFirst ? width : horizontal.outSize) * channels; // of the pass along the height
  const down = loadTables(backend, tapTable(vertical, run * FLOAT, FLOAT), singleTap, factors.column);
  const across = loadTables(backend, singleTap, tapTable(horizontal, channels * FLOAT, FLOAT), factors.row);
  const between = allocate(backend, middle);
  const along = (source: number, target: number) => filterTaps(source, target, 1, 0, vertical.outSize, 1, run, ...down.addresses);
  // Rows are the planes of the pass along the width.
  const acrossRows = (source: number, target: number, rows: number) =>
    filterTaps(source, target, rows, horizontal.inSize * channels * FLOAT, 1, horizontal.outSize, channels, ...across.addresses);
  const [start, target, centre] = [x, out, between].map((tensor) => addressOf(backend, tensor));
  for (let n = 0; n < batch; n++) {
    const from = start + n * height * width * channels * FLOAT;
    const to = target + n * vertical.outSize * horizontal.outSize * channels * FLOAT;
    if (isVerticalFirst) {
      along(from, centre);
      acrossRows(centre, to, vertical.outSize);
    } else {
      acrossRows(from, centre, height);
      along(centre, to);
    }
  }
  release(backend, between, down.tensor, across.tensor);
}
