import { addressOf, allocate, defineWasmKernel, release } from "./heap.ts";
import { heapKernels } from "./heap-kernels.ts";
import { reducedBlock } from "./reductions.ts";

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Mean and biased variance over axes that follow one another, in one pass, as [2, ...what is left of the shape]. */
export const momentsKernel = defineWasmKernel<{ axes: number[] }>(
  "Moments",
  ({ inputs: { x }, backend, attributes: { axes } }) => {
    const block = reducedBlock(x, axes, false);
    if (!block) throw new Error("bug: the moments of these axes are not one block.");
    const { outer, rows, columns, outShape } = block;
    const out = allocate(backend, [2, ...outShape]);
    const scratch = allocate(backend, [4 * columns]); // 16 bytes a column
    const [source, target, room] = [x, out, scratch].map((tensor) => addressOf(backend, tensor));
    const { columnMoments } = heapKernels(backend);
    for (let i = 0; i < outer; i++) {
      const mean = target + i * columns * FLOAT;
      const from = source + i * rows * columns * FLOAT;
      columnMoments(from, rows, columns, mean, mean + outer * columns * FLOAT, room);
    }
    release(backend, scratch);
    return out;
  },
);
