import { homedir } from "node:os";
import { join } from "node:path";
import {
  createStatistics,
  type ExtractionProgress,
  type FeatureExtractor,
  type FeatureStatistics,
  type Features,
  type ImageArray,
  type ImageSource,
} from "fid-metrics";
import { cachedFeatures, cachedStatistics } from "fid-metrics/node";
import type { LabHooks } from "../facts.ts";
import type { ImageSet } from "./image-set.ts";

export interface CachedSideOptions {
  readonly extractor: FeatureExtractor;
  /** Statistics will do. */
  readonly onlyStatistics: boolean;
  /** Looks into the cache, and keeps there what was not in it. */
  readonly cache: boolean;
  /** Default: `$XDG_CACHE_HOME` or `~/.cache`, then `qgan/features`. */
  readonly cacheFolder?: string;
  readonly onProgress: (progress: ExtractionProgress) => void;
}

/**
 * Features of images, or the statistics of more images than dimensions where those will do: from the cache, or made and kept
 * there by content, network, weights, tap and mode; a note says which.
 */
export async function cachedSide(
  set: ImageSet,
  { extractor, onlyStatistics, cache, cacheFolder, onProgress }: CachedSideOptions,
  { onFact, signal }: LabHooks,
): Promise<Features | FeatureStatistics> {
  const extract = (images: ImageSource, done = 0): Promise<Features> => {
    const onPart = (progress: ExtractionProgress): void => onProgress({ done: done + progress.done, total: set.count });
    return extractor.extract(images, { onProgress: onPart, ...(signal ? { signal } : {}) });
  };
  const statistics = async (): Promise<FeatureStatistics> => {
    const sum = createStatistics(extractor.dimension);
    for await (const portion of portionsOf(set)) sum.add(await extract(portion, sum.count));
    return sum.result();
  };
  const isSummed = onlyStatistics && set.count > extractor.dimension;
  const compute = (): Promise<Features | FeatureStatistics> => (isSummed ? statistics() : extract(set.batches()));
  if (!cache) return compute();

  const folder = cacheFolder ?? join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "qgan", "features");
  const key = { folder, content: await contentOf(set), extractor };
  const note = (text: string): void => onFact?.({ kind: "note", text });
  let made: Features | FeatureStatistics | undefined;
  const make = async <S extends Features | FeatureStatistics>(computed: Promise<S>): Promise<S> => {
    const side = await computed;
    made = side;
    return side;
  };
  try {
    const side = isSummed
      ? await cachedStatistics(key, () => make(statistics()))
      : await cachedFeatures(key, () => make(extract(set.batches())));
    if (made) note(`What was computed of ${set.name} is kept in ${folder}: the next measurement against it is quicker.`);
    else note(`${set.name} was not looked at again: what was computed of it earlier is in ${folder}.`);
    return side;
  } catch (error) {
    if (!made) throw error;
    note(`What was computed of ${set.name} could not be kept in ${folder}: ${(error as Error).message}`); // a full disk, say
    return made;
  }
}

/** Its images, some hundreds at a time. */
async function* portionsOf(set: ImageSet): AsyncGenerator<ImageArray[]> {
  let portion: ImageArray[] = [];
  let count = 0;
  for await (const batch of set.batches()) {
    portion.push(batch);
    count += batch.count;
    if (count < PORTION) continue;
    yield portion;
    portion = [];
    count = 0;
  }
  if (count > 0) yield portion;
}

/** A multiple of the batches that a network sees. */
const PORTION = 256;

/** What tells a set's images apart; a folder is read for it. */
async function contentOf(set: ImageSet): Promise<string> {
  if (set.kind === "folder") for await (const _ of set.batches());
  return set.content();
}
