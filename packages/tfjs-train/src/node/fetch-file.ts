import { randomBytes } from "node:crypto";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { checkOptions, expect, UsageError } from "repro-kit";
import { commitFile } from "repro-kit/node";
import { takeLock } from "./file-lock.ts";
import { defaultCacheFolder, isPublished, type PublishedFile } from "./published-file.ts";
import { type DownloadProgress, plainSentence, type ReceiveOptions, receiveFile } from "./receive-file.ts";

export interface FetchFileOptions {
  /** Where files are kept. Default: `$XDG_CACHE_HOME` or `~/.cache`, then `qgan/weights`. */
  readonly cacheFolder?: string;
  /** Whether the file may be fetched when the cache has none. Default true. */
  readonly allowDownload?: boolean;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Stops at once; what came stays for the next time. */
  readonly signal?: AbortSignal;
  /** Longest silence of the server before a connection is given up. Default 20 000. */
  readonly timeoutMs?: number;
  /** Connections in a row that may bring nothing new before it is given up. Default 4. */
  readonly attempts?: number;
  /** Pause before the second connection; it doubles up to 8 s. Default 500. */
  readonly retryDelayMs?: number;
  /** Where HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY are looked for. Default: the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Certificates to trust instead of the usual ones, as PEM. */
  readonly certificates?: string;
}

/** Where the file lies, or in a sentence why it does not. */
export type FetchedFile =
  | { readonly path: string; readonly wasCached: boolean; readonly failure?: undefined }
  | { readonly failure: string; readonly path?: undefined };

const SCOPE = "fetchFile";
const OPTIONS = [
  ...["cacheFolder", "allowDownload", "onProgress", "signal", "timeoutMs", "attempts", "retryDelayMs", "environment"],
  "certificates",
];
const MAX_CONNECTIONS = 1000;
const LONGEST_PAUSE_MS = 8000;

/**
 * The path of a published file: from the cache, else fetched once, checked by its sha256 and put there whole or not at all.
 * A download that was cut goes on where it stopped, now or the next time.
 *
 * @throws UsageError that says why there is none, with the address and where to put the file.
 */
export async function fetchFile(published: PublishedFile, options: FetchFileOptions = {}): Promise<string> {
  const { path, failure } = await tryFetchFile(published, options);
  if (path !== undefined) return path;
  const { name, address, sha256 } = published;
  const target = join(options.cacheFolder ?? defaultCacheFolder(), name);
  throw new UsageError(`[${SCOPE}] ${failure}. Fetch ${address} (sha256 ${sha256}) by other means and put it at ${target}.`);
}

/** `fetchFile` that says in a sentence why there is no file instead of throwing. */
export async function tryFetchFile(published: PublishedFile, options: FetchFileOptions = {}): Promise<FetchedFile> {
  checkOptions(SCOPE, options, OPTIONS);
  const { name, sha256 } = published;
  const { cacheFolder = defaultCacheFolder(), allowDownload = true } = options;
  expect(/^[0-9a-f]{8,64}$/i.test(sha256), SCOPE, `sha256 must be 8 to 64 hexadecimal digits; got "${sha256}".`);
  expect(/^[^/\\\0]+$/.test(name) && name !== "." && name !== "..", SCOPE, `a name must be that of a file; got "${name}".`);
  const path = join(cacheFolder, name);
  if (await isPublished(path, published)) return { path, wasCached: true };
  if (!allowDownload) return { failure: `${name} is not in ${cacheFolder}, and downloads are off` };
  try {
    await mkdir(cacheFolder, { recursive: true });
    const failure = await download(published, cacheFolder, options);
    return failure === undefined ? { path, wasCached: false } : { failure };
  } catch (error) {
    options.signal?.throwIfAborted();
    const { code, message } = error as NodeJS.ErrnoException;
    if (UsageError.isInstance(error)) return { failure: plainSentence(error) };
    if (code === undefined) throw error;
    return { failure: `the file could not be kept (${message})` };
  }
}

/** Fetches into a partial file, which another process that fetches the same does not touch. */
async function download(published: PublishedFile, folder: string, options: FetchFileOptions): Promise<string | undefined> {
  const partial = join(folder, `.${published.name}.partial-download`);
  const release = await takeLock(`${partial}.lock`);
  const own = release ? partial : `${partial}-${randomBytes(6).toString("hex")}`;
  try {
    const failure = await fillPartial(published, own, options);
    if (failure !== undefined) {
      if ((await sizeOf(own)) === 0) await rm(own, { force: true });
      return failure;
    }
    await commitFile(own, join(folder, published.name));
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") await rm(own, { force: true });
    throw error;
  } finally {
    if (!release) await rm(own, { force: true });
    await release?.();
  }
}

/** Connection after connection until the file is whole and has its digest; else the reason why it has not. */
async function fillPartial(published: PublishedFile, path: string, options: FetchFileOptions): Promise<string | undefined> {
  const { signal, timeoutMs = 20_000, attempts = 4, retryDelayMs = 500, environment = process.env } = options;
  const receive: ReceiveOptions = {
    environment,
    signal,
    timeoutMs,
    onProgress: options.onProgress,
    certificates: options.certificates,
  };
  let farthest = await sizeOf(path);
  let isContinued = farthest > 0;
  let mayRestart = true;
  let numIdle = 0;
  for (let connection = 0; connection < MAX_CONNECTIONS; connection++) {
    const received = await receiveFile(published, path, receive);
    if (received.end === "whole") {
      if (await isPublished(path, published)) return undefined;
      await rm(path, { force: true });
      if (!isContinued || !mayRestart)
        return `what ${published.address} sent has another sha256 than ${brief(published.sha256)}; it was not kept`;
      isContinued = false; // what was continued was perhaps another file's beginning
      mayRestart = false;
      farthest = 0;
      continue;
    }
    if (received.end === "refused") {
      if (received.bytes === 0) await rm(path, { force: true });
      return received.reason;
    }
    numIdle = received.bytes > farthest ? 0 : numIdle + 1;
    farthest = Math.max(farthest, received.bytes);
    if (received.bytes > 0) isContinued = true;
    if (numIdle >= attempts) return received.reason;
    await wait(Math.min(retryDelayMs * 2 ** numIdle, LONGEST_PAUSE_MS), undefined, signal ? { signal } : {});
  }
  return `${published.address} cut ${MAX_CONNECTIONS} connections`;
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
const brief = (digest: string): string => `${digest.slice(0, 8)}…`;
