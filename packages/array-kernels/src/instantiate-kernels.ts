import { withRelaxedSimd } from "./relaxed-simd.ts";
import { withoutRelaxedSimd } from "./without-relaxed-simd.ts";

const modules = new Map<string, WebAssembly.Module>();

/** The bytes of an embedded kernel: hexadecimal, which gzip packs to two thirds of what it makes of base64. */
export function decodeKernel(text: string): Uint8Array<ArrayBuffer> {
  const digit = (i: number): number => text.charCodeAt(i) - (text.charCodeAt(i) < 58 ? 48 : 87); // 0–9, a–f
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 16 * digit(2 * i) + digit(2 * i + 1);
  return bytes;
}

/** The module of a kernel's bytes. Its fused multiply-adds become two instructions on engines without relaxed SIMD. */
export function compileKernel(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  return withRelaxedSimd(() => new WebAssembly.Module(bytes)) ?? new WebAssembly.Module(withoutRelaxedSimd(bytes));
}

/** The compiled module of an embedded text; one for each text. */
function compileModule(wasmHex: string): WebAssembly.Module {
  let module = modules.get(wasmHex);
  if (!module) {
    module = compileKernel(decodeKernel(wasmHex));
    modules.set(wasmHex, module);
  }
  return module;
}

/**
 * Instantiates kernels that `compile-kernels.mjs` embedded, synchronously. Each call returns an instance with a memory of its own; the
 * compiled module is shared between calls with the same text.
 *
 * @param wasmHex - The generated constant, such as `matrixProductWasm`.
 * @param imports - Imports of the module beside `env.abort`.
 * @typeParam E - The kernel functions that the module exports.
 * @throws Error "bug: …" out of a kernel that aborts.
 */
export function instantiateKernels<E extends object>(
  wasmHex: string,
  imports: WebAssembly.Imports = {},
): E & { readonly memory: WebAssembly.Memory } {
  const abort = (_message: number, _file: number, line: number, column: number): never => {
    throw new Error(`bug: a wasm kernel aborted at line ${line}, column ${column}.`);
  };
  const instance = new WebAssembly.Instance(compileModule(wasmHex), { ...imports, env: { abort, ...imports.env } });
  return instance.exports as unknown as E & { readonly memory: WebAssembly.Memory }; // the caller names what its own kernel source exports
}

/**
 * Grows `memory` so that it holds at least `bytes` bytes. Views made before are detached when it grew.
 *
 * @throws Error when the memory cannot grow (4 GiB at most).
 */
export function reserveMemory(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
}
