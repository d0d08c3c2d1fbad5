import * as tf from "@tensorflow/tfjs-core";
import { registerTensorflowKernels } from "../tensorflow/index.ts";
import type { BackendStarter } from "./backend.ts";

/** TensorFlow's C library through the optional peer @tensorflow/tfjs-node. */
export const tensorflowBackend: BackendStarter = {
  name: "tensorflow",
  async start({ threads }) {
    const node = globalThis.process;
    if (!node?.getBuiltinModule && !node?.versions?.node) throw new Error("tfjs-node runs in Node only");
    await polyfillNode();
    node.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // TensorFlow's notes on its own build
    if (threads !== undefined) node.env.TF_NUM_INTRAOP_THREADS = String(threads); // read once, when the library starts
    // A variable, so that no bundler follows an optional peer.
    const name = "@tensorflow/tfjs-node";
    let module: Record<string, unknown>;
    try {
      module = await import(/* @vite-ignore */ /* webpackIgnore: true */ name);
    } catch (cause) {
      throw new Error(describeFailure(cause as NodeJS.ErrnoException), { cause });
    }
    if (!(await tf.setBackend("tensorflow"))) throw new Error("@tensorflow/tfjs-node is installed but registered no backend");
    registerTensorflowKernels();
    const { version } = (module.default ?? module) as { version?: Record<string, string> }; // CommonJS: exports lie on `default`
    return {
      version: version?.["tfjs-node"] ?? "unknown",
      threads: threads ?? (await processorCount()),
      note: "TensorFlow's native library",
    };
  },
};

/** tfjs-node 4.22 calls `util.isNullOrUndefined` and `util.isArray`, which Node 23 removed. */
async function polyfillNode(): Promise<void> {
  const util = nodeModule<Record<string, unknown>>("node:util");
  if (!util) return;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

async function processorCount(): Promise<number> {
  return nodeModule<{ availableParallelism(): number }>("node:os")?.availableParallelism() ?? 1;
}

/** A module of Node by `process.getBuiltinModule`, which no bundler sees; undefined in a browser. */
export function nodeModule<T>(name: string): T | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as T | undefined; // the caller names the module's own type
}

function describeFailure({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ERR_MODULE_NOT_FOUND" || /Cannot find (package|module) '@tensorflow\/tfjs-node'/.test(message))
    return "@tensorflow/tfjs-node is not installed (npm run setup:native, or npm install @tensorflow/tfjs-node)";
  return `@tensorflow/tfjs-node does not load: ${message.split("\n")[0]}`;
}
