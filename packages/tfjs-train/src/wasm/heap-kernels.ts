import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { decodeKernel } from "array-kernels";
import { heapWasm } from "../generated/heap.ts";
import { borrowMemory } from "./borrow-memory.ts";
import { isSharedMemory } from "./threads/share-memory.ts";

/** Byte address in the heap of the wasm backend. */
type Address = number;

/** Our own SIMD kernels, at work in the backend's heap. Strides and counts are in floats. See kernels/heap.ts. */
export interface HeapKernels {
  addInto(a: Address, b: Address, count: number): void;
  leakyReluGradient(dy: Address, x: Address, out: Address, count: number, slope: number): void;
  scaleShift(x: Address, y: Address, rows: number, columns: number, scale: Address, shift: Address): void;
  adamStep(
    ...operands: [
      ...[theta: Address, grad: Address, mean: Address, square: Address],
      ...[newTheta: Address, newMean: Address, newSquare: Address, count: number],
      ...[beta1: number, rest1: number, beta2: number, rest2: number],
      ...[rate: number, correction2: number, epsilon: number, l2: number, keep: number],
    ]
  ): void;
  columnSums(x: Address, rows: number, columns: number, out: Address, factor: number, scratch: Address): void;
  columnMaxima(x: Address, rows: number, columns: number, out: Address): void;
  rowSums(x: Address, rows: number, columns: number, out: Address, factor: number): void;
  rowMaxima(x: Address, rows: number, columns: number, out: Address): void;
  columnMoments(x: Address, rows: number, columns: number, mean: Address, variance: Address, scratch: Address): void;
  normGradientSums(
    ...operands: [
      ...[dy: Address, x: Address, rows: number, columns: number, mean: Address, rate: Address],
      ...[sums: Address, products: Address, scratch: Address],
    ]
  ): void;
  normGradient(dy: Address, x: Address, dx: Address, rows: number, columns: number, a: Address, b: Address, c: Address): void;
  transpose(src: Address, dst: Address, rows: number, columns: number, srcStride: number, dstStride: number): void;
  copyRows(src: Address, dst: Address, rows: number, count: number, srcStride: number, dstStride: number): void;
}

/** The kernels of kernels/heap.ts. */
export const heapKernels = /* @__PURE__ */ kernelsInHeap<HeapKernels>(heapWasm);

/**
 * What gives a backend the exports of a kernel module that works in its heap; the module is compiled at the first call.
 *
 * @typeParam Exports - What the module exports; the caller knows its signatures.
 */
export function kernelsInHeap<Exports extends object>(wasmHex: string): (backend: BackendWasm) => Exports {
  const instances = new WeakMap<BackendWasm, Exports>();
  return (backend) => {
    const known = instances.get(backend);
    if (known) return known;
    const memory = memoryOf(backend);
    const module = new WebAssembly.Module(borrowMemory(decodeKernel(wasmHex), isSharedMemory(memory)));
    const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports; // the caller's word
    instances.set(backend, kernels);
    return kernels;
  };
}

/** The memory object itself: emscripten keeps it among the module's exports, or by itself when threads share it. */
export function memoryOf(backend: BackendWasm): WebAssembly.Memory {
  const { asm, wasmMemory } = backend.wasm as unknown as { asm?: Record<string, unknown>; wasmMemory?: unknown }; // emscripten's own fields
  const memory = [wasmMemory, ...Object.values(asm ?? {})].find((value) => value instanceof WebAssembly.Memory);
  if (!(memory instanceof WebAssembly.Memory))
    throw new Error("bug: the wasm backend shows no memory; is it another version than 4.22?");
  return memory;
}
