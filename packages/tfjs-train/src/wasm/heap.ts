import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/** Arguments of a kernel on the wasm backend. */
export interface WasmKernelCall<Attributes = unknown> {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly backend: BackendWasm;
  readonly attributes: Attributes;
}

/** A kernel of the wasm backend; one file each. */
export interface WasmKernel {
  readonly name: string;
  readonly run: (call: WasmKernelCall) => tf.TensorInfo | tf.TensorInfo[];
}

/**
 * Defines a kernel of the wasm backend.
 *
 * @typeParam Attributes - The kernel's attributes, as tfjs-core passes them.
 */
export function defineWasmKernel<Attributes>(
  name: string,
  run: (call: WasmKernelCall<Attributes>) => tf.TensorInfo | tf.TensorInfo[],
): WasmKernel {
  return { name, run: run as WasmKernel["run"] }; // the kernel's name decides its attributes' type
}

/** The heap as floats. Ask again after every allocation: growing the heap replaces the view. */
export function floats(backend: BackendWasm): Float32Array {
  return (backend.wasm as unknown as { HEAPF32: Float32Array }).HEAPF32; // emscripten's view, whose type lies in an optional package
}

/** Index of a tensor's first element in {@link floats}. */
export function startOf(backend: BackendWasm, tensor: tf.TensorInfo): number {
  return backend.getMemoryOffset(tensor.dataId) / Float32Array.BYTES_PER_ELEMENT;
}

/** Byte address of a tensor in the heap. */
export function addressOf(backend: BackendWasm, tensor: tf.TensorInfo): number {
  return backend.getMemoryOffset(tensor.dataId);
}

/** Uninitialised float32 output. */
export function allocate(backend: BackendWasm, shape: readonly number[]): tf.TensorInfo {
  return backend.makeOutput([...shape], "float32");
}

/** Frees a scratch tensor that a kernel made for itself. */
export function release(backend: BackendWasm, ...tensors: readonly tf.TensorInfo[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId);
}

/** The same data under another shape; nothing is copied and no reference counted. */
export function viewAs(tensor: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
}

/** Calls another kernel of the wasm backend, below the engine: no tape, no tensor count. */
export function callKernel(
  name: string,
  backend: BackendWasm,
  inputs: Record<string, tf.TensorInfo>,
  attributes: Record<string, unknown>,
): tf.TensorInfo {
  const kernel = tf.getKernel(name, "wasm");
  if (!kernel) throw new Error(`bug: the wasm backend has no kernel ${name}.`);
  const attrs = attributes as tf.NamedAttrMap; // plain values only
  return kernel.kernelFunc({ inputs, backend, attrs }) as tf.TensorInfo; // the kernels called here have one output
}
