import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** A file at a public address, known by its digest. */
export interface PublishedFile {
  /** What it is called in the cache. */
  readonly name: string;
  /** http or https. */
  readonly address: string;
  /** 64 hexadecimal digits; or as many of the first ones, at least 8, as the publisher gives. */
  readonly sha256: string;
  /** Its exact length, where it is known: no byte more is taken. */
  readonly bytes?: number;
}

/** `$XDG_CACHE_HOME` or `~/.cache`, then `qgan/weights`. */
export function defaultCacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "qgan", "weights");
}

/** Whether a file has the digest that was published; read in pieces. False where there is no such file. */
export async function isPublished(path: string, { sha256 }: PublishedFile): Promise<boolean> {
  const hash = createHash("sha256");
  try {
    for await (const piece of createReadStream(path)) hash.update(piece);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EISDIR" || code === "ENOTDIR" || code === "EACCES") return false;
    throw error;
  }
  return hash.digest("hex").startsWith(sha256.toLowerCase());
}
