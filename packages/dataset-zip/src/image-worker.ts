import { parentPort } from "node:worker_threads";
import { type ReadImageOptions, readImage } from "./import/read-image.ts";

/** A picture for this thread to decode; answered in the order in which they come. */
interface WorkerTask {
  readonly bytes: Uint8Array;
  readonly options: ReadImageOptions;
}

let last: Promise<unknown> = Promise.resolve();
parentPort?.on("message", ({ bytes, options }: WorkerTask) => {
  last = last.then(async () => {
    try {
      const image = await readImage(bytes, options);
      const { result } = image;
      if (typeof result === "string") parentPort?.postMessage({ image });
      else {
        const data = result.data.byteLength === result.data.buffer.byteLength ? result.data : result.data.slice();
        parentPort?.postMessage({ image: { ...image, result: { ...result, data } } }, [data.buffer as ArrayBuffer]);
      }
    } catch (error) {
      parentPort?.postMessage({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
});
