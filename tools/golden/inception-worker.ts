import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { createInceptionExtractor, type ImageArray, type InceptionModeName, type InceptionTap } from "fid-metrics";
import { readSafetensors, ready } from "tfjs-train";

// A worker thread of extract-in-workers.ts: one job (some images) at a time.

/** What a worker is started with. */
export interface InceptionWorkerData {
  readonly weights: string;
  readonly mode: InceptionModeName;
  readonly taps: readonly InceptionTap[];
}

if (!parentPort) throw new Error("bug: inception-worker runs as a worker thread.");
const port = parentPort;
const { weights, mode, taps } = workerData as InceptionWorkerData; // given by extract-in-workers
await ready({ backend: "wasm" });
const extractor = createInceptionExtractor({ weights: readSafetensors(readFileSync(weights)), mode });
port.on("message", (job: { readonly id: number; readonly images: ImageArray }) => {
  extractor.extractTaps(job.images, taps).then((features) => port.postMessage({ id: job.id, features }));
});
