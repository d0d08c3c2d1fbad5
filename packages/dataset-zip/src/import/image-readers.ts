import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { expect } from "repro-kit";
import { type ImageResult, type ImageTask, runImageTask } from "./image-task.ts";

/** Decodes pictures, here or in threads, and does with them what the task says. */
export interface ImageReaders<T extends ImageTask> {
  read(bytes: Uint8Array): Promise<ImageResult<T>>;
  close(): Promise<void>;
}

/** So many pictures before a thread has paid for its start (some 60 ms). */
const FEW = 100;
const MOST_THREADS = 8;

/** @throws UsageError unless `threads` is left out or from 1 to 64. */
export function checkThreads(scope: string, threads: number | undefined): void {
  const isCount = threads === undefined || (Number.isInteger(threads) && threads >= 1 && threads <= 64);
  expect(isCount, scope, `threads must be from 1 to 64; got ${threads}.`);
}

/** Threads for a number of pictures: one a processor, up to eight; none, that is 1, for a few. */
export function chooseThreads(count: number, asked: number | undefined): number {
  return asked ?? (count < FEW ? 1 : Math.min(MOST_THREADS, availableParallelism()));
}

/**
 * Starts `threads` threads; with 1, and where the package runs from its sources (tests), the work is done here.
 *
 * @throws Error from `read` if a thread dies.
 */
export function createImageReaders<T extends ImageTask>(threads: number, task: T): ImageReaders<T> {
  const script = new URL("./image-worker.js", import.meta.url);
  if (threads <= 1 || !existsSync(fileURLToPath(script)))
    return { read: (bytes) => runImageTask(bytes, task), close: async () => {} };
  const readers = Array.from({ length: threads }, () => createReader(script, task));
  return {
    read(bytes) {
      const idle = readers.reduce((best, reader) => (reader.waiting() < best.waiting() ? reader : best));
      return idle.read(bytes);
    },
    close: async () => void (await Promise.all(readers.map(({ close }) => close()))),
  };
}

interface Reader<T extends ImageTask> extends ImageReaders<T> {
  waiting(): number;
}

interface Pending<T extends ImageTask> {
  resolve(image: ImageResult<T>): void;
  reject(error: Error): void;
}

function createReader<T extends ImageTask>(script: URL, task: T): Reader<T> {
  const worker = new Worker(script, { execArgv: [] }); // what the program was started with is not for the thread
  const queue: Pending<T>[] = [];
  const fail = (error: Error): void => {
    for (const { reject } of queue.splice(0)) reject(error);
  };
  worker.on("message", ({ image, failure }: { image?: ImageResult<T>; failure?: string }) => {
    const next = queue.shift();
    if (image) next?.resolve(image);
    else next?.reject(new Error(failure));
  });
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new Error(`a thread that decodes images ended with code ${code}.`)));
  return {
    waiting: () => queue.length,
    read(bytes) {
      // Its own memory, so that it can be handed over: a file's bytes may be a piece of Node's pool.
      const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
      const data = own.byteLength === own.buffer.byteLength ? own : new Uint8Array(own);
      return new Promise((resolve, reject) => {
        queue.push({ resolve, reject });
        worker.postMessage({ bytes: data, task }, [data.buffer as ArrayBuffer]);
      });
    },
    close: async () => void (await worker.terminate()),
  };
}
