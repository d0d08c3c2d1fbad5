import * as tf from "@tensorflow/tfjs-core";
import { allocate, defineWasmKernel, floats, startOf } from "./heap.ts";
import { callStock } from "./stock-kernels.ts";

const tiledShape = ({ shape }: tf.TensorInfo, reps: readonly number[]): number[] => shape.map((n, i) => n * reps[i]);

/**
 * Tile along leading axes of size 1 (what spreads the gradient of a sum) by doubling copies; every other tiling goes to the
 * stock kernel.
 */
export const tile = defineWasmKernel<{ reps: number[] }>("Tile", (call) => {
  const { x } = call.inputs;
  const { backend } = call;
  const { reps } = call.attributes;
  if (reps.includes(0)) return backend.makeOutput(tiledShape(x, reps), x.dtype);
  let leading = 0;
  while (leading < x.shape.length && x.shape[leading] === 1) leading++;
  if (x.dtype !== "float32" || reps.slice(leading).some((repeats) => repeats !== 1)) return callStock("Tile", call);
  const repeats = tf.util.sizeFromShape(reps.slice(0, leading));
  const size = tf.util.sizeFromShape(x.shape.slice(leading));
  const out = allocate(backend, tiledShape(x, reps));
  const heap = floats(backend);
  const source = startOf(backend, x);
  const target = startOf(backend, out);
  if (size === 1) {
    heap.fill(heap[source], target, target + repeats);
    return out;
  }
  heap.copyWithin(target, source, source + size);
  for (let done = 1; done < repeats; ) {
    const count = Math.min(done, repeats - done);
    heap.copyWithin(target + done * size, target, target + count * size);
    done += count;
  }
  return out;
});
