import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeFileAtomic } from "repro-kit/node";

/** A file at a public address whose name carries the beginning of its sha256. */
export interface PublishedWeights {
  readonly name: string;
  readonly address: string;
  readonly sha256Prefix: string;
  /** About how large, for the sentence that tells what to expect. */
  readonly megabytes: number;
}

/** FID Inception v3 (2015-12-05) where pytorch-fid publishes it. */
export const pytorchFidWeights: PublishedWeights = {
  name: "pt_inception-2015-12-05-6726825d.pth",
  address: "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth",
  sha256Prefix: "6726825d",
  megabytes: 95,
};

export interface DownloadProgress {
  readonly bytes: number;
  readonly total: number | undefined;
}

export interface DownloadOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  /** Longest silence of the server before it counts as not reached. Default 20 000. */
  readonly timeoutMs?: number;
}

/** Whether bytes are the published file. */
export function isPublished(bytes: Uint8Array, { sha256Prefix }: PublishedWeights): boolean {
  return createHash("sha256").update(bytes).digest("hex").startsWith(sha256Prefix);
}

/**
 * Fetches a published file once and puts it into a folder, whole or not at all.
 *
 * @returns The bytes, or in a sentence why there are none. Nothing is kept of a file with another digest.
 */
export async function downloadWeights(
  published: PublishedWeights,
  folder: string,
  { fetch, onProgress, signal, timeoutMs = 20_000 }: DownloadOptions,
): Promise<{ readonly bytes: Uint8Array; readonly path: string } | { readonly failure: string }> {
  let bytes: Uint8Array;
  const silence = watchSilence(timeoutMs);
  try {
    const response = await fetch(published.address, {
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    });
    if (!response.ok) return { failure: `${published.address} answered ${response.status}` };
    bytes = await readBody(response, (progress) => {
      silence.restart();
      onProgress?.(progress);
    });
  } catch (error) {
    signal?.throwIfAborted();
    return { failure: `${published.address} was not reached (${describe(error)})` };
  } finally {
    silence.stop();
  }
  if (!isPublished(bytes, published))
    return { failure: `what ${published.address} sent has another sha256 than ${published.sha256Prefix}…; it was not kept` };
  const path = join(folder, published.name);
  try {
    await writeFileAtomic(path, bytes);
  } catch (error) {
    return { failure: `the file came but could not be kept (${describe(error)})` };
  }
  return { bytes, path };
}

/** A signal that fires after `timeoutMs` without a restart. */
function watchSilence(timeoutMs: number): { readonly signal: AbortSignal; restart(): void; stop(): void } {
  const controller = new AbortController();
  const start = () => setTimeout(() => controller.abort(new Error(`no answer for ${timeoutMs / 1000} s`)), timeoutMs);
  let timer = start();
  return {
    signal: controller.signal,
    restart() {
      clearTimeout(timer);
      timer = start();
    },
    stop: () => clearTimeout(timer),
  };
}

async function readBody(response: Response, onProgress: (progress: DownloadProgress) => void): Promise<Uint8Array> {
  const announced = Number(response.headers.get("content-length"));
  const total = announced > 0 ? announced : undefined;
  const parts: Uint8Array[] = [];
  let length = 0;
  if (response.body)
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
      // undici's body is an async iterable of Uint8Array; the DOM type does not say so
      parts.push(part);
      length += part.length;
      onProgress({ bytes: length, total });
    }
  return Buffer.concat(parts);
}

/** The innermost message: fetch says "fetch failed" and keeps the reason in `cause`. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? describe(error.cause) : error.message;
}
