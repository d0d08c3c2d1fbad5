import * as tf from "@tensorflow/tfjs-core";
import { registerTensorflowKernels } from "../tensorflow/index.ts";
import type { BackendStarter } from "./backend.ts";

/** TensorFlow's C library through the optional peer @tensorflow/tfjs-node. */
export const tensorflowBackend: BackendStarter = {
  name: "tensorflow",
  async start({ threads }) {
    const node = globalThis.process;
    if (!node?.getBuiltinModule && !node?.versions?.node) throw new Error("tfjs-node runs in Node only");
    polyfillNode();
    node.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // TensorFlow's notes on its own build
    if (threads !== undefined) node.env.TF_NUM_INTRAOP_THREADS = String(threads); // read once, when the library starts
    // A variable, so that no bundler follows an optional peer.
    const name = "@tensorflow/tfjs-node";
    let module: Record<string, unknown>;
    try {
      module = await import(/* @vite-ignore */ /* webpackIgnore: true */ name);
    } catch (cause) {
      throw new Error(describeFailure(cause as Error), { cause });
    }
    if (!(await tf.setBackend("tensorflow"))) throw new Error("@tensorflow/tfjs-node is installed but registered no backend");
    registerTensorflowKernels();
    const { version } = (module.default ?? module) as { version?: Record<string, string> }; // CommonJS: exports lie on `default`
    return {
      version: version?.["tfjs-node"] ?? "unknown",
      threads: threads ?? processorCount(),
      note: "TensorFlow's native library",
    };
  },
};

/** tfjs-node 4.22 calls `util.isNullOrUndefined` and `util.isArray`, which Node 23 removed. */
function polyfillNode(): void {
  const util = nodeModule<Record<string, unknown>>("node:util");
  if (!util) return;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

function processorCount(): number {
  return nodeModule<{ availableParallelism(): number }>("node:os")?.availableParallelism() ?? 1;
}

/** A module of Node by `process.getBuiltinModule`, which no bundler sees; undefined in a browser. */
function nodeModule<T>(name: string): T | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as T | undefined; // the caller names the module's own type
}

function describeFailure({ message }: Error): string {
  // Node, vite and others say it in their own words.
  if (/(cannot find|could not resolve|failed to resolve).*@tensorflow\/tfjs-node['"]/i.test(message))
    return "@tensorflow/tfjs-node is not installed (npm run setup:native, or npm install @tensorflow/tfjs-node)";
  return `@tensorflow/tfjs-node does not load: ${message.split("\n")[0]}`;
}
