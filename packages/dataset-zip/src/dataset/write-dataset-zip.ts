import { createZipEncoder } from "../zip/zip-writer.ts";
import { datasetEntries, type WriteDatasetZipOptions } from "./dataset-entries.ts";
import type { LabelledImage } from "./labelled-image.ts";

/**
 * A StyleGAN2-ADA dataset zip: entries `00000/img00000000.png`, stored, and `dataset.json` with labels, classes and
 * provenance. The same images and options give the same bytes.
 *
 * @param images - All of one shape; either all of them labelled or the zip has no labels.
 * @throws UsageError if there is no image, shapes differ, a label has no class, or `signal` is aborted.
 */
export async function writeDatasetZip(
  images: Iterable<LabelledImage> | AsyncIterable<LabelledImage>,
  options: WriteDatasetZipOptions = {},
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of datasetZipPieces(images, options)) pieces.push(piece);
  const zip = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    zip.set(piece, at);
    at += piece.length;
  }
  return zip;
}

/** The bytes of `writeDatasetZip`, piece by piece. */
export async function* datasetZipPieces(
  images: Iterable<LabelledImage> | AsyncIterable<LabelledImage>,
  options: WriteDatasetZipOptions = {},
): AsyncGenerator<Uint8Array> {
  const zip = createZipEncoder();
  for await (const { name, bytes } of datasetEntries(images, options)) yield* zip.entry(name, bytes);
  yield* zip.end();
}
