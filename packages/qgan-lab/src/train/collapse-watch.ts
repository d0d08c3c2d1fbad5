import { pairwiseDistance } from "fid-metrics";
import type { TrainingData } from "../run-folder/training-data.ts";

/** Mean distance between images, by which a collapse is seen before any FID is measured. */
export interface CollapseWatch {
  /** That of real images, in grey levels. */
  readonly real: number;
  /** Images that `real` was measured on. */
  readonly numReal: number;
  /** That of generated ones; says so when they are nearly alike. */
  look(pixels: Uint8Array, place: { readonly step: number; readonly fraction: number }): Promise<number>;
}

const MOST_IMAGES = 64;
/** Below this share of the real images' spread, samples look alike to the eye. */
const ALIKE = 0.2;
/** Early samples are alike in every run. */
const FROM_FRACTION = 0.25;
const FROM_STEP = 100;

export async function createCollapseWatch(
  { dataset, train }: Pick<TrainingData, "dataset" | "train">,
  say: (text: string) => void,
): Promise<CollapseWatch> {
  const [height, width, channels] = dataset.imageShape;
  const size = height * width * channels;
  const spread = (data: Uint8Array) => pairwiseDistance({ data, count: data.length / size, height, width, channels });
  const chosen = train.slice(0, MOST_IMAGES);
  const real = await spread(await dataset.images(chosen));
  let hasWarned = false;
  return {
    real,
    numReal: chosen.length,
    async look(pixels, { step, fraction }) {
      if (pixels.length < 2 * size) return Number.NaN;
      const value = await spread(pixels);
      if (value < ALIKE * real && fraction >= FROM_FRACTION && step >= FROM_STEP && !hasWarned) {
        hasWarned = true;
        say(
          `Step ${step}: the samples are nearly alike (spread ${value.toFixed(1)}, real images ${real.toFixed(1)}): mode collapse. ` +
            "Try a wider noise range, a lower discriminator rate, or another seed.",
        );
      }
      return value;
    },
  };
}
