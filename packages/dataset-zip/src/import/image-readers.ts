import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type ReadImage, type ReadImageOptions, readImage } from "./read-image.ts";

/** Decodes pictures, here or in threads. */
export interface ImageReaders {
  read(bytes: Uint8Array): Promise<ReadImage>;
  close(): Promise<void>;
}

/** So many pictures before a thread has paid for its start (some 60 ms). */
const FEW = 100;
const MOST_THREADS = 8;

/** Threads for a number of pictures: one a processor, up to eight; none, that is 1, for a few. */
export function chooseThreads(count: number, asked: number | undefined): number {
  return asked ?? (count < FEW ? 1 : Math.min(MOST_THREADS, availableParallelism()));
}

/**
 * Starts `threads` threads; with 1, and where the package runs from its sources (tests), the work is done here.
 *
 * @throws Error from `read` if a thread dies.
 */
export function createImageReaders(threads: number, options: ReadImageOptions): ImageReaders {
  const script = new URL("./image-worker.js", import.meta.url);
  if (threads <= 1 || !existsSync(fileURLToPath(script)))
    return { read: (bytes) => readImage(bytes, options), close: async () => {} };
  const readers = Array.from({ length: threads }, () => createReader(script, options));
  return {
    read(bytes) {
      const idle = readers.reduce((best, reader) => (reader.waiting() < best.waiting() ? reader : best));
      return idle.read(bytes);
    },
    close: async () => void (await Promise.all(readers.map(({ close }) => close()))),
  };
}

interface Reader extends ImageReaders {
  waiting(): number;
}

interface Pending {
  resolve(image: ReadImage): void;
  reject(error: Error): void;
}

function createReader(script: URL, options: ReadImageOptions): Reader {
  const worker = new Worker(script, { execArgv: [] }); // what the program was started with is not for the thread
  const queue: Pending[] = [];
  const fail = (error: Error): void => {
    for (const { reject } of queue.splice(0)) reject(error);
  };
  worker.on("message", ({ image, failure }: { image?: ReadImage; failure?: string }) => {
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
        worker.postMessage({ bytes: data, options }, [data.buffer as ArrayBuffer]);
      });
    },
    close: async () => void (await worker.terminate()),
  };
}
