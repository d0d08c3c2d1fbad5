import * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, defineWasmKernel, floats, startOf } from "./heap.ts";
import { heapKernels } from "./heap-kernels.ts";

/** Rows shorter than this are added in JavaScript: a call into wasm costs more. */
const SHORT_ROW = 8;

/**
 * Adds each row of x to the row of the output that `segmentIds` names; rows whose id is negative, or beyond the last segment, are
 * left out. The gradient of gather. Float32 and int32.
 */
export const unsortedSegmentSum = defineWasmKernel<{ numSegments: number }>(
  "UnsortedSegmentSum",
  ({ inputs: { x, segmentIds }, backend, attributes: { numSegments } }) => {
    const rest = x.shape.slice(segmentIds.shape.length);
    const size = tf.util.sizeFromShape(rest);
    const ids = backend.readSync(segmentIds.dataId) as Int32Array; // int32: tf.unsortedSegmentSum makes sure
    const isKept = (id: number) => id >= 0 && id < numSegments;
    if (x.dtype !== "float32" || size < SHORT_ROW) {
      const out = backend.makeOutput([numSegments, ...rest], x.dtype);
      const [source, target] = [backend.typedArrayFromHeap(x), backend.typedArrayFromHeap(out)];
      target.fill(0);
      ids.forEach((id, row) => {
        if (isKept(id)) for (let i = 0; i < size; i++) target[id * size + i] += source[row * size + i];
      });
      return out;
    }
    const out = allocate(backend, [numSegments, ...rest]);
    floats(backend).fill(0, startOf(backend, out), startOf(backend, out) + numSegments * size);
    const { addInto } = heapKernels(backend);
    const [source, target] = [addressOf(backend, x), addressOf(backend, out)];
    const bytes = size * Float32Array.BYTES_PER_ELEMENT;
    ids.forEach((id, row) => {
      if (isKept(id)) addInto(target + bytes * id, source + bytes * row, size);
    });
    return out;
  },
);
