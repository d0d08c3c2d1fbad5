const modules = new Map<string, WebAssembly.Module>();

/** The bytes of a base64 text (standard alphabet, padded). @throws Error when the text is not base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** The compiled module of an embedded text; one for each text. */
export function compileModule(wasmBase64: string): WebAssembly.Module {
  let module = modules.get(wasmBase64);
  if (!module) {
    module = new WebAssembly.Module(decodeBase64(wasmBase64));
    modules.set(wasmBase64, module);
  }
  return module;
}

/**
 * Instantiates kernels that `compile-kernels.mjs` embedded, synchronously. Each call returns an instance with a memory of its own; the
 * compiled module is shared between calls with the same text.
 *
 * @param wasmBase64 - The generated constant, such as `matrixProductWasm`.
 * @param imports - Imports of the module beside `env.abort`.
 * @typeParam E - The kernel functions that the module exports.
 * @throws Error "bug: …" out of a kernel that aborts.
 */
export function instantiateKernels<E extends object>(
  wasmBase64: string,
  imports: WebAssembly.Imports = {},
): E & { readonly memory: WebAssembly.Memory } {
  const abort = (_message: number, _file: number, line: number, column: number): never => {
    throw new Error(`bug: a wasm kernel aborted at line ${line}, column ${column}.`);
  };
  const instance = new WebAssembly.Instance(compileModule(wasmBase64), { ...imports, env: { abort, ...imports.env } });
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
