import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, floats } from "./heap.ts";
import type { TapTable } from "./tap-table.ts";

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Tables in the heap, in one scratch tensor that the caller releases. */
export interface LoadedTables {
  readonly tensor: tf.TensorInfo;
  readonly addresses: readonly [rows: number, columns: number, weights: number, list: number];
}

/** Puts tables, and weights that are not there yet, into the heap, with room for the list of one pixel's taps. */
export function loadTables(
  backend: BackendWasm,
  rows: TapTable,
  columns: TapTable,
  weights: Float32Array = new Float32Array(0),
): LoadedTables {
  const [r, c, w] = [rows.table.length, columns.table.length, weights.length];
  const tensor = allocate(backend, [r + c + w + 2 * rows.most * columns.most]);
  const address = addressOf(backend, tensor);
  const heap = floats(backend);
  const integers = new Int32Array(heap.buffer, address, r + c);
  integers.set(rows.table, 0);
  integers.set(columns.table, r);
  heap.set(weights, address / FLOAT + r + c);
  return { tensor, addresses: [address, address + FLOAT * r, address + FLOAT * (r + c), address + FLOAT * (r + c + w)] };
}
