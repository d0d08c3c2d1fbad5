import * as tf from "@tensorflow/tfjs-core";
import { registerWasmKernels } from "../wasm/index.ts";
import type { BackendStarter } from "./backend.ts";
import { silenceCpuGreeting } from "./cpu.ts";

/** WebAssembly SIMD, with the kernels that training needs and the stock backend lacks. */
export const wasmBackend: BackendStarter = {
  name: "wasm",
  async start({ wasmPaths }) {
    const wasm = await import("@tensorflow/tfjs-backend-wasm");
    await import("@tensorflow/tfjs-backend-cpu"); // the few kernels that are borrowed from it
    silenceCpuGreeting();
    if (wasmPaths !== undefined) wasm.setWasmPaths(wasmPaths);
    if (!(await tf.setBackend("wasm")))
      throw new Error("tfjs-backend-wasm did not start (is its .wasm file served? see wasmPaths)");
    registerWasmKernels();
    const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
    return {
      version: wasm.version_wasm,
      threads: wasm.getThreadsCount(),
      note: simd ? "WebAssembly SIMD" : "WebAssembly without SIMD",
    };
  },
};
