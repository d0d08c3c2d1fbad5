import { basename, dirname, resolve } from "node:path";
import { expect, UsageError } from "repro-kit";
import { Entry, openPromise } from "yauzl";
import { crc32 } from "../png/checksums.ts";
import { type EntryClaim, refuseUnsafe } from "../zip/refuse-unsafe.ts";
import { byCodeUnits, type ImageSource, isHiddenPath } from "./image-source.ts";

/** Entries that claim more bytes than this are not unpacked. */
const MAX_ENTRY = 2 ** 28;
/** The most that deflate can shrink. */
const MAX_INFLATION = 1032;
const UNIX = 3;

/** What is kept of an entry: yauzl's own holds three buffers more, 2 KB of memory each. */
interface KeptEntry extends EntryClaim {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
}

/** The files of anybody's zip; nothing is unpacked to disk. @throws UsageError if it is no zip, damaged, or has unsafe names. */
export async function openZip(path: string): Promise<ImageSource> {
  const name = basename(path);
  const entries = new Map<string, KeptEntry>();
  const zip = await openPromise(path, { autoClose: false, lazyEntries: true }).catch((error: unknown) =>
    refuse(error, `${name} is no zip that can be read`),
  );
  try {
    const claims: KeptEntry[] = [];
    for await (const entry of zip.eachEntry()) {
      const kept: KeptEntry = {
        name: entry.fileName,
        compressedSize: entry.compressedSize,
        size: entry.uncompressedSize,
        offset: entry.relativeOffsetOfLocalHeader,
        mode: entry.versionMadeBy >> 8 === UNIX ? entry.externalFileAttributes >>> 16 : 0,
        flags: entry.generalPurposeBitFlag,
        method: entry.compressionMethod,
        crc: entry.crc32,
      };
      claims.push(kept);
      if (kept.name.endsWith("/") || isHiddenPath(kept.name)) continue;
      expect(!entries.has(kept.name), "importImages", `${name} has two entries named "${kept.name}". Pack it again.`);
      entries.set(kept.name, kept);
    }
    refuseUnsafe("importImages", claims);
  } catch (error) {
    zip.close();
    const last = [...entries.keys()].at(-1);
    refuse(error, `${name} is damaged or unsafe${last === undefined ? "" : ` after "${last}"`}`);
  }
  return {
    name,
    folder: dirname(resolve(path)),
    paths: [...entries.keys()].sort(byCodeUnits),
    async read(wanted) {
      const kept = entries.get(wanted);
      if (!kept) throw new Error(`bug: no entry ${wanted}.`);
      const { compressedSize, size: uncompressedSize } = kept;
      const entry = Object.assign(new Entry(), {
        fileName: kept.name,
        ...{ compressedSize, uncompressedSize, relativeOffsetOfLocalHeader: kept.offset },
        ...{ generalPurposeBitFlag: kept.flags, compressionMethod: kept.method, crc32: kept.crc },
      });
      expect(!entry.isEncrypted(), "importImages", "the entry is encrypted; unpack the zip with its password first.");
      const isPossible = uncompressedSize <= MAX_ENTRY && uncompressedSize <= (compressedSize + 8) * MAX_INFLATION;
      expect(isPossible, "importImages", `the entry claims ${uncompressedSize} bytes, more than it can hold or is read.`);
      const pieces: Uint8Array[] = [];
      let length = 0;
      try {
        for await (const piece of await zip.openReadStreamPromise(entry)) {
          pieces.push(piece);
          length += piece.length;
          if (length > uncompressedSize) break; // what follows would not be true either
        }
      } catch (error) {
        refuse(error, "the entry is damaged");
      }
      expect(
        length === uncompressedSize,
        "importImages",
        `the entry does not have the ${uncompressedSize} bytes that it claims.`,
      );
      const bytes = Buffer.concat(pieces);
      expect(crc32(bytes) === entry.crc32, "importImages", "the entry is damaged: its checksum is wrong.");
      return bytes;
    },
    close: async () => zip.close(),
  };
}

/** Turns what yauzl and zlib say into a sentence for the user. */
function refuse(error: unknown, what: string): never {
  if (UsageError.isInstance(error)) throw error;
  const refusal = new UsageError(`[importImages] ${what} (${(error as Error).message}).`);
  refusal.cause = error;
  throw refusal;
}
