import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { addressOf, defineWasmKernel, viewAs, type WasmKernel } from "./heap.ts";
import { heapKernels } from "./heap-kernels.ts";
import { callStock } from "./stock-kernels.ts";

const WORD = Float32Array.BYTES_PER_ELEMENT;
const isWords = ({ dtype }: tf.TensorInfo): boolean => dtype === "float32" || dtype === "int32";

/** Copies a box out of a tensor of four-byte values within the heap. */
function copyBox(backend: BackendWasm, x: tf.TensorInfo, begin: readonly number[], size: readonly number[]): tf.TensorInfo {
  const out = backend.makeOutput([...size], x.dtype);
  if (tf.util.sizeFromShape([...size]) === 0) return out;
  // Axes that are taken whole, at the end, are one run with the axis before them.
  let axis = x.shape.length - 1;
  let run = 1;
  while (axis > 0 && size[axis] === x.shape[axis]) run *= x.shape[axis--];
  const step = axis < 0 ? 1 : x.shape[axis] * run;
  const count = axis < 0 ? 1 : size[axis] * run;
  const rows = axis > 0 ? size[axis - 1] : 1;
  const strides = tf.util.computeStrides(x.shape);
  const outer = size.slice(0, Math.max(0, axis - 1));
  const { copyRows } = heapKernels(backend);
  let target = addressOf(backend, out);
  const source = addressOf(backend, x);
  const place = outer.map(() => 0);
  const start = begin.reduce((sum, first, i) => sum + first * (strides[i] ?? 1), 0);
  for (let left = tf.util.sizeFromShape(outer); left > 0; left--) {
    const offset = place.reduce((sum, coordinate, i) => sum + coordinate * strides[i], start);
    copyRows(source + offset * WORD, target, rows, count, step, count);
    target += rows * count * WORD;
    for (let i = outer.length - 1; i >= 0 && ++place[i] === outer[i]; i--) place[i] = 0;
  }
  return out;
}

interface SliceAttributes {
  readonly begin: number | number[];
  readonly size: number | number[];
}

const slice = defineWasmKernel<SliceAttributes>("Slice", (call) => {
  const { x } = call.inputs;
  if (!isWords(x)) return callStock("Slice", call);
  const [begin, size] = tf.slice_util.parseSliceParams(x as tf.Tensor, call.attributes.begin, call.attributes.size); // reads its shape only
  tf.slice_util.assertParamsValid(x, begin, size);
  return copyBox(call.backend, x, begin, size);
});

/** Parts of given lengths along an axis. */
function parts(backend: BackendWasm, x: tf.TensorInfo, axis: number, lengths: readonly number[]): tf.TensorInfo[] {
  let first = 0;
  return lengths.map((length) => {
    const begin = x.shape.map((_, i) => (i === axis ? first : 0));
    first += length;
    return copyBox(
      backend,
      x,
      begin,
      x.shape.map((all, i) => (i === axis ? length : all)),
    );
  });
}

const splitV = defineWasmKernel<{ numOrSizeSplits: number | number[]; axis: number }>("SplitV", (call) => {
  const { x } = call.inputs;
  if (!isWords(x)) return callStock("SplitV", call);
  const [axis] = tf.util.parseAxisParam(call.attributes.axis, x.shape);
  const lengths = tf.backend_util.prepareSplitSize(x as tf.Tensor, call.attributes.numOrSizeSplits, axis); // reads its shape only
  return parts(call.backend, x, axis, lengths);
});

const unpack = defineWasmKernel<{ axis: number }>("Unpack", (call) => {
  const { value } = call.inputs;
  if (!isWords(value)) return callStock("Unpack", call);
  const [axis] = tf.util.parseAxisParam(call.attributes.axis, value.shape);
  const shape = value.shape.filter((_, i) => i !== axis);
  const ones = new Array<number>(value.shape[axis]).fill(1);
  return parts(call.backend, value, axis, ones).map((part) => viewAs(part, shape));
});

/** Slice, split and unstack within the heap; the stock kernels first copy the whole tensor out of it, however little is taken. */
export const sliceKernels: readonly WasmKernel[] = [slice, splitV, unpack];
