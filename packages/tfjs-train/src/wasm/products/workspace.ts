import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, allocate, floats, release } from "../heap.ts";

/** Byte address in the heap of the wasm backend. */
export type Address = number;

const LINE_BYTES = 64;

/** Bytes of so many whole lines of the cache. */
export const wholeLines = (bytes: number): number => Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;

/** Sizes in bytes of parts of memory, by name. */
type Sizes = Readonly<Record<string, number>>;
type Addresses<S extends Sizes> = { readonly [Name in keyof S]: Address };

/**
 * Memory of a heap for the time of one computation: several groups of parts, each part at the start of a cache line.
 *
 * @param groups - The sizes of each group's parts, in bytes.
 */
export function withWorkspace<const S extends Sizes>(
  backend: BackendWasm,
  groups: readonly S[],
  use: (groups: readonly Addresses<S>[]) => void,
): void {
  const total = groups.flatMap((sizes) => Object.values(sizes)).reduce((sum, bytes) => sum + wholeLines(bytes), LINE_BYTES);
  const block = allocate(backend, [Math.ceil(total / Float32Array.BYTES_PER_ELEMENT)]);
  try {
    let next = wholeLines(addressOf(backend, block));
    const take = (bytes: number): Address => {
      const address = next;
      next += wholeLines(bytes);
      return address;
    };
    use(
      groups.map(
        (sizes) => Object.fromEntries(Object.entries(sizes).map(([name, bytes]) => [name, take(bytes)])) as Addresses<S>,
      ), // the same names
    );
  } finally {
    release(backend, block);
  }
}

/** Writes 32-bit numbers; addresses above 2³¹ wrap, which is how the heap reads them. */
export function writeNumbers(backend: BackendWasm, address: Address, values: readonly number[]): void {
  new Int32Array(floats(backend).buffer, address, values.length).set(values);
}
