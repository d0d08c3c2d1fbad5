import { createRng, expect } from "repro-kit";
import { UMAP } from "umap-js";

export interface UmapOptions {
  /** How many neighbours of each image are held together. Default 15. */
  readonly neighbours?: number;
  /** How close points may lie: 0 makes dense groups. Default 0.1. */
  readonly minDistance?: number;
  readonly seed?: number;
  /** Told the share done; false stops. */
  readonly onProgress?: (fraction: number) => boolean;
}

const LEAST = 4;

/**
 * A map of rows in two dimensions by UMAP; undefined for fewer than four rows, of which there is nothing to map.
 *
 * @param rows - [count, size], row-major; some tens of principal components.
 * @returns [count, 2].
 * @throws UsageError if `onProgress` stopped it.
 * @see McInnes et al. 2018, arXiv:1802.03426.
 */
export async function umapMap(rows: Float64Array, size: number, options: UmapOptions = {}): Promise<Float64Array | undefined> {
  const { neighbours = 15, minDistance = 0.1, seed = 0, onProgress } = options;
  const count = rows.length / size;
  if (count < LEAST) return undefined;
  const rng = createRng(seed).fork("umap");
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(neighbours, count - 1),
    minDist: minDistance,
    random: () => rng.uniform(),
  });
  const vectors = Array.from({ length: count }, (_, i) => [...rows.subarray(i * size, (i + 1) * size)]);
  const numEpochs = umap.initializeFit(vectors);
  let isStopped = false;
  for (let epoch = 0; epoch < numEpochs && !isStopped; epoch++) {
    umap.step();
    if (epoch % 10 === 0) isStopped = onProgress?.((epoch + 1) / numEpochs) === false;
  }
  expect(!isStopped, "explore", "stopped; nothing was written.");
  return Float64Array.from(umap.getEmbedding().flat());
}
