import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { decodeKernel } from "array-kernels";
import { heapWasm } from "../generated/heap.ts";
import { borrowMemory } from "./borrow-memory.ts";

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

const instances = new WeakMap<BackendWasm, HeapKernels>();

/** The kernels for a backend, compiled at the first call. */
export function heapKernels(backend: BackendWasm): HeapKernels {
  let kernels = instances.get(backend);
  if (!kernels) {
    kernels = instantiateInHeap<HeapKernels>(backend, heapWasm); // the exports of kernels/heap.ts, which has these signatures
    instances.set(backend, kernels);
  }
  return kernels;
}

/**
 * The exports of a kernel module that works in the backend's heap.
 *
 * @typeParam Exports - What the module exports; the caller knows its signatures.
 */
export function instantiateInHeap<Exports>(backend: BackendWasm, wasmHex: string): Exports {
  const memory = memoryOf(backend);
  const isShared = Object.prototype.toString.call(memory.buffer) === "[object SharedArrayBuffer]";
  const module = new WebAssembly.Module(borrowMemory(decodeKernel(wasmHex), isShared));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
}

/** The memory object itself: emscripten keeps it among the module's exports, or by itself when threads share it. */
export function memoryOf(backend: BackendWasm): WebAssembly.Memory {
  const { asm, wasmMemory } = backend.wasm as unknown as { asm?: Record<string, unknown>; wasmMemory?: unknown }; // emscripten's own fields
  const memory = [wasmMemory, ...Object.values(asm ?? {})].find((value) => value instanceof WebAssembly.Memory);
  if (!(memory instanceof WebAssembly.Memory))
    throw new Error("bug: the wasm backend shows no memory; is it another version than 4.22?");
  return memory;
}
