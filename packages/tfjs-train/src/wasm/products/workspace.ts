import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, allocate, floats, release } from "../heap.ts";

/** Byte address in the heap of the wasm backend. */
export type Address = number;

const LINE_BYTES = 64;

/** Bytes of so many whole lines of the cache. */
export const wholeLines = (bytes: number): number => Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;

/** Memory of a heap for the time of one computation: parts of the sizes given, in bytes, each at the start of a cache line. */
export function withWorkspace<const Sizes extends Readonly<Record<string, number>>>(
  backend: BackendWasm,
  sizes: Sizes,
  use: (parts: { readonly [Name in keyof Sizes]: Address }) => void,
): void {
  const total = Object.values(sizes).reduce((sum, bytes) => sum + wholeLines(bytes), LINE_BYTES);
  const block = allocate(backend, [Math.ceil(total / Float32Array.BYTES_PER_ELEMENT)]);
  try {
    let next = wholeLines(addressOf(backend, block));
    const parts = Object.entries(sizes).map(([name, bytes]) => {
      const address = next;
      next += wholeLines(bytes);
      return [name, address] as const;
    });
    use(Object.fromEntries(parts) as { [Name in keyof Sizes]: Address }); // the same names
  } finally {
    release(backend, block);
  }
}

/** Writes 32-bit numbers; addresses above 2³¹ wrap, which is how the heap reads them. */
export function writeNumbers(backend: BackendWasm, address: Address, values: readonly number[]): void {
  new Int32Array(floats(backend).buffer, address, values.length).set(values);
}
