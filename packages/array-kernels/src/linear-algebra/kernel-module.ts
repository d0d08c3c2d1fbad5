import { linearAlgebraWasm } from "../generated/linear-algebra.ts";
import { linearAlgebraRelaxedWasm } from "../generated/linear-algebra-relaxed.ts";
import { decodeKernel } from "../instantiate-kernels.ts";
import { withRelaxedSimd } from "../relaxed-simd.ts";

const compiled = new Map<boolean, WebAssembly.Module>();

/**
 * The kernels of linear algebra: with fused multiply-add where the engine has relaxed SIMD (a third faster, and one rounding fewer),
 * else without. One module a kind for the whole thread.
 *
 * @param isShared - Whether the memory that it will be given is shared between threads.
 */
export function linearAlgebraModule(isShared: boolean): WebAssembly.Module {
  let module = compiled.get(isShared);
  if (!module) {
    const compile = (text: string) => new WebAssembly.Module(isShared ? sharing(decodeKernel(text)) : decodeKernel(text));
    module = withRelaxedSimd(() => compile(linearAlgebraRelaxedWasm)) ?? compile(linearAlgebraWasm);
    compiled.set(isShared, module);
  }
  return module;
}

/** A memory that the module takes. */
export function kernelMemory(bytes: number, isShared: boolean): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(bytes / PAGE)), maximum: MAX_PAGES, shared: isShared });
}

/** Whether memory can be shared between threads: in Node, and in pages that are isolated from other origins. */
export const canShareMemory = (): boolean =>
  typeof SharedArrayBuffer !== "undefined" && (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;

const PAGE = 65536;
const MAX_PAGES = 65536;
const SHARED_BIT = 2;
/** In the import section: the name "memory", kind 2, and limits with a maximum. */
const MEMORY_IMPORT = [6, ...new TextEncoder().encode("memory"), 2, 1];

/** Sets the bit that makes the imported memory a shared one. @see WebAssembly threads proposal, limits. */
function sharing(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const start = bytes.findIndex((_, i) => MEMORY_IMPORT.every((byte, k) => bytes[i + k] === byte));
  if (start < 0) throw new Error("bug: the kernels of linear algebra import no memory.");
  bytes[start + MEMORY_IMPORT.length - 1] |= SHARED_BIT;
  return bytes;
}
