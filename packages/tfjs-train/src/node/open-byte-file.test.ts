import type { FileHandle } from "node:fs/promises";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openByteFile, readRange, readWholeFile } from "./open-byte-file.ts";

test("ranges are those of the file, and end where it ends", async () => {
  const folder = await mkdtemp(join(tmpdir(), "byte-file-"));
  try {
    const path = join(folder, "ten.bin");
    await writeFile(
      path,
      Uint8Array.from({ length: 10 }, (_, i) => i),
    );
    expect([...(await readWholeFile(path))]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const source = await openByteFile(path);
    expect(source.size).toBe(10);
    expect([...(await source.read(3, 2))]).toEqual([3, 4]);
    expect([...(await source.read(8, 5))]).toEqual([8, 9]);
    expect([...(await source.read(12, 5))]).toEqual([]);
    await source.close();
    await expect(readWholeFile(join(folder, "none"))).rejects.toThrow("cannot be read");
    await expect(openByteFile(folder)).rejects.toThrow("is no file");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("more than 2 GB are asked for in pieces: Node aborts at a length that 32 bits do not hold", async () => {
  const size = 2 ** 31 + 4096;
  const asked: [from: number, length: number][] = [];
  const read = async (_: Uint8Array, at: number, length: number, position: number) => {
    expect(position).toBe(at + 5);
    asked.push([at, length]);
    return { bytesRead: length }; // nothing is written, so that the buffer takes no memory
  };
  expect((await readRange({ read } as unknown as FileHandle, 5, size)).length).toBe(size); // only `read` is called
  expect(Math.max(...asked.map(([, length]) => length))).toBeLessThan(2 ** 31);
  expect(asked.reduce((sum, [, length]) => sum + length, 0)).toBe(size);
});
