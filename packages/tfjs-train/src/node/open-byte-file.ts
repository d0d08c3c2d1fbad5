import { type FileHandle, open } from "node:fs/promises";
import { expect, UsageError } from "repro-kit";
import type { ByteSource } from "../byte-source.ts";

/** A source over an open file. @throws UsageError if there is no such file or it cannot be read. */
export async function openByteFile(path: string): Promise<ByteSource> {
  const file = await openFile(path);
  const { size } = await file.stat();
  return {
    size,
    read: (offset, length) => readRange(file, offset, Math.max(0, Math.min(length, size - offset))),
    close: () => file.close(),
  };
}

/** The bytes of a file, in one buffer of exactly its size. @throws UsageError if there is no such file or it cannot be read. */
export async function readWholeFile(path: string): Promise<Uint8Array> {
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    const bytes = await readRange(file, 0, size);
    expect(bytes.length === size, "read", `${path} has become shorter while it was read. Try again.`);
    return bytes;
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, "r");
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (cause) {
    const error = new UsageError(`[read] ${path} cannot be read (${(cause as Error).message}). Give an existing weight file.`);
    error.cause = cause;
    throw error;
  }
  throw new UsageError(`[read] ${path} is no file. Give an existing weight file.`);
}

/** Node reads lengths as 32-bit integers; files may be longer. */
const MAX_READ = 2 ** 30;

/** Bytes [offset, offset + length); fewer only where the file ends before. */
export async function readRange(file: Pick<FileHandle, "read">, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, MAX_READ), offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
