import { createHash } from "node:crypto";
import { mkdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { RESUME_PRESETS } from "qgan-core";
import { expect, UsageError } from "repro-kit";
import { commitFile } from "repro-kit/node";
import { defaultCacheFolder, receiveFile, tryFetchFile } from "tfjs-train/node";
import type { LabHooks } from "../facts.ts";
import { formatBytes } from "../progress/duration.ts";

export interface SnapshotFileOptions {
  /** Of messages. */
  readonly scope: string;
  /** The option that takes a file instead, for the advice. */
  readonly flag: string;
  readonly hooks?: LabHooks;
}

/** An address of the net, with what its file's SHA-256 must be, where that is given. */
interface Address {
  readonly address: string;
  readonly sha256?: string;
}

/** Whether a text is an address of the net. */
export const isAddress = (text: string): boolean => /^https?:\/\//i.test(text);
const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );

/**
 * What a snapshot's name stands for: a file's path, or an address; presets of the StyleGAN2-ADA program (ffhq256 …) are addresses. An
 * address may end in `#sha256=<64 digits>`.
 *
 * @throws UsageError for an address or digest that is none. A path is not looked at.
 */
export async function snapshotSource(named: string, scope: string): Promise<{ readonly path: string } | Address> {
  if (await isFile(named)) return { path: named };
  const told = Object.hasOwn(RESUME_PRESETS, named) ? RESUME_PRESETS[named] : named;
  if (!isAddress(told)) return { path: told };
  const [address, fragment] = told.split("#", 2);
  expect(URL.canParse(address), scope, `"${address}" is no address.`);
  if (fragment === undefined) return { address };
  const [, sha256] = /^sha256=([0-9a-f]{64})$/i.exec(fragment) ?? [];
  expect(sha256, scope, `"#${fragment}" is no SHA-256: an address may end in #sha256= and 64 hexadecimal digits.`);
  return { address, sha256 };
}

/**
 * The path of a snapshot that a file, an address or a preset names; what comes from the net is fetched once and kept in the cache.
 * Nothing in it is run when it is read.
 *
 * @throws UsageError if it cannot be fetched, or is another file than its SHA-256 says.
 */
export async function snapshotFile(named: string, { scope, flag, hooks = {} }: SnapshotFileOptions): Promise<string> {
  const source = await snapshotSource(named, scope);
  if ("path" in source) return source.path;
  const { address, sha256 } = source;
  const name = `${createHash("sha256").update(address).digest("hex").slice(0, 16)}-${basename(new URL(address).pathname) || "network.pkl"}`;
  const folder = defaultCacheFolder();
  const path = join(folder, name);
  if (sha256 === undefined && (await isFile(path))) return path;
  const { onFact, signal } = hooks;
  onFact?.({
    kind: "note",
    text: sha256 === undefined ? `Fetching ${address}.` : `Looking for ${address} in the cache, else fetching it.`,
  });
  const onProgress = ({ bytes, total }: { readonly bytes: number; readonly total: number | undefined }): void =>
    onFact?.({
      kind: "progress",
      part: `Fetching ${formatBytes(bytes)} of the network`,
      ...(total ? { fraction: bytes / total } : {}),
    });
  const failure =
    sha256 === undefined
      ? await fetchUnchecked({ name, address, sha256: "" }, { folder, onProgress, signal })
      : await tryFetchFile({ name, address, sha256 }, { cacheFolder: folder, onProgress, ...(signal ? { signal } : {}) }).then(
          (fetched) => ("failure" in fetched ? fetched.failure : undefined),
        );
  if (failure === undefined) return path;
  throw new UsageError(`[${scope}] ${failure}. Fetch ${address} by other means and give the file: ${flag} <file>.`);
}

interface FetchUnchecked {
  readonly folder: string;
  readonly onProgress: (progress: { readonly bytes: number; readonly total: number | undefined }) => void;
  readonly signal: AbortSignal | undefined;
}

/** Fetches a file of which only the length is known, if that; undefined when it is there, else why it is not. */
async function fetchUnchecked(
  published: { readonly name: string; readonly address: string; readonly sha256: string },
  { folder, onProgress, signal }: FetchUnchecked,
): Promise<string | undefined> {
  await mkdir(folder, { recursive: true });
  const partial = join(folder, `.${published.name}.${process.pid}.partial-download`);
  const options = { environment: process.env, signal, timeoutMs: 20_000, onProgress, certificates: undefined };
  try {
    const received = await receiveFile(published, partial, options);
    if (received.end !== "whole") return received.reason;
    await commitFile(partial, join(folder, published.name));
    return undefined;
  } finally {
    await rm(partial, { force: true });
  }
}
