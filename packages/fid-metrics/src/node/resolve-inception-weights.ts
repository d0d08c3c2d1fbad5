import { join } from "node:path";
import { checkOptions, UsageError } from "repro-kit";
import type { WeightFile } from "tfjs-train";
import { type DownloadProgress, defaultCacheFolder, type PublishedFile, readWeightsFile, tryFetchFile } from "tfjs-train/node";
import { foldInceptionWeights } from "../inception/fold-weights.ts";

/** FID Inception v3 (2015-12-05) where pytorch-fid publishes it; the name carries the beginning of its digest. */
export const pytorchFidWeights: PublishedFile = {
  name: "pt_inception-2015-12-05-6726825d.pth",
  address: "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth",
  sha256: "6726825d",
};
/** About how large that file is. */
const MEGABYTES = 95;

export interface ResolveInceptionWeightsOptions {
  /** A .safetensors or .pth file with pytorch-fid's names. Then nothing else is looked at. */
  readonly file?: string;
  /** Where the download is kept. Default: `$XDG_CACHE_HOME` or `~/.cache`, then `qgan/weights`. */
  readonly cacheFolder?: string;
  /** Whether to fetch the file once when the cache has none. Default true. */
  readonly allowDownload?: boolean;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  /** Longest silence of the server before the download is given up. Default 20 000. */
  readonly timeoutMs?: number;
  /** Connections in a row that may bring nothing new before the download is given up. Default 4. */
  readonly attempts?: number;
  /** Default: pytorch-fid's file. */
  readonly published?: PublishedFile;
}

export type ResolvedInceptionWeights =
  | { readonly weights: WeightFile; readonly source: string; readonly missing?: undefined }
  /** Why FID is left out and how to get it, as sentences for the user. */
  | { readonly missing: string; readonly weights?: undefined };

/**
 * Weights of FID's Inception v3: the file given, else the cache, else one download from where pytorch-fid publishes them.
 *
 * @returns The weights and where they came from, or `missing`; absence never throws, so that a run can go on without FID.
 * @throws UsageError if a file was named and cannot be read or is not this network.
 */
export async function resolveInceptionWeights(options: ResolveInceptionWeightsOptions = {}): Promise<ResolvedInceptionWeights> {
  const known = ["file", "cacheFolder", "allowDownload", "onProgress", "signal", "timeoutMs", "attempts", "published"];
  checkOptions("resolveInceptionWeights", options, known);
  const { file, published = pytorchFidWeights, ...fetching } = options;
  if (file !== undefined) return { weights: await readInceptionWeights(file), source: file };
  const { path, failure } = await tryFetchFile(published, fetching);
  if (path !== undefined) return { weights: await readInceptionWeights(path), source: path };
  return { missing: explainMissing(failure, published, join(fetching.cacheFolder ?? defaultCacheFolder(), published.name)) };
}

/** Reads a weight file and checks that it is this network. @throws UsageError that names the file. */
async function readInceptionWeights(path: string): Promise<WeightFile> {
  try {
    const weights = await readWeightsFile(path);
    foldInceptionWeights(weights);
    return weights;
  } catch (cause) {
    if (!UsageError.isInstance(cause)) throw cause;
    const sentence = cause.message.includes(path) ? cause.message.replace(/^\[[^\]]*\] /, "") : `${path}: ${cause.message}`;
    const error = new UsageError(`[inception] ${sentence}`);
    error.cause = cause;
    throw error;
  }
}

function explainMissing(reason: string, { name, address }: PublishedFile, path: string): string {
  return (
    `FID and KID are left out: ${reason}. To get them, fetch ${name} (${MEGABYTES} MB) from ${address} ` +
    `and name the file (qgan: --inception FILE), or put it at ${path}.`
  );
}
