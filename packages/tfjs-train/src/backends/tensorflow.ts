import * as tf from "@tensorflow/tfjs-core";
import { registerTensorflowKernels } from "../tensorflow/index.ts";
import type { BackendStarter } from "./backend.ts";

/** TensorFlow's C library through the optional peer @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node, whichever is installed. */
export const tensorflowBackend: BackendStarter = {
  name: "tensorflow",
  where: "node",
  async start({ threads }) {
    const node = globalThis.process;
    if (!node?.getBuiltinModule && !node?.versions?.node) throw new Error("tfjs-node runs in Node only");
    polyfillNode();
    node.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // TensorFlow's notes on its own build
    node.env.TF_ENABLE_ONEDNN_OPTS ??= "1"; // by itself on the newest processors only; src/tensorflow/convolution.ts counts on it
    if (threads !== undefined) node.env.TF_NUM_INTRAOP_THREADS = String(threads); // read once, when the library starts
    const { name, module } = await importFirst(["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"]);
    if (!(await tf.setBackend("tensorflow"))) throw new Error(`${name} is installed but registered no backend`);
    registerTensorflowKernels();
    const { version } = (module.default ?? module) as { version?: Record<string, string> }; // CommonJS: exports lie on `default`
    return {
      version: version?.["tfjs-node"] ?? "unknown",
      threads: threads ?? processorCount(),
      note: name.endsWith("gpu") ? "TensorFlow's native library, on the GPU where CUDA is" : "TensorFlow's native library",
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

type Module = Record<string, unknown>;

/** The first module that is installed. @throws Error that tells what ails the last one, or an installed one that does not load. */
async function importFirst(names: readonly string[]): Promise<{ name: string; module: Module }> {
  let failure = "";
  for (const name of names)
    try {
      // A variable, so that no bundler follows an optional peer.
      return { name, module: await import(/* @vite-ignore */ /* webpackIgnore: true */ name) };
    } catch (cause) {
      failure = describeFailure(name, cause as Error);
      if (!isAbsent(name, cause as Error)) break;
    }
  throw new Error(failure);
}

function describeFailure(name: string, error: Error): string {
  if (isAbsent(name, error))
    return "@tensorflow/tfjs-node is not installed (npm install @tensorflow/tfjs-node, or npx tfjs-train-native)";
  return `${name} does not load: ${error.message.split("\n")[0]}`;
}

/** Node, vite and others say it in their own words. */
function isAbsent(name: string, { message }: Error): boolean {
  return /cannot find|could not resolve|failed to resolve/i.test(message) && new RegExp(`${name}['"]`).test(message);
}
