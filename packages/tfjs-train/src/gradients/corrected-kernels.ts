import * as tf from "@tensorflow/tfjs-core";
import { maxPoolWithArgmax } from "./max-pool-argmax.ts";
import { framed, type PoolAttributes, paddedFrame, windowWeights } from "./pooling.ts";
import type { StridedSliceAttributes } from "./strided-slice-attributes.ts";

/** A stock kernel that computes something else than its definition, or takes forever, and a way round. */
interface Correction {
  readonly kernel: string;
  readonly backends: readonly string[];
  readonly correct: (stock: tf.KernelFunc) => tf.KernelFunc;
}

/** Where an axis is dropped and another has a stride, the stock kernels read the wrong entries. Slice first, drop it then. */
const stridedSlice: Correction = {
  kernel: "StridedSlice",
  backends: ["cpu", "wasm"],
  correct: (stock) => (call) => {
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } =
      call.attrs as unknown as StridedSliceAttributes; // as tf.stridedSlice passes them
    if (!shrinkAxisMask) return stock(call);
    const { shape } = call.inputs.x as tf.TensorInfo; // the only input
    const info = tf.slice_util.sliceInfo(
      shape,
      begin,
      end,
      strides,
      beginMask,
      endMask,
      ellipsisMask,
      newAxisMask,
      shrinkAxisMask,
    );
    // Going backwards, an end before the first entry can only be said by the mask.
    const openEnds = info.end.reduce((mask, last, i) => (last < 0 ? mask | (1 << i) : mask), 0);
    const plain = { begin: info.begin, end: info.end, strides: info.strides, beginMask: 0, endMask: openEnds };
    const attrs = { ...plain, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
    return { ...(stock({ ...call, attrs }) as tf.TensorInfo), shape: info.finalShape }; // one output
  },
};

/** The stock kernel takes any slopes for one of each channel. Repeated to the input's shape they are right. */
const prelu: Correction = {
  kernel: "Prelu",
  backends: ["wasm"],
  correct: (stock) => (call) => {
    const { x, alpha } = call.inputs as Record<string, tf.TensorInfo>; // never absent
    const size = tf.util.sizeFromShape(alpha.shape);
    const channels = x.shape[x.shape.length - 1] ?? 1;
    const isOnePerChannel = size === channels && (alpha.shape[alpha.shape.length - 1] ?? 1) === channels;
    const tile = tf.getKernel("Tile", "wasm");
    if (size === 1 || isOnePerChannel || !tile) return stock(call);
    const aligned = [...x.shape.slice(alpha.shape.length).map(() => 1), ...alpha.shape];
    const reps = x.shape.map((length, i) => length / aligned[i]);
    const full = tile.kernelFunc({ ...call, inputs: { x: { ...alpha, shape: aligned } }, attrs: { reps } }) as tf.TensorInfo; // one output
    const out = stock({ ...call, inputs: { x, alpha: full } });
    (call.backend as tf.KernelBackend).disposeData(full.dataId); // the engine passes the backend itself
    return out;
  },
};

/** The stock kernel passes over everything once for each segment. */
const unsortedSegmentSum: Correction = {
  kernel: "UnsortedSegmentSum",
  backends: ["cpu"],
  correct: () => (call) => {
    const { x, segmentIds } = call.inputs as Record<string, tf.TensorInfo>; // never absent
    const { numSegments } = call.attrs as { numSegments: number };
    const backend = call.backend as CpuBackend; // the engine passes the backend itself
    const [values, ids] = [x, segmentIds].map(({ dataId }) => backend.readSync(dataId));
    const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
    const sums = tf.util.makeZerosTypedArray(tf.util.sizeFromShape(shape), x.dtype as "float32" | "int32"); // numbers only
    const width = sums.length / numSegments;
    ids.forEach((id, row) => {
      if (id < 0 || id >= numSegments) return;
      for (let i = 0; i < width; i++) sums[id * width + i] += values[row * width + i];
    });
    return backend.makeTensorInfo(shape, x.dtype, sums);
  },
};

const argmax: Correction = { kernel: "MaxPoolWithArgmax", backends: ["wasm"], correct: () => maxPoolWithArgmax };

/** tfjs-node refuses margins that are neither "same" nor "valid". */
const poolsWithMargins: readonly Correction[] = (["AvgPool", "MaxPool"] as const).map((kernel) => ({
  kernel,
  backends: ["tensorflow"],
  correct: (stock) => (call) => {
    const attributes = call.attrs as unknown as PoolAttributes; // as tf.avgPool and tf.maxPool pass them
    if (typeof attributes.pad === "string") return stock(call);
    const isMaximum = kernel === "MaxPool";
    return tf.tidy(() => {
      const x = call.inputs.x as tf.Tensor4D; // the engine hands its tensors to the kernels as they are
      const { info, ...frame } = paddedFrame(x.shape, attributes);
      const margins = isMaximum ? Number.NEGATIVE_INFINITY : 0;
      const attrs = { filterSize: attributes.filterSize, strides: attributes.strides, pad: "valid" };
      const pooled = stock({
        ...call,
        inputs: { x: framed(x, frame, margins) },
        attrs: attrs as unknown as tf.NamedAttrMap,
      }) as tf.Tensor; // that backend makes tensors
      return isMaximum ? pooled : tf.mul(pooled, windowWeights(info));
    });
  },
}));

interface CpuBackend {
  readSync(dataId: tf.DataId): Float32Array | Int32Array | Uint8Array;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.TypedArray): tf.TensorInfo;
}

const ours = new WeakSet<tf.KernelFunc>();

/** Puts the corrected kernels in the place of the stock ones, on every backend that is loaded; harmless to repeat. */
export function correctKernels(): void {
  for (const { kernel, backends, correct } of [stridedSlice, prelu, unsortedSegmentSum, argmax, ...poolsWithMargins])
    for (const backendName of backends) {
      const stock = tf.getKernel(kernel, backendName);
      if (!stock || ours.has(stock.kernelFunc)) continue;
      const kernelFunc = correct(stock.kernelFunc);
      ours.add(kernelFunc);
      tf.unregisterKernel(kernel, backendName);
      tf.registerKernel({ ...stock, kernelFunc });
    }
}
