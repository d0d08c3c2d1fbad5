import { expect } from "repro-kit";

/** Labelled images that are read when wanted; a `DatasetZip` is one. */
export interface ImageSource {
  /** [height, width, channels] */
  readonly imageShape: readonly [number, number, number];
  /** Class of each image, from 0. */
  readonly labels: ArrayLike<number> | null;
  /** The images of these indices, uint8 [n, height, width, channels]. */
  images(indices: readonly number[]): Uint8Array | Promise<Uint8Array>;
}

/** Labelled images in memory. */
export interface ImageArrays {
  readonly imageShape: readonly [number, number, number];
  readonly labels: ArrayLike<number>;
  /** uint8 [n, height, width, channels] */
  readonly images: Uint8Array;
}

export type ClassifierData = ImageSource | ImageArrays;

/** An `ImageSource` whose labels are there and checked. */
export interface LabelledSource extends ImageSource {
  readonly labels: Int32Array;
  readonly count: number;
}

/**
 * Arrays or a source as a checked source.
 *
 * @throws UsageError if there is no image or label, a label is no class, or the sizes do not match.
 */
export function openSource(scope: string, data: ClassifierData, numClasses: number): LabelledSource {
  const { imageShape, labels: given, images } = data;
  expect(
    imageShape?.length === 3 && imageShape.every((size) => Number.isInteger(size) && size >= 1),
    scope,
    `imageShape must be [height, width, channels]; got [${imageShape}].`,
  );
  expect(given, scope, "the images have no labels. Give labels, or a dataset with classes.");
  const labels = Int32Array.from(given);
  const count = labels.length;
  expect(count > 0, scope, "there is no image.");
  labels.forEach((label, i) => {
    expect(
      Number.isInteger(given[i]) && label >= 0 && label < numClasses,
      scope,
      `label of image ${i} must be a class from 0 to ${numClasses - 1}; got ${given[i]}.`,
    );
  });
  if (typeof images === "function") return { imageShape, labels, count, images: images.bind(data) };
  const size = imageShape[0] * imageShape[1] * imageShape[2];
  expect(
    images.length === count * size,
    scope,
    `${count} images of ${imageShape.join("×")} need ${count * size} bytes; got ${images.length}.`,
  );
  return { imageShape, labels, count, images: (indices) => gatherImages(images, indices, size) };
}

/** A part of the images, in the order of `indices`. Nothing is read. */
export function selectImages(data: ClassifierData, indices: readonly number[]): ImageSource {
  const { imageShape, labels, images } = data;
  const size = imageShape[0] * imageShape[1] * imageShape[2];
  const count = labels?.length;
  for (const index of indices)
    expect(
      Number.isInteger(index) && index >= 0 && (count === undefined || index < count),
      "selectImages",
      `no image ${index}; the dataset has ${count}.`,
    );
  return {
    imageShape,
    labels: labels && Int32Array.from(indices, (i) => labels[i]),
    images: (positions) => {
      const wanted = positions.map((position) => indices[position]);
      return typeof images === "function" ? images.call(data, wanted) : gatherImages(images, wanted, size);
    },
  };
}

/** One set behind the other. @throws UsageError if the images differ in shape. */
export function concatenateImages(first: LabelledSource, second: LabelledSource): LabelledSource {
  expect(
    first.imageShape.every((size, axis) => size === second.imageShape[axis]),
    "concatenateImages",
    `images must have one shape; got ${first.imageShape.join("×")} and ${second.imageShape.join("×")}. Resize or convert one set.`,
  );
  const size = first.imageShape[0] * first.imageShape[1] * first.imageShape[2];
  return {
    imageShape: first.imageShape,
    labels: Int32Array.from([...first.labels, ...second.labels]),
    count: first.count + second.count,
    async images(indices) {
      const out = new Uint8Array(indices.length * size);
      for (const { source, offset } of [
        { source: first, offset: 0 },
        { source: second, offset: first.count },
      ]) {
        const own = indices.flatMap((index, at) =>
          index >= offset && index < offset + source.count ? [{ index: index - offset, at }] : [],
        );
        if (own.length === 0) continue;
        const bytes = await source.images(own.map(({ index }) => index));
        own.forEach(({ at }, k) => {
          out.set(bytes.subarray(k * size, (k + 1) * size), at * size);
        });
      }
      return out;
    },
  };
}

function gatherImages(images: Uint8Array, indices: readonly number[], size: number): Uint8Array {
  const out = new Uint8Array(indices.length * size);
  indices.forEach((index, k) => {
    out.set(images.subarray(index * size, (index + 1) * size), k * size);
  });
  return out;
}
