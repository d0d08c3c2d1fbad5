import { openByteFile } from "../zip/byte-file.ts";
import { type DatasetZip, openDatasetZip } from "./open-dataset-zip.ts";

/**
 * Opens a StyleGAN2-ADA dataset zip on disk; images are read from it when asked for. Call `close` at the end.
 *
 * @throws UsageError as `openDatasetZip` (the message begins with the path), and where there is no such file.
 */
export async function openDatasetZipFile(path: string): Promise<DatasetZip> {
  const source = await openByteFile(path);
  try {
    return await openDatasetZip(source);
  } catch (error) {
    await source.close();
    if (error instanceof Error) error.message = `${path}: ${error.message}`;
    throw error;
  }
}
