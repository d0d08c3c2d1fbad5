import * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, defineWasmKernel, floats, startOf } from "./heap.ts";
import { heapKernels } from "./heap-kernels.ts";

/** Adds each row of x to the row of the output that `segmentIds` names; rows with a negative id are left out. The gradient of gather. */
export const unsortedSegmentSum = defineWasmKernel<{ numSegments: number }>(
  "UnsortedSegmentSum",
  ({ inputs: { x, segmentIds }, backend, attributes: { numSegments } }) => {
    const size = tf.util.sizeFromShape(x.shape.slice(segmentIds.shape.length));
    const out = allocate(backend, [numSegments, ...x.shape.slice(segmentIds.shape.length)]);
    const heap = floats(backend);
    heap.fill(0, startOf(backend, out), startOf(backend, out) + numSegments * size);
    const ids = backend.typedArrayFromHeap(segmentIds);
    const kernels = heapKernels(backend);
    if (size < 8) {
      const source = startOf(backend, x);
      const target = startOf(backend, out);
      ids.forEach((id, row) => {
        if (id >= 0 && id < numSegments)
          for (let i = 0; i < size; i++) heap[target + id * size + i] += heap[source + row * size + i];
      });
      return out;
    }
    ids.forEach((id, row) => {
      if (id >= 0 && id < numSegments)
        kernels.addInto(addressOf(backend, out) + 4 * id * size, addressOf(backend, x) + 4 * row * size, size);
    });
    return out;
  },
);
