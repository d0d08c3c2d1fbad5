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
  readonly name: string;
  /** To one value a row. */
  readonly rows: (kernels: HeapKernels, x: number, rows: number, columns: number, out: number) => void;
  /** To one value a column, with 8 bytes a column to work in. */
  readonly columns: (kernels: HeapKernels, x: number, rows: number, columns: number, out: number, scratch: number) => void;
}

const reductions: readonly Reduction[] = [
  {
    name: "Sum",
    rows: (kernels, x, rows, columns, out) => kernels.rowSums(x, rows, columns, out, 1),
    columns: (kernels, x, rows, columns, out, scratch) => kernels.columnSums(x, rows, columns, out, 1, scratch),
  },
  {
    name: "Mean",
    rows: (kernels, x, rows, columns, out) => kernels.rowSums(x, rows, columns, out, 1 / columns),
    columns: (kernels, x, rows, columns, out, scratch) => kernels.columnSums(x, rows, columns, out, 1 / rows, scratch),
  },
  {
    name: "Max",
    rows: (kernels, x, rows, columns, out) => kernels.rowMaxima(x, rows, columns, out),
    columns: (kernels, x, rows, columns, out) => kernels.columnMaxima(x, rows, columns, out),
  },
];

/**
 * Sum, mean and max over axes that follow one another (the moments of a batch, the gradient of a bias, a whole loss), row by row and
 * sums in double precision; the stock kernels transpose first, and add in single. Every other reduction goes to the stock kernel.
 */
export const blockReductions: readonly WasmKernel[] = reductions.map((reduction) =>
  defineWasmKernel<{ axis?: number | number[]; reductionIndices?: number | number[]; keepDims: boolean }>(
    reduction.name,
    (call) => {
      const { x } = call.inputs;
      const { axis, reductionIndices, keepDims } = call.attributes; // Max has its axes under another name
      const block = reducedBlock(x, axis ?? reductionIndices ?? [], keepDims);
      return block ? reduce(call.backend, x, block, reduction) : callStock(reduction.name, call);
    },
  ),
);

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
