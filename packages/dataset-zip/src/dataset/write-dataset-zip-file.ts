import { stat } from "node:fs/promises";
import { checkOptions, expect } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { WRITE_OPTIONS, type WriteDatasetZipOptions } from "./dataset-entries.ts";
import type { LabelledImage } from "./labelled-image.ts";
import { datasetZipPieces } from "./write-dataset-zip.ts";

export interface WriteDatasetZipFileOptions extends WriteDatasetZipOptions {
  /** Replace a file that stands there, once the new one is whole. Default false: refuse. */
  readonly overwrite?: boolean;
}

/** Small pieces are gathered up to this many bytes before they go to the file. */
const BLOCK = 2 ** 20;

/**
 * Writes the bytes of `writeDatasetZip` to a file, image by image: the file appears whole or not at all, whatever happens.
 *
 * @throws UsageError as `writeDatasetZip`, and where the file exists or cannot be written.
 */
export async function writeDatasetZipFile(
  path: string,
  images: Iterable<LabelledImage> | AsyncIterable<LabelledImage>,
  options: WriteDatasetZipFileOptions = {},
): Promise<void> {
  checkOptions("writeDatasetZipFile", options, [...WRITE_OPTIONS, "overwrite"]);
  const { overwrite = false, ...rest } = options;
  const stands = await stat(path).catch(() => undefined);
  expect(!stands?.isDirectory(), "writeDatasetZipFile", `${path} is a folder. Give the name of a file, such as data.zip.`);
  expect(overwrite || !stands, "writeDatasetZipFile", `${path} already exists. Choose another name or remove it.`);
  const pieces: AsyncIterable<Uint8Array> = gather(datasetZipPieces(images, rest));
  await writeFileAtomic(path, pieces);
}

/** The same bytes in blocks. Pieces are copied at once: held until a block is full they would outlive the collector's first rounds. */
async function* gather(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(BLOCK);
  let used = 0;
  for await (const piece of pieces) {
    if (used + piece.length > BLOCK) {
      yield block.subarray(0, used); // the consumer may keep it
      block = new Uint8Array(BLOCK);
      used = 0;
    }
    if (piece.length > BLOCK) yield piece;
    else {
      block.set(piece, used);
      used += piece.length;
    }
  }
  yield block.subarray(0, used);
}
