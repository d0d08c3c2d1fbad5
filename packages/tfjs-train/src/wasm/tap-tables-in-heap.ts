import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, floats } from "./heap.ts";

const WORD = Float32Array.BYTES_PER_ELEMENT;

/** Scratch in the heap, in one tensor that the caller releases. */
interface LoadedTables {
  readonly tensor: tf.TensorInfo;
  /** Where each part begins. */
  readonly addresses: readonly number[];
}

/** Puts tables and weights into the heap one after the other; a number is room for as many floats. */
export function loadTables(backend: BackendWasm, parts: readonly (Int32Array | Float32Array | number)[]): LoadedTables {
  const lengths = parts.map((part) => (typeof part === "number" ? part : part.length));
  const starts = lengths.map((_, i) => lengths.slice(0, i).reduce((sum, length) => sum + length, 0));
  const tensor = allocate(backend, [lengths.reduce((sum, length) => sum + length, 0)]);
  const address = addressOf(backend, tensor);
  const heap = floats(backend);
  const integers = new Int32Array(heap.buffer, heap.byteOffset, heap.length);
  parts.forEach((part, i) => {
    const place = address / WORD + starts[i];
    if (part instanceof Int32Array) integers.set(part, place);
    else if (typeof part !== "number") heap.set(part, place);
  });
  return { tensor, addresses: starts.map((start) => address + start * WORD) };
}
