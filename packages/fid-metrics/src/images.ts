import * as tf from "@tensorflow/tfjs-core";
import { expect } from "repro-kit";

/** uint8 images of one size, row-major [count, height, width, channels], 1 (grey) or 3 channels (RGB). */
export interface ImageArray {
  readonly data: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** uint8 images, or a tensor [count, height, width, channels] in [−1, 1], which is quantised first. */
export type Images = ImageArray | tf.Tensor4D;

/** All images at once, or batch by batch. Tensors stay the caller's. */
export type ImageSource = Images | Iterable<Images> | AsyncIterable<Images>;

/** What happens to images in [−1, 1], for the protocol. */
export const QUANTISATION = "uint8: floor(clip(127.5·x + 128, 0, 255))";

/**
 * Images in [−1, 1] as the uint8 that the reference programs see when a generator saves PNG files:
 * floor(clip(127.5·x + 128, 0, 255)). uint8 u mapped to u/127.5 − 1 comes back as u.
 *
 * @param images - [count, height, width, channels] in [−1, 1]; kept by the caller.
 * @throws UsageError if a value is NaN or infinite.
 * @see torchvision's `save_image` and StyleGAN2-ADA's `generate.py`, the same rounding.
 */
export async function quantiseImages(images: tf.Tensor4D): Promise<ImageArray> {
  const [count, height, width, channels] = images.shape;
  const values = await images.data();
  const data = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    expect(Number.isFinite(values[i]), "quantiseImages", () => `image values must be finite; got ${values[i]} at index ${i}.`);
    data[i] = Math.max(0, Math.min(255, Math.floor(values[i] * 127.5 + 128)));
  }
  return { data, count, height, width, channels };
}

/**
 * Cuts a source into batches of `batchSize` images; only the last may be smaller. So what follows sees the same batches
 * however the source is cut.
 *
 * @throws UsageError if there is no image, sizes are mixed, or an array's length does not fit its shape.
 */
export async function* batchImages(source: ImageSource, batchSize: number): AsyncGenerator<ImageArray> {
  expect(Number.isInteger(batchSize) && batchSize >= 1, "images", `batchSize must be an integer ≥ 1; got ${batchSize}.`);
  let first: ImageArray | undefined;
  let waiting: Uint8Array[] = []; // one image each
  for await (const part of eachPart(source)) {
    const images = part instanceof tf.Tensor ? await quantiseImages(part) : part;
    checkImages(images);
    first ??= images;
    const isSame = images.height === first.height && images.width === first.width && images.channels === first.channels;
    expect(
      isSame,
      "images",
      () => `all images must have one size; got ${describeSize(first as ImageArray)} and ${describeSize(images)}.`,
    );
    const size = images.height * images.width * images.channels;
    for (let i = 0; i < images.count; i++) {
      waiting.push(images.data.subarray(i * size, (i + 1) * size));
      if (waiting.length < batchSize) continue;
      yield joinImages(waiting, first);
      waiting = [];
    }
  }
  expect(first, "images", "at least one image is needed; got none.");
  if (waiting.length > 0) yield joinImages(waiting, first);
}

/** All images of a source in one array. */
export async function collectImages(source: ImageSource): Promise<ImageArray> {
  const batches: ImageArray[] = [];
  for await (const batch of batchImages(source, 64)) batches.push(batch);
  const joined = joinImages(
    batches.map(({ data }) => data),
    batches[0],
  );
  return { ...joined, count: batches.reduce((sum, { count }) => sum + count, 0) };
}

/** Number of images where it is known without reading them. */
export function countImages(source: ImageSource): number | undefined {
  if (source instanceof tf.Tensor) return source.shape[0];
  if ("data" in source) return source.count;
  return undefined;
}

function eachPart(source: ImageSource): Iterable<Images> | AsyncIterable<Images> {
  return source instanceof tf.Tensor || "data" in source ? [source] : source;
}

function checkImages({ data, count, height, width, channels }: ImageArray): void {
  expect(channels === 1 || channels === 3, "images", `images must have 1 or 3 channels; got ${channels}.`);
  const length = count * height * width * channels;
  const shape = `${count} × ${height} × ${width} × ${channels}`;
  expect(
    data instanceof Uint8Array && data.length === length,
    "images",
    `expected ${length} bytes for ${shape}; got ${data.length}.`,
  );
}

const describeSize = ({ height, width, channels }: ImageArray): string => `${height}×${width}×${channels}`;

function joinImages(parts: readonly Uint8Array[], { height, width, channels }: ImageArray): ImageArray {
  const data = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    data.set(part, offset);
    offset += part.length;
  }
  return { data, count: parts.length, height, width, channels };
}
