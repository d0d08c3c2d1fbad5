import { readSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { expect } from "repro-kit";
import type { ByteSource } from "./byte-source.ts";

/** A source over an open file. @throws UsageError if there is no such file or it cannot be read. */
export async function openByteFile(path: string): Promise<ByteSource> {
  const info = await stat(path).catch(() => undefined);
  expect(info, "openByteFile", `there is no file ${path}. Check the path.`);
  expect(info.isFile(), "openByteFile", `${path} is a folder, not a zip. Make a zip of it (importImages, qgan dataset create).`);
  const file = await open(path, "r").catch((error: unknown) => {
    expect(false, "openByteFile", `${path} cannot be read (${(error as Error).message}). Change its permissions.`);
  });
  return {
    size: info.size,
    isInMemory: false,
    // Synchronous: of the many small reads of a batch, waiting for each would take most of the time.
    read(offset, length) {
      const wanted = Math.max(0, Math.min(length, info.size - offset));
      const bytes = new Uint8Array(wanted);
      let done = 0;
      while (done < wanted) {
        const bytesRead = readSync(file.fd, bytes, done, wanted - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    },
    close: () => file.close(),
  };
}
