import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { guardMemory } from "../wasm/guard-memory.ts";
import { registerWasmKernels } from "../wasm/index.ts";
import { useThreads } from "../wasm/products/backend-team.ts";
import { canShareMemory, sharingBackendMemory } from "../wasm/threads/share-memory.ts";
import type { BackendStarter } from "./backend.ts";

/** WebAssembly SIMD, with the kernels that training needs and the stock backend lacks. */
export const wasmBackend: BackendStarter = {
  name: "wasm",
  where: "anywhere",
  async start({ wasmPaths, threads }) {
    const wasm = await import("@tensorflow/tfjs-backend-wasm");
    if (wasmPaths !== undefined) wasm.setWasmPaths(wasmPaths);
    const removeHandlers = watchHandlers();
    const wanted = threads ?? 1;
    const start = () => tf.setBackend("wasm");
    const isUp = await (wanted > 1 && canShareMemory() ? sharingBackendMemory(start) : start());
    removeHandlers();
    if (!isUp) throw new Error("tfjs-backend-wasm did not start (is its .wasm file served? see wasmPaths)");
    registerWasmKernels();
    const backend = tf.backend() as BackendWasm; // just started
    guardMemory(backend);
    const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
    return {
      version: wasm.version_wasm,
      threads: useThreads(backend, wanted),
      note: `WebAssembly ${simd ? "SIMD" : "without SIMD"}${wanted > 1 && !canShareMemory() ? ", on one thread: more only in Node" : ""}`,
    };
  },
  setThreads: (threads) => useThreads(tf.backend() as BackendWasm, threads), // called while wasm is current
};

const EVENTS = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Emscripten hangs handlers on the process that throw again whatever reaches them, which turns the exit code of a failing
 * program into 7. Remembers who was there before; the function returned removes who came since.
 */
function watchHandlers(): () => void {
  const node = globalThis.process as NodeJS.Process | undefined; // absent in a browser
  if (typeof node?.rawListeners !== "function") return () => {};
  const before = new Set(EVENTS.flatMap((event) => node.rawListeners(event)));
  return () => {
    for (const event of EVENTS)
      for (const listener of node.rawListeners(event))
        if (!before.has(listener)) node.removeListener(event, listener as () => void); // only its identity counts here
  };
}
