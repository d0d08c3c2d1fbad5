import { parentPort } from "node:worker_threads";
import { type ImageTask, runImageTask } from "./import/image-task.ts";

/** A picture for this thread; answered in the order in which they come. */
interface WorkerMessage {
  readonly bytes: Uint8Array;
  readonly task: ImageTask;
}

let last: Promise<unknown> = Promise.resolve();
parentPort?.on("message", ({ bytes, task }: WorkerMessage) => {
  last = last.then(async () => {
    try {
      const image = await runImageTask(bytes, task);
      const { result } = image;
      if (typeof result === "string" || !("data" in result)) return parentPort?.postMessage({ image });
      const data = result.data.byteLength === result.data.buffer.byteLength ? result.data : result.data.slice();
      parentPort?.postMessage({ image: { ...image, result: { ...result, data } } }, [data.buffer as ArrayBuffer]);
    } catch (error) {
      parentPort?.postMessage({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
});
