import type * as tf from "@tensorflow/tfjs-core";
import { checkOptions } from "repro-kit";
import type { ExtractOptions } from "./extractor.ts";
import type { Features } from "./features.ts";
import { batchImages, countImages, type ImageArray, type ImageSource } from "./images.ts";

/** A named output of a network and its length. */
export interface Output {
  readonly name: string;
  readonly dimension: number;
}

/**
 * Runs a network over images batch by batch and gathers its outputs in float64.
 *
 * @param run - The outputs [count, dimension] of a batch, by name; they are disposed here.
 * @returns Features by output name. Between two batches other tasks of the event loop have their turn.
 */
export async function extractBatches(
  source: ImageSource,
  outputs: readonly Output[],
  run: (batch: ImageArray) => Readonly<Record<string, tf.Tensor2D>>,
  options: ExtractOptions = {},
): Promise<Record<string, Features>> {
  checkOptions("extract", options, ["batchSize", "onProgress", "signal"]);
  const { batchSize = 8, onProgress, signal } = options;
  const parts = new Map<string, Float32Array[]>(outputs.map(({ name }) => [name, []]));
  const total = countImages(source);
  let done = 0;
  signal?.throwIfAborted();
  for await (const batch of batchImages(source, batchSize)) {
    const tensors = run(batch);
    try {
      for (const { name } of outputs) parts.get(name)?.push(Float32Array.from(await tensors[name].data()));
    } finally {
      for (const tensor of Object.values(tensors)) tensor.dispose();
    }
    done += batch.count;
    onProgress?.({ done, total });
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
  }
  return Object.fromEntries(
    outputs.map(({ name, dimension }) => [
      name,
      { count: done, dimension, data: widen(parts.get(name) ?? [], done * dimension) },
    ]),
  );
}

function widen(parts: readonly Float32Array[], length: number): Float64Array {
  const joined = new Float64Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
