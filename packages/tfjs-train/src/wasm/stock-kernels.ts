import type * as tf from "@tensorflow/tfjs-core";
import type { WasmKernelCall } from "./heap.ts";

/** What the wasm backend had under the names that we take over; kept by `registerWasmKernels`. */
export const stockKernels = new Map<string, tf.KernelFunc>();

/** Hands a call on to the stock kernel of that name. */
export function callStock(name: string, { inputs, backend, attributes }: WasmKernelCall): tf.TensorInfo {
  const stock = stockKernels.get(name);
  if (!stock) throw new Error(`bug: the stock kernel ${name} was not kept.`);
  const attrs = attributes as tf.NamedAttrMap; // as the engine passed them
  return stock({ inputs: { ...inputs }, backend, attrs }) as tf.TensorInfo; // the kernels taken over have one output
}
