import { type Features, nearestNeighbours, neighbourRadii } from "fid-metrics";
import { once, spreadOver, type WatchKind } from "./watch.ts";

/** Training images that samples are compared with. */
const MOST_IMAGES = 1000;
/** Pixels a side at which they are compared. */
const SIDE = 16;
/** A sample nearer to a training image than this share of the usual distance of two neighbours is a copy to the eye. */
const COPY = 0.3;
/** Share of copies, and their number, that is told. */
const SHARE = 0.05;
const FEWEST = 2;

/**
 * Memorisation: samples that lie far nearer to a training image than training images lie to one another. A quick look at 16×16 pixels;
 * `qgan metrics` has the audit.
 */
export const memorisation: WatchKind = {
  name: "memorisation",
  description: "samples that repeat training images",
  async create({ data: { dataset, train }, say: tell }) {
    const say = once(tell);
    const shape = dataset.imageShape;
    const size = shape[0] * shape[1] * shape[2];
    const chosen = spreadOver(train, MOST_IMAGES);
    if (chosen.length < 3) return {};
    const reals = shrink(await dataset.images(chosen), shape);
    const usual = median(neighbourRadii(reals, 1));
    return {
      async snapshot({ step, pixels }) {
        const { distances, indices } = nearestNeighbours(shrink(pixels, shape), reals);
        const count = pixels.length / size;
        const copies = [...distances.keys()].filter((i) => distances[i] < COPY * usual);
        if (usual > 0 && copies.length >= Math.max(FEWEST, SHARE * count)) {
          const [first] = copies;
          say(
            `Step ${step}: ${copies.length} of ${count} samples nearly repeat a training image (sample ${first}: image ${chosen[indices[first]]}): memorisation. ` +
              "Go on from an earlier snapshot, train with --aug ada or on more images, and run `qgan metrics --neighbours` before you pass images on.",
          );
        }
        return [
          {
            metric: "nearest-training",
            title: "Distance to the nearest training image",
            value: median(distances),
            better: "near",
            realValue: usual,
            protocol: { "generated images": count, "real images": chosen.length, unit: `grey levels at ${SIDE}×${SIDE} (RMS)` },
          },
        ];
      },
    };
  },
};

/** Means of blocks, [count, ≤ 16 · 16 · channels], scaled so that distances are root mean squares. */
function shrink(pixels: Uint8Array, [height, width, channels]: readonly [number, number, number]): Features {
  const count = pixels.length / (height * width * channels);
  const [rows, columns] = [Math.min(SIDE, height), Math.min(SIDE, width)];
  const dimension = rows * columns * channels;
  const sums = new Float64Array(count * dimension);
  const sizes = new Float64Array(rows * columns);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) sizes[Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width)]++;
  for (let i = 0; i < count; i++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const block = Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width);
        for (let c = 0; c < channels; c++)
          sums[i * dimension + block * channels + c] += pixels[((i * height + y) * width + x) * channels + c] / sizes[block];
      }
  return { count, dimension, data: sums.map((value) => value / Math.sqrt(dimension)) };
}

function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1];
}
