import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { expect } from "repro-kit";

/** What 32-bit addresses reach, and tfjs's module may grow to. */
const HEAP_BYTES = 2 ** 32;
const MB = 2 ** 20;

/** Emscripten's own fields. */
interface Heap {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/**
 * Makes a full heap an error. The stock backend takes the address 0, which says that there is no room, for that of the tensor, and so
 * writes one tensor over the others.
 */
export function guardMemory(backend: BackendWasm): void {
  const heap = backend.wasm as unknown as Heap; // its types lie in an optional package
  heap._free(heap._malloc(1)); // the first call puts the real function in place of a stub
  const allocate = heap._malloc;
  heap._malloc = (bytes) => {
    const address = bytes < HEAP_BYTES ? allocate(bytes) : 0;
    expect(
      address !== 0 || bytes === 0,
      "wasm",
      () =>
        `a tensor of ${Math.ceil(bytes / MB)} MB does not fit: the heap has taken ${Math.round(heap.HEAPU8.length / MB)} of at most ` +
        `${HEAP_BYTES / MB} MB. Use smaller batches, dispose what is not needed, or use tfjs-node.`,
    );
    return address;
  };
}
