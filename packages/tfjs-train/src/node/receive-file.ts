import { type FileHandle, open } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { UsageError } from "repro-kit";
import { httpGet } from "./http-get.ts";
import type { Environment } from "./proxy.ts";
import type { PublishedFile } from "./published-file.ts";
import { watchSilence } from "./watch-silence.ts";

/** Files are no longer than this, where nothing else is said. */
const MAX_BYTES = 2 ** 36;

export interface DownloadProgress {
  readonly bytes: number;
  readonly total: number | undefined;
}

export interface ReceiveOptions {
  readonly environment: Environment;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly onProgress: ((progress: DownloadProgress) => void) | undefined;
  readonly certificates: string | undefined;
}

/** How one connection ended: with all there is, before the end (another try may get on), or for good. */
export type Received =
  | { readonly end: "whole"; readonly bytes: number }
  | { readonly end: "cut"; readonly bytes: number; readonly reason: string }
  | { readonly end: "refused"; readonly bytes: number; readonly reason: string };

/**
 * Gets what a partial file lacks over one connection: asks for the rest of it, and begins anew where the server does not
 * know ranges. What came stays in the file.
 *
 * @throws the caller's abort, what `onProgress` throws, and what the file system throws.
 */
export async function receiveFile(published: PublishedFile, path: string, options: ReceiveOptions): Promise<Received> {
  const file = await open(path, "a+");
  const silence = watchSilence(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, silence.signal]) : silence.signal;
  let bytes = (await file.stat()).size;
  let response: IncomingMessage | undefined;
  let isReporting = false;
  try {
    const range: Record<string, string> = bytes > 0 ? { range: `bytes=${bytes}-` } : {};
    response = await httpGet(published.address, {
      headers: { "accept-encoding": "identity", ...range },
      environment: options.environment,
      signal,
      ...(options.certificates === undefined ? {} : { certificates: options.certificates }),
    });
    const { status, start, total } = partOf(response);
    if (status === 416) {
      if (total === bytes) return { end: "whole", bytes };
      await file.truncate(0);
      return { end: "cut", bytes: 0, reason: `${published.address} has not the range that is missing` };
    }
    if (status !== 200 && status !== 206) {
      const isPassing = status >= 500 || status === 429 || status === 408;
      return { end: isPassing ? "cut" : "refused", bytes, reason: `${published.address} answered ${status}` };
    }
    if (start !== bytes) {
      await file.truncate(0); // ranges are not known there, or another range came
      bytes = 0;
      if (start !== 0) return { end: "cut", bytes, reason: `${published.address} sent another range than was asked for` };
    }
    const limit = Math.min(published.bytes ?? MAX_BYTES, total ?? MAX_BYTES);
    for await (const piece of response as AsyncIterable<Uint8Array>) {
      silence.restart();
      if (bytes + piece.length > limit)
        return { end: "refused", bytes: 0, reason: `${published.address} sends more than the ${limit} bytes that the file has` };
      await append(file, piece);
      bytes += piece.length;
      isReporting = true;
      options.onProgress?.({ bytes, total });
      isReporting = false;
    }
    const wanted = published.bytes ?? total;
    if (wanted !== undefined && bytes < wanted)
      return { end: "cut", bytes, reason: `${published.address} ended after ${bytes} of ${wanted} bytes` };
    return { end: "whole", bytes };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (isReporting || isOfFileSystem(error)) throw error; // the caller's own, or the disk's
    if (UsageError.isInstance(error)) return { end: "refused", bytes, reason: plainSentence(error) }; // the same at the next try
    const reason = silence.signal.aborted ? `no answer for ${options.timeoutMs / 1000} s` : describe(error);
    return { end: "cut", bytes, reason: `${published.address} was not reached (${reason})` };
  } finally {
    silence.stop();
    response?.destroy();
    await file.close();
  }
}

/** What part of the file a response holds; `total` is undefined where the server does not say. */
function partOf({ statusCode = 0, headers }: IncomingMessage): { status: number; start: number; total: number | undefined } {
  const [, start, size] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers["content-range"] ?? "") ?? [];
  const length = headers["content-length"];
  if (statusCode === 206 || statusCode === 416)
    return {
      status: statusCode,
      start: Number(start ?? Number.NaN),
      total: size === undefined || size === "*" ? undefined : Number(size),
    };
  return { status: statusCode, start: 0, total: length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined };
}

async function append(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let done = 0; done < piece.length; ) done += (await file.write(piece, done)).bytesWritten;
}

const isOfFileSystem = (error: unknown): boolean =>
  ["ENOSPC", "EDQUOT", "EIO", "EROFS", "EFBIG"].includes((error as NodeJS.ErrnoException)?.code ?? "");

/** What a UsageError says, as part of a sentence: without its scope and full stop. */
export const plainSentence = ({ message }: Error): string => message.replace(/^\[[^\]]*\] /, "").replace(/\.$/, "");

/** The innermost message; several addresses of one host fail together. */
function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error
    ? describe(error.cause)
    : error.message || (error as NodeJS.ErrnoException).code || error.name;
}
