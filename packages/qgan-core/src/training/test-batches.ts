import { createRng } from "repro-kit";
import type { ImageShape } from "../models/gan-model.ts";
import { type BatchSource, createBatchSource } from "./batch-source.ts";

/** Twelve images of coloured gradients, for tests: enough for a training to have something to follow. */
export function createTestBatches(imageShape: ImageShape, batchSize = 4): BatchSource {
  const [height, width, channels] = imageShape;
  const imageBytes = height * width * channels;
  const images = async (indices: readonly number[]): Promise<Uint8Array> => {
    const pixels = new Uint8Array(indices.length * imageBytes);
    indices.forEach((index, k) => {
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          for (let c = 0; c < channels; c++) {
            const isInside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (3 + (index % 4)) ** 2;
            pixels[k * imageBytes + (y * width + x) * channels + c] = isInside ? 60 + 20 * c : 200 - 8 * (index % 5) - 30 * c;
          }
    });
    return pixels;
  };
  return createBatchSource({ dataset: { count: 12, imageShape, images }, batchSize, rng: createRng(1).fork("batches") });
}
