import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, listKnown, UsageError } from "repro-kit";
import type { BackendStarter, StartedBackend } from "./backends/backend.ts";
import { cpuBackend } from "./backends/cpu.ts";
import { webglBackend, webgpuBackend } from "./backends/graphics.ts";
import { tensorflowBackend } from "./backends/tensorflow.ts";
import { wasmBackend } from "./backends/wasm.ts";
import { installGradients } from "./gradients/index.ts";

export type BackendName = "tensorflow" | "webgpu" | "webgl" | "wasm" | "cpu";

export interface ReadyOptions {
  /**
   * Default "auto". In Node: tensorflow where @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node can be loaded, else wasm, else cpu.
   * In a browser: webgpu, webgl (each if the program imported its package), wasm, cpu: the first that starts.
   */
  readonly backend?: "auto" | BackendName;
  /**
   * Threads for tensorflow, fixed when it first starts (default: all), and in Node for wasm's convolutions and matrix products
   * (default 1). wasm must start with more than one to be able to have more; a later call may change the number.
   */
  readonly threads?: number;
  /** Where a browser finds the .wasm files: a folder's address ending in /, or an address for each file's name. Node finds them itself. */
  readonly wasmPaths?: string | Readonly<Record<string, string>>;
}

export interface BackendInfo {
  readonly backend: BackendName;
  /** Why this one, in a sentence. */
  readonly reason: string;
  readonly version: string;
  readonly threads: number;
  /** Every backend that was looked at, in order, and what became of it. */
  readonly tried: readonly { readonly backend: BackendName; readonly reason: string }[];
}

const starters: readonly BackendStarter[] = [tensorflowBackend, webgpuBackend, webglBackend, wasmBackend, cpuBackend];
const known = ["auto", ...starters.map(({ name }) => name)];

/**
 * Brings up a backend with sound gradients and, on wasm, the training kernels. Call it before the first tensor.
 * Calling again returns what is there; calling with another `backend` switches (tensors move along when used).
 *
 * @throws UsageError if the backend named cannot be used here; with "auto" only if none can.
 */
export function ready(options: ReadyOptions = {}): Promise<BackendInfo> {
  checkOptions("ready", options, ["backend", "threads", "wasmPaths"]);
  const { backend = "auto", threads } = options;
  expect(known.includes(backend), "ready", () => `no backend "${backend}"; ${listKnown(backend, known)}`);
  expect(
    threads === undefined || (Number.isInteger(threads) && threads >= 1 && threads <= 256),
    "ready",
    `threads must be an integer from 1 to 256; got ${threads}.`,
  );
  // One after the other: two starts at once would fight over which backend is current.
  const result = pending.then(() => start(options));
  pending = result.catch(() => {});
  return result;
}

let pending: Promise<unknown> = Promise.resolve();
const started = new Map<BackendName, BackendInfo>();

async function start(options: ReadyOptions): Promise<BackendInfo> {
  const { backend = "auto" } = options;
  const current = [...started.values()].find((info) => info.backend === tf.getBackend());
  const again = backend === "auto" ? current : started.get(backend);
  if (again && (again === current || (await tf.setBackend(again.backend)))) {
    installGradients(); // whoever imported @tensorflow/tfjs since has put the stock ones in their place
    return withThreads(again, options.threads);
  }
  const tried: { backend: BackendName; reason: string }[] = [];
  for (const starter of starters.filter(({ name, where }) =>
    backend === "auto" ? where === "anywhere" || where === environment() : name === backend,
  )) {
    const outcome = await starter.start(options).catch((error: Error) => error);
    if (outcome instanceof Error) {
      tried.push({ backend: starter.name, reason: outcome.message });
      continue;
    }
    installGradients(); // again: tfjs-node brings the stock ones along
    const info = describe(starter.name, outcome, backend, tried);
    started.set(starter.name, info);
    return info;
  }
  throw new UsageError(`[ready] no backend could be used: ${list(tried)}.`);
}

function withThreads(info: BackendInfo, wanted: number | undefined): BackendInfo {
  const starter = starters.find(({ name }) => name === info.backend);
  if (wanted === undefined || wanted === info.threads || !starter?.setThreads) return info;
  const changed = { ...info, threads: starter.setThreads(wanted) };
  started.set(info.backend, changed);
  return changed;
}

const environment = (): "node" | "browser" => (globalThis.process?.versions?.node === undefined ? "browser" : "node");

function describe(
  name: BackendName,
  { version, threads, note }: StartedBackend,
  asked: string,
  tried: BackendInfo["tried"],
): BackendInfo {
  const why = asked !== "auto" ? "asked for" : tried.length > 0 ? `chosen because ${list(tried)}` : "the fastest here";
  return {
    backend: name,
    reason: `${name} (${note}): ${why}`,
    version,
    threads,
    tried: [...tried, { backend: name, reason: note }],
  };
}

const list = (tried: BackendInfo["tried"]): string => tried.map(({ backend, reason }) => `${backend}: ${reason}`).join("; ");
