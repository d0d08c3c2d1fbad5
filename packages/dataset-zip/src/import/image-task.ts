import { type ScannedPicture, type ScanTask, scanImage } from "../check/scan-image.ts";
import { type ReadImage, type ReadTask, readImage } from "./read-image.ts";

/** What is done with the bytes of a picture, here or in a thread: plain data. */
export type ImageTask = ReadTask | ScanTask;

/** What comes of it. */
export type ImageResult<T extends ImageTask> = T extends ReadTask ? ReadImage : ScannedPicture;

/** Does it. Never throws for what is wrong with the picture. */
export function runImageTask<T extends ImageTask>(bytes: Uint8Array, task: T): Promise<ImageResult<T>> {
  const result = task.kind === "read" ? readImage(bytes, task) : scanImage(bytes, task);
  return result as Promise<ImageResult<T>>; // the kind of the task is that of the result
}
