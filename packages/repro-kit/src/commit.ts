import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { UsageError } from "./errors.ts";

const MARK = ".partial-";
/** The number of the process that writes a partial. */
const WRITER = /\.partial-(\d+)-[0-9a-f]+$/;
/** Windows refuses to rename while a scanner holds the file; it lets go within a second. */
const RENAME_ATTEMPTS = 10;

/**
 * Writes a file so that a reader sees the old bytes or the new ones, never a part: written beside, flushed, renamed.
 *
 * @throws UsageError if the disk is full or the folder cannot be written; nothing half-written remains.
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array | string | AsyncIterable<Uint8Array>): Promise<void> {
  const partial = partialPath(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(partial, "wx");
    try {
      await writeFile(file, bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await renameWithRetry(partial, path);
    syncFolder(dirname(path));
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {}); // the first failure is the one to tell
    throw explain(error, path);
  }
}

/**
 * Puts a file that was written beside its place into it: flushed, renamed. What stood there is replaced.
 *
 * @throws UsageError if the folder cannot be written.
 */
export async function commitFile(partial: string, path: string): Promise<void> {
  try {
    syncFile(partial);
    await renameWithRetry(partial, path);
    syncFolder(dirname(path));
  } catch (error) {
    throw explain(error, path);
  }
}

/**
 * Makes a folder appear whole or not at all: `write` fills a folder beside the target, which is then renamed into place.
 * A folder that already stands there is refused.
 *
 * @param write - Receives the path of the empty folder to fill.
 * @throws UsageError if the target exists, the disk is full, or the parent cannot be written.
 */
export async function commitFolder(target: string, write: (folder: string) => Promise<void>): Promise<void> {
  if (await exists(target)) throw new UsageError(`[commitFolder] ${target} already exists. Choose another name or remove it.`);
  const partial = partialPath(target);
  try {
    await mkdir(partial, { recursive: true });
    await write(partial);
    await syncTree(partial);
    await renameWithRetry(partial, target);
    syncFolder(dirname(target));
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {}); // the first failure is the one to tell
    throw explain(error, target);
  }
}

/** Removes what killed processes left half-written in a folder, not what a living one is writing; returns the names. */
export async function removePartials(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of (await readdir(folder)).filter(isPartial)) {
    if (await isBeingWritten(folder, name)) continue;
    await rm(join(folder, name), { recursive: true, force: true });
    names.push(name);
  }
  return names;
}

/** Whether the process that a partial is named after still runs; a number that was used anew is told by the times. */
async function isBeingWritten(folder: string, name: string): Promise<boolean> {
  const writer = Number(WRITER.exec(name)?.[1]);
  if (!writer) return false;
  if (writer !== process.pid) return isAlive(writer);
  const begun = Date.now() - process.uptime() * 1000;
  return stat(join(folder, name)).then(
    ({ mtimeMs }) => mtimeMs >= begun,
    () => false, // just renamed into place
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // another user's
  }
}

/** Whether the name is that of a file or folder still being written. */
export function isPartial(name: string): boolean {
  return name.includes(MARK);
}

const partialPath = (path: string): string =>
  join(dirname(path), `.${basename(path)}${MARK}${process.pid}-${randomBytes(6).toString("hex")}`);

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function renameWithRetry(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const isBusy = process.platform === "win32" && (code === "EPERM" || code === "EACCES" || code === "EBUSY");
      if (!isBusy || attempt === RENAME_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
    }
  }
}

/** Flushes every file and folder below a folder, and the folder itself. */
async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else syncFile(path);
  }
  syncFolder(folder);
}

function syncFile(path: string): void {
  const descriptor = openSync(path, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Flushes a folder's entries; Windows has no such call. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full. Free some space and start again; nothing half-written was kept",
  EDQUOT: "the disk quota is used up. Free some space and start again; nothing half-written was kept",
  EACCES: "it may not be written. Choose another folder or change its permissions",
  EPERM: "it may not be written. Choose another folder or change its permissions",
  EROFS: "it lies on a read-only disk. Choose another folder",
  EEXIST: "a part of the path is a file, not a folder. Choose another folder",
  ENOTDIR: "a part of the path is a file, not a folder. Choose another folder",
};

/** Turns a known file-system failure into a sentence for the user; leaves everything else as it is. */
function explain(error: unknown, path: string): unknown {
  const sentence = SENTENCES[(error as NodeJS.ErrnoException)?.code ?? ""];
  if (!sentence) return error;
  const explained = new UsageError(`[write] ${path}: ${sentence}.`);
  explained.cause = error;
  return explained;
}
