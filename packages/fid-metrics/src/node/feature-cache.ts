import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, UsageError } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { readSafetensors, writeSafetensors } from "tfjs-train";
import type { FeatureExtractor } from "../extractor.ts";
import { checkFeatures, type Features } from "../features.ts";

export interface CachedFeaturesOptions {
  /** Folder of the cache; made when it is not there. */
  readonly folder: string;
  /** What tells the images apart, e.g. the digest of a dataset and the indices taken from it. */
  readonly content: string;
  readonly extractor: FeatureExtractor;
}

/**
 * Features from the cache, or computed and kept. The key is content, network, weights, tap, mode and resize; a file is written
 * whole or not at all, and one that is damaged or of another key is made anew.
 *
 * @param compute - Called only when the cache has no such features.
 */
export async function cachedFeatures(
  { folder, content, extractor }: CachedFeaturesOptions,
  compute: () => Promise<Features>,
): Promise<Features> {
  expect(content.length > 0, "cachedFeatures", "content must tell the images apart; got an empty text.");
  const { name, fingerprint, tap, mode, resize, dimension } = extractor;
  const key = JSON.stringify({ format: 1, content, name, fingerprint, tap, mode, resize });
  const path = join(folder, `${name}-${tap}-${createHash("sha256").update(key).digest("hex").slice(0, 32)}.safetensors`);
  const kept = await readCached(path, key, dimension);
  if (kept) return kept;
  const features = await compute();
  checkFeatures("cachedFeatures", "computed", features, 1);
  const { count, data } = features;
  await writeFileAtomic(
    path,
    writeSafetensors({ features: { dtype: "F64", shape: [count, features.dimension], data } }, { key }),
  );
  return features;
}

async function readCached(path: string, key: string, dimension: number): Promise<Features | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch {
    return undefined; // not there yet
  }
  try {
    const { tensors, metadata } = readSafetensors(bytes);
    const { shape, data } = tensors.features ?? {};
    if (metadata.key !== key || !(data instanceof Float64Array) || shape?.length !== 2 || shape[1] !== dimension)
      return undefined;
    return { count: shape[0], dimension, data };
  } catch (error) {
    if (UsageError.isInstance(error)) return undefined; // damaged: made anew
    throw error;
  }
}
