import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, UsageError } from "repro-kit";
import { openArrayArchive } from "./array-archive.ts";
import type { ImageSource } from "./image-source.ts";

const SCOPE = "importImages";
/** MNIST itself unpacks to 47 MB; EMNIST's largest part to 547 MB. */
const MAX_BYTES = 2 ** 30;
/** Black that the reference tool puts around MNIST's 28 × 28, so that the sides are 32. */
const MARGIN = 2;

/** Names of files in IDX form, as MNIST, Fashion-MNIST, KMNIST and EMNIST have them. */
export const isIdxName = (path: string): boolean => /images[-.]idx3-ubyte(\.gz)?$/i.test(path);

/**
 * The pictures of an IDX file (MNIST), grey, with two black pixels on each side as the reference tool adds; labels from the
 * file beside it whose name says labels-idx1 in place of images-idx3, if it is there.
 *
 * @throws UsageError where a file is truncated, of another kind, or the two do not fit.
 * @see LeCun, "The MNIST database", file formats; StyleGAN2-ADA dataset_tool.py, open_mnist.
 */
export async function openIdx(path: string): Promise<ImageSource> {
  const { shape, data } = await readIdx(path, 3);
  const [count, height, width] = shape;
  const labelPath = join(dirname(path), basename(path).replace(/images([-.])idx3/i, "labels$1idx1"));
  const labels = await readIdx(labelPath, 1).catch((error: unknown) => {
    if (UsageError.isInstance(error) && isAbsent(error.cause)) return undefined; // pictures without labels
    throw error;
  });
  expect(
    !labels || labels.shape[0] === count,
    SCOPE,
    () =>
      `${basename(path)} holds ${count} images, but ${basename(labelPath)} ${labels?.shape[0]} labels. They belong to different sets.`,
  );
  const [outerHeight, outerWidth] = [height + 2 * MARGIN, width + 2 * MARGIN];
  return openArrayArchive(path, {
    count,
    image(index) {
      const framed = new Uint8Array(outerHeight * outerWidth);
      for (let y = 0; y < height; y++) {
        const from = (index * height + y) * width;
        framed.set(data.subarray(from, from + width), (y + MARGIN) * outerWidth + MARGIN);
      }
      return { data: framed, height: outerHeight, width: outerWidth, channels: 1 };
    },
    ...(labels ? { labels: Array.from(labels.data) } : {}),
  });
}

const isAbsent = (cause: unknown): boolean => (cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT";

async function readIdx(path: string, rank: number): Promise<{ shape: number[]; data: Uint8Array }> {
  const name = basename(path);
  const bytes = await unpack(path, name);
  expect(bytes.length >= 4 + 4 * rank, SCOPE, `${name} is truncated: it has no IDX header.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isBytes = view.getUint16(0) === 0 && bytes[2] === 8 && bytes[3] === rank;
  expect(isBytes, SCOPE, `${name} is no IDX file of bytes with ${rank} axes.`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, length) => product * length, 1);
  const data = bytes.subarray(4 + 4 * rank);
  expect(
    data.length === size,
    SCOPE,
    `${name} must hold ${shape.join(" × ")} bytes; got ${data.length}. It is truncated or damaged.`,
  );
  return { shape, data };
}

async function unpack(path: string, name: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: MAX_BYTES }) : bytes;
  } catch (cause) {
    const refusal = new UsageError(`[${SCOPE}] ${name} cannot be read (${(cause as Error).message}).`);
    refusal.cause = cause;
    throw refusal;
  }
}
