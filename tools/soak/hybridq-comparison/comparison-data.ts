import { join } from "node:path";
import { type DatasetZip, type LabelledImage, openDatasetZip, writeDatasetZip } from "dataset-zip";
import { importImages } from "dataset-zip/node";
import type { ImageArray } from "fid-metrics";
import { expect } from "repro-kit";

const CLASS = "mel";
const SIZE = 64;

export interface ComparisonData {
  /** The training images, to be drawn from. */
  readonly train: DatasetZip;
  readonly trainImages: ImageArray;
  /** Images of the published test folder that share no lesion with the training images. */
  readonly testImages: ImageArray;
}

/**
 * Melanoma at 64×64 (Lanczos) from `data/skin-ham10000` of the shared folder. The published train and test folders share
 * lesions; test images of those are left out.
 *
 * @param count - At most so many of each are measured; all training images are trained on.
 */
export async function loadComparisonData(shared: string, count: number): Promise<ComparisonData> {
  const source = join(shared, "data", "skin-ham10000");
  const labels = join(source, "labels.csv");
  const train: LabelledImage[] = [];
  const test: LabelledImage[] = [];
  for await (const image of await importImages({
    source,
    labels,
    classes: [CLASS],
    group: "lesion_id",
    size: SIZE,
    filter: "lanczos",
  }))
    (image.source?.startsWith("train/") ? train : test).push(image);
  const lesions = new Set(train.map(({ group }) => group));
  const disjoint = test.filter(({ group }) => !lesions.has(group));
  expect(train.length > 0 && disjoint.length > 1, "hybridq-comparison", `no images of ${CLASS} in ${source}.`);
  return {
    train: await openDatasetZip(await writeDatasetZip(train, { classes: [CLASS] })),
    trainImages: stackImages(train.slice(0, count)),
    testImages: stackImages(disjoint.slice(0, count)),
  };
}

function stackImages(images: readonly LabelledImage[]): ImageArray {
  const { height, width, channels } = images[0].pixels;
  const data = new Uint8Array(images.length * height * width * channels);
  images.forEach(({ pixels }, i) => {
    data.set(pixels.data, i * height * width * channels);
  });
  return { data, count: images.length, height, width, channels };
}
