/** What goes to a worker: call the task `name`. */
interface WorkerRequest {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What comes back from it. */
export interface WorkerReply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
}

/** A worker thread of Node or of a browser. */
export interface WorkerThread {
  send(request: WorkerRequest, transfer: readonly Transferable[]): void;
  /** Whether the thread keeps the process alive (Node); idle ones do not. */
  hold(isBusy: boolean): void;
  terminate(): Promise<void>;
}

export interface WorkerEvents {
  readonly onReply: (reply: WorkerReply) => void;
  /** The thread is gone, or what it sent could not be read. */
  readonly onFailure: (error: Error) => void;
}

type NodeWorkerThreads = typeof import("node:worker_threads");

/** A module of Node, or undefined outside it; no import, so that bundlers for browsers find none. */
export function nodeModule(name: string): unknown {
  return globalThis.process?.getBuiltinModule?.(name);
}

// Runs in the worker. Buffers of the result are moved, not copied; a result that cannot be moved (wasm memory) is copied.
const prelude = `
const threads = globalThis.process?.getBuiltinModule?.("node:worker_threads");
const port = threads ? threads.parentPort : globalThis;
const address = threads
  ? "data:text/javascript;charset=utf-8," + encodeURIComponent(source)
  : URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
const tasks = import(address);
tasks.catch(() => {});
const buffersOf = (value, found) => {
  if (ArrayBuffer.isView(value)) found.add(value.buffer);
  else if (value instanceof ArrayBuffer) found.add(value);
  else if (typeof value === "object" && value !== null) for (const part of Object.values(value)) buffersOf(part, found);
  return found;
};
const answer = async ({ id, name, args }) => {
  try {
    const task = (await tasks)[name];
    if (typeof task !== "function") throw new Error("[workerPool] no task named \\"" + name + "\\"; known: " + Object.keys(await tasks).join(", ") + ".");
    const result = await task(...args);
    const buffers = [...buffersOf(result, new Set())].filter((buffer) => buffer instanceof ArrayBuffer);
    try {
      port.postMessage({ id, result }, buffers);
    } catch {
      port.postMessage({ id, result });
    }
  } catch (error) {
    const isError = error instanceof Error;
    port.postMessage({ id, error: { name: isError ? error.name : "Error", message: isError ? error.message : String(error), stack: isError ? error.stack : undefined } });
  }
};
if (threads) port.on("message", answer);
else port.onmessage = (event) => answer(event.data);
`;

/** Starts a thread whose tasks are the functions that the module `source` exports. */
export function startWorker(source: string, events: WorkerEvents): WorkerThread {
  const program = `const source = ${JSON.stringify(source)};\n${prelude}`;
  const threads = nodeModule("node:worker_threads") as NodeWorkerThreads | undefined; // what Node documents under this name
  return threads ? startNodeWorker(threads, program, events) : startBrowserWorker(program, events);
}

function startNodeWorker(threads: NodeWorkerThreads, program: string, { onReply, onFailure }: WorkerEvents): WorkerThread {
  const worker = new threads.Worker(program, { eval: true, execArgv: [] });
  worker.on("message", onReply);
  worker.on("messageerror", onFailure);
  worker.on("error", (cause) => onFailure(new Error("[workerPool] a worker thread failed.", { cause })));
  worker.on("exit", (code) => onFailure(new Error(`[workerPool] a worker thread ended with code ${code}.`)));
  return {
    send: (request, transfer) => worker.postMessage(request, transfer as unknown as Parameters<typeof worker.postMessage>[1]), // DOM's name for the same objects
    hold: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
    terminate: async () => {
      await worker.terminate();
    },
  };
}

function startBrowserWorker(program: string, { onReply, onFailure }: WorkerEvents): WorkerThread {
  const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => onReply(data);
  worker.onmessageerror = () => onFailure(new Error("[workerPool] a message of a worker could not be read."));
  worker.onerror = ({ message }) => onFailure(new Error(`[workerPool] a worker failed: ${message}`));
  return {
    send: (request, transfer) => worker.postMessage(request, [...transfer]),
    hold: () => {},
    terminate: async () => {
      worker.terminate();
      URL.revokeObjectURL(address);
    },
  };
}
