import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { checkOptions, UsageError } from "repro-kit";
import { readSafetensors, readTorch, type WeightFile } from "tfjs-train";
import { foldInceptionWeights } from "../inception/fold-weights.ts";
import {
  type DownloadProgress,
  downloadWeights,
  isPublished,
  type PublishedWeights,
  pytorchFidWeights,
} from "./download-weights.ts";

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
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
  /** Default: pytorch-fid's file. */
  readonly published?: PublishedWeights;
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
  const known = ["file", "cacheFolder", "allowDownload", "onProgress", "signal", "timeoutMs", "fetch", "published"];
  checkOptions("resolveInceptionWeights", options, known);
  const { file, cacheFolder = defaultCacheFolder(), allowDownload = true, onProgress, signal, timeoutMs } = options;
  const { fetch = globalThis.fetch, published = pytorchFidWeights } = options;
  if (file !== undefined) return { weights: await readInceptionWeights(file), source: file };

  const cached = join(cacheFolder, published.name);
  const kept = await readIfThere(cached);
  if (kept && isPublished(kept, published)) return { weights: parseWeights(kept, cached), source: cached };
  if (!allowDownload)
    return { missing: explainMissing(`no weights in ${cacheFolder}, and downloads are off`, published, cached) };

  const outcome = await downloadWeights(published, cacheFolder, {
    fetch,
    ...(onProgress ? { onProgress } : {}),
    ...(signal ? { signal } : {}),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  if ("failure" in outcome) return { missing: explainMissing(outcome.failure, published, cached) };
  return { weights: parseWeights(outcome.bytes, outcome.path), source: outcome.path };
}

/** Reads a .safetensors or .pth file and checks that it is this network. @throws UsageError that names the file. */
async function readInceptionWeights(path: string): Promise<WeightFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const error = new UsageError(
      `[inception] ${path} cannot be read (${(cause as Error).message}). Give an existing weight file.`,
    );
    error.cause = cause;
    throw error;
  }
  return parseWeights(bytes, path);
}

function parseWeights(bytes: Uint8Array, path: string): WeightFile {
  try {
    const weights = isSafetensors(bytes) ? readSafetensors(bytes) : readTorch(bytes);
    foldInceptionWeights(weights);
    return weights;
  } catch (cause) {
    if (!UsageError.isInstance(cause)) throw cause;
    const error = new UsageError(`[inception] ${path}: ${cause.message}`);
    error.cause = cause;
    throw error;
  }
}

/** A safetensors file begins with the length of its header as uint64, then "{". */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 9 && bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0;
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch {
    return undefined; // absent or unreadable: the next source is tried
  }
}

function defaultCacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "qgan", "weights");
}

function explainMissing(reason: string, { name, address, megabytes }: PublishedWeights, path: string): string {
  return (
    `FID and KID are left out: ${reason}. To get them, fetch ${name} (${megabytes} MB) from ${address} ` +
    `and name the file (qgan: --inception FILE), or put it at ${path}.`
  );
}
