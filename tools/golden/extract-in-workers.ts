import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import {
  createInceptionExtractor,
  type Features,
  type ImageArray,
  type InceptionModeName,
  type InceptionTap,
  joinFeatures,
} from "fid-metrics";
import { readSafetensors, ready } from "tfjs-train";
import type { InceptionWorkerData } from "./inception-worker.ts";

export interface ExtractInWorkersOptions {
  /** Path of a safetensors file. */
  readonly weights: string;
  readonly mode: InceptionModeName;
  readonly taps: readonly InceptionTap[];
  readonly images: ImageArray;
}

/** Images that a worker takes at a time. */
const JOB = 25;
/** Each worker holds the network and its activations, about 0.5 GB. */
const MOST_WORKERS = 4;

type TapFeatures = Record<InceptionTap, Features>;

/**
 * Features of many images on all cores: in this thread where tfjs-node is installed (it has threads of its own), else in
 * worker threads with a wasm backend each. A feature does not depend on which worker made it.
 */
export async function extractInWorkers(options: ExtractInWorkersOptions): Promise<TapFeatures> {
  const { weights, mode, taps, images } = options;
  const { backend } = await ready();
  if (backend !== "tensorflow") return inWorkers(options);
  const extractor = createInceptionExtractor({ weights: readSafetensors(readFileSync(weights)), mode });
  const features = await extractor.extractTaps(images, taps, { batchSize: 16 });
  extractor.dispose();
  return features;
}

async function inWorkers({ weights, mode, taps, images }: ExtractInWorkersOptions): Promise<TapFeatures> {
  const jobs = cut(images);
  const results: TapFeatures[] = new Array(jobs.length);
  let next = 0;
  const workerData: InceptionWorkerData = { weights, mode, taps };
  const runWorker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./inception-worker.mjs", import.meta.url), { workerData });
      const give = (): void => {
        const id = next++;
        if (id < jobs.length) worker.postMessage({ id, images: jobs[id] });
        else worker.terminate().then(() => resolve(), reject);
      };
      worker.on("error", reject);
      worker.on("message", ({ id, features }: { readonly id: number; readonly features: TapFeatures }) => {
        results[id] = features;
        give();
      });
      give();
    });
  const numWorkers = Math.min(availableParallelism(), MOST_WORKERS, jobs.length);
  await Promise.all(Array.from({ length: numWorkers }, runWorker));
  return Object.fromEntries(taps.map((tap) => [tap, joinFeatures(results.map((part) => part[tap]))])) as TapFeatures; // one entry a tap
}

function cut(images: ImageArray): ImageArray[] {
  const size = images.height * images.width * images.channels;
  return Array.from({ length: Math.ceil(images.count / JOB) }, (_, k) => {
    const count = Math.min(JOB, images.count - k * JOB);
    return { ...images, count, data: images.data.slice(k * JOB * size, (k * JOB + count) * size) };
  });
}
