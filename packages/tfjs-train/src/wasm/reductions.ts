import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, defineWasmKernel, release, type WasmKernel } from "./heap.ts";
import { type HeapKernels, heapKernels } from "./heap-kernels.ts";
import { callStock } from "./stock-kernels.ts";

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** A tensor seen as [outer, rows, columns], of which the rows are reduced. */
interface ReducedBlock {
  readonly outer: number;
  readonly rows: number;
  readonly columns: number;
  readonly outShape: readonly number[];
}

/** The view for a reduction over axes that follow one another; undefined for others, and where nothing is left to reduce. */
export function reducedBlock(
  { shape, dtype }: tf.TensorInfo,
  axis: number | number[],
  keepDims: boolean,
): ReducedBlock | undefined {
  const axes = tf.util.parseAxisParam(axis, shape).sort((a, b) => a - b);
  const isBlock = axes.length > 0 && axes.every((place, i) => place === axes[0] + i);
  if (dtype !== "float32" || !isBlock || tf.util.sizeFromShape(shape) === 0) return undefined;
  const [before, block] = [shape.slice(0, axes[0]), shape.slice(axes[0], axes[0] + axes.length)];
  const after = shape.slice(axes[0] + axes.length);
  return {
    outer: tf.util.sizeFromShape(before),
    rows: tf.util.sizeFromShape(block),
    columns: tf.util.sizeFromShape(after),
    outShape: [...before, ...(keepDims ? block.map(() => 1) : []), ...after],
  };
}

interface Reduction {
  /** To one value a row. */
  readonly rows: (kernels: HeapKernels, x: number, rows: number, columns: number, out: number) => void;
  /** To one value a column, with 8 bytes a column to work in. */
  readonly columns: (kernels: HeapKernels, x: number, rows: number, columns: number, out: number, scratch: number) => void;
}

const reductions: Readonly<Record<string, Reduction>> = {
  Sum: {
    rows: (kernels, x, rows, columns, out) => kernels.rowSums(x, rows, columns, out, 1),
    columns: (kernels, x, rows, columns, out, scratch) => kernels.columnSums(x, rows, columns, out, 1, scratch),
  },
  Mean: {
    rows: (kernels, x, rows, columns, out) => kernels.rowSums(x, rows, columns, out, 1 / columns),
    columns: (kernels, x, rows, columns, out, scratch) => kernels.columnSums(x, rows, columns, out, 1 / rows, scratch),
  },
  Max: {
    rows: (kernels, x, rows, columns, out) => kernels.rowMaxima(x, rows, columns, out),
    columns: (kernels, x, rows, columns, out) => kernels.columnMaxima(x, rows, columns, out),
  },
};

/** What a reduction of nothing is, as TensorFlow has it; the stock kernels leave whatever lies in memory. */
const ofNothing: Readonly<Record<string, number>> = {
  ...{ Sum: 0, Prod: 1, Mean: Number.NaN, All: 1, Any: 0 },
  ...{ Max: Number.NEGATIVE_INFINITY, Min: Number.POSITIVE_INFINITY },
};

interface ReductionAttributes {
  /** Null, as tf.sum(x) has it, for all. */
  readonly axis?: number | number[] | null;
  /** The axes of Max. */
  readonly reductionIndices?: number | number[] | null;
  readonly keepDims: boolean;
}

/**
 * Sum, mean and max over axes that follow one another (the moments of a batch, the gradient of a bias, a whole loss), row by row and
 * sums in double precision; the stock kernels transpose first, and add in single. Every other reduction goes to the stock kernel,
 * but those of nothing.
 */
export const reductionKernels: readonly WasmKernel[] = Object.entries(ofNothing).map(([name, value]) =>
  defineWasmKernel<ReductionAttributes>(name, (call) => {
    const { x } = call.inputs;
    const { axis, reductionIndices, keepDims } = call.attributes;
    const axes = axis ?? reductionIndices ?? [...x.shape.keys()];
    const dtype = name === "Mean" ? "float32" : x.dtype;
    if (tf.util.sizeFromShape(x.shape) === 0) return filled(call.backend, outShapeOf(x, axes, keepDims), dtype, value);
    const block = name in reductions && reducedBlock(x, axes, keepDims);
    return block ? reduce(call.backend, x, block, reductions[name]) : callStock(name, call);
  }),
);

const INT32_LIMIT = 2 ** 31;

function outShapeOf({ shape }: tf.TensorInfo, axis: number | number[], keepDims: boolean): number[] {
  const axes = tf.util.parseAxisParam(axis, shape);
  return shape.flatMap((size, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [size]));
}

function filled(backend: BackendWasm, shape: number[], dtype: tf.DataType, value: number): tf.TensorInfo {
  const out = backend.makeOutput(shape, dtype);
  backend.typedArrayFromHeap(out).fill(dtype === "int32" ? Math.max(-INT32_LIMIT, Math.min(INT32_LIMIT - 1, value)) : value);
  return out;
}

function reduce(backend: BackendWasm, x: tf.TensorInfo, block: ReducedBlock, reduction: Reduction): tf.TensorInfo {
  const { outer, rows, columns, outShape } = block;
  const kernels = heapKernels(backend);
  const out = allocate(backend, outShape);
  if (columns === 1) {
    reduction.rows(kernels, addressOf(backend, x), outer, rows, addressOf(backend, out));
    return out;
  }
  const scratch = allocate(backend, [2 * columns]);
  const [source, target, room] = [x, out, scratch].map((tensor) => addressOf(backend, tensor));
  for (let i = 0; i < outer; i++)
    reduction.columns(kernels, source + i * rows * columns * FLOAT, rows, columns, target + i * columns * FLOAT, room);
  release(backend, scratch);
  return out;
}
