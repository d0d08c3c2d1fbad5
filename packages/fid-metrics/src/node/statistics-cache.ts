import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, UsageError } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import type { FeatureExtractor } from "../extractor.ts";
import type { FeatureStatistics } from "../moments.ts";
import {
  originOf,
  type ReadStatisticsOptions,
  readStatistics,
  type StatisticsFile,
  type StatisticsOrigin,
  writeStatistics,
} from "../statistics-file.ts";

/** Reads an npz of statistics. @throws UsageError as `readStatistics`, naming the file. */
export async function readStatisticsFile(
  path: string,
  options: Omit<ReadStatisticsOptions, "name"> = {},
): Promise<StatisticsFile> {
  return readStatistics(await readFile(path), { ...options, name: path });
}

/** Writes an npz of statistics, whole or not at all; pytorch-fid and clean-fid read it. */
export async function writeStatisticsFile(path: string, statistics: FeatureStatistics, origin: StatisticsOrigin): Promise<void> {
  await writeFileAtomic(path, writeStatistics(statistics, origin));
}

export interface CachedStatisticsOptions {
  /** Folder of the cache; made when it is not there. */
  readonly folder: string;
  /** What tells the images apart, e.g. the digest of a dataset and the indices taken from it. */
  readonly content: string;
  readonly extractor: FeatureExtractor;
}

/**
 * Statistics from the cache, or computed and kept. The key is content, network, weights, tap, mode and resize. A file is written
 * whole or not at all, so processes may share the folder; one that is damaged is made anew.
 *
 * @param compute - Called only when the cache has no such statistics.
 */
export async function cachedStatistics(
  { folder, content, extractor }: CachedStatisticsOptions,
  compute: () => Promise<FeatureStatistics>,
): Promise<FeatureStatistics> {
  expect(content.length > 0, "cachedStatistics", "content must tell the images apart; got an empty text.");
  const origin = originOf(extractor);
  const key = createHash("sha256").update(JSON.stringify({ format: 1, content, ...origin }));
  const path = join(folder, `${extractor.name}-${extractor.tap}-${key.digest("hex").slice(0, 32)}.npz`);
  const kept = await readKept(path, extractor);
  if (kept) return kept;
  const statistics = await compute();
  await writeStatisticsFile(path, statistics, origin);
  return statistics;
}

async function readKept(path: string, extractor: FeatureExtractor): Promise<FeatureStatistics | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch {
    return undefined; // not there yet
  }
  try {
    return (await readStatistics(bytes, { extractor })).statistics;
  } catch (error) {
    if (UsageError.isInstance(error)) return undefined; // damaged: made anew
    throw error;
  }
}
