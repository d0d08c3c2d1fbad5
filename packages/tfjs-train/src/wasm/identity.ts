import { defineWasmKernel } from "./heap.ts";

/**
 * The same data under another tensor, counted by the backend. The stock kernel copies them, and a gradient's tape clones every input
 * of every op that it records.
 */
export const identity = defineWasmKernel<unknown>("Identity", ({ inputs: { x }, backend }) => {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
});
