import { decodeKernel } from "array-kernels";
import { productsWasm } from "../../generated/products.ts";
import { productsRelaxedWasm } from "../../generated/products-relaxed.ts";
import { borrowMemory } from "../borrow-memory.ts";

/**
 * The products' kernels: with fused multiply-add where the engine has relaxed SIMD (a third faster, and one rounding fewer), else
 * without.
 *
 * @param isShared - Whether the memory that it will borrow is shared between threads.
 */
export function productModule(isShared: boolean): WebAssembly.Module {
  const compile = (text: string) => new WebAssembly.Module(borrowMemory(decodeKernel(text), isShared));
  return withRelaxedSimd(() => checked(compile(productsRelaxedWasm), isShared)) ?? compile(productsWasm);
}

/** The module, if its multiply-add takes its operands in the order that the standard settled on. */
function checked(module: WebAssembly.Module, isShared: boolean): WebAssembly.Module | undefined {
  const memory = new WebAssembly.Memory(isShared ? { initial: 0, maximum: 65536, shared: true } : { initial: 0 });
  const { maddProbe } = new WebAssembly.Instance(module, { env: { memory } }).exports as { maddProbe(): number }; // kernels/_madd.ts
  return maddProbe() === 11 ? module : undefined;
}

interface V8Module {
  setFlagsFromString(flags: string): void;
}

/** Node 20 knows relaxed SIMD, behind a switch that only has to be on while a module is compiled. Undefined where it fails. */
function withRelaxedSimd<T>(compile: () => T): T | undefined {
  const attempt = () => {
    try {
      return compile();
    } catch (error) {
      if (error instanceof WebAssembly.CompileError) return undefined;
      throw error;
    }
  };
  const result = attempt();
  const v8 = globalThis.process?.getBuiltinModule?.("node:v8") as V8Module | undefined;
  if (result !== undefined || !v8 || !globalThis.process?.versions?.node?.startsWith("20.")) return result;
  v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  try {
    return attempt();
  } finally {
    v8.setFlagsFromString("--no-experimental-wasm-relaxed-simd");
  }
}
