import { expect, listKnown } from "repro-kit";
import type { Classifier } from "./classifier.ts";

type Shape = readonly [height: number, width: number, channels: number];

/** A way to look at an image: the same pixels in other places. */
export interface View {
  readonly name: string;
  /** Whether height and width change places, so that only square images can be seen so. */
  readonly turns: boolean;
  /** Where the pixel at (y, x) comes from. */
  source(y: number, x: number, shape: Shape): readonly [y: number, x: number];
}

const view = (name: string, turns: boolean, source: View["source"]): View => ({ name, turns, source });

/** The eight symmetries of a square; a lesion is the same from every side. */
export const views: readonly View[] = [
  view("identity", false, (y, x) => [y, x]),
  view("flip-x", false, (y, x, [, width]) => [y, width - 1 - x]),
  view("flip-y", false, (y, x, [height]) => [height - 1 - y, x]),
  view("rotate-180", false, (y, x, [height, width]) => [height - 1 - y, width - 1 - x]),
  view("transpose", true, (y, x) => [x, y]),
  view("rotate-90", true, (y, x, [, width]) => [x, width - 1 - y]),
  view("rotate-270", true, (y, x, [height]) => [height - 1 - x, y]),
  view("transverse", true, (y, x, [height, width]) => [height - 1 - x, width - 1 - y]),
];

/**
 * A classifier that looks at every image in several ways and answers with the mean of its probabilities.
 *
 * @param chosen - Views, or names of `views`. Cost: one pass each.
 * @throws UsageError for a name that is not known, or views that turn images which are not square.
 */
export function testTimeAugmentation(
  classifier: Classifier,
  chosen: readonly (string | View)[] = ["identity", "flip-x"],
): Classifier {
  const scope = "testTimeAugmentation";
  const { imageShape, classes } = classifier;
  expect(chosen.length > 0, scope, "needs at least one view.");
  const used = chosen.map((given) => {
    const names = views.map(({ name }) => name);
    const found = typeof given === "string" ? views.find(({ name }) => name === given) : given;
    expect(found, scope, () => `no view "${given}"; ${listKnown(String(given), names)}`);
    expect(
      !found.turns || imageShape[0] === imageShape[1],
      scope,
      `"${found.name}" needs square images; these are ${imageShape.join("×")}.`,
    );
    return found;
  });
  expect(new Set(used).size === used.length, scope, `each view counts once; got ${used.map(({ name }) => name).join(", ")}.`);
  return {
    ...classifier,
    async predict(images) {
      const sum = new Float64Array((images.length / sizeOf(imageShape)) * classes.length);
      for (const one of used) {
        const answers = await classifier.predict(seen(one, images, imageShape));
        for (let i = 0; i < sum.length; i++) sum[i] += answers[i] / used.length;
      }
      return sum;
    },
  };
}

const sizeOf = ([height, width, channels]: Shape): number => height * width * channels;

function seen({ source }: View, images: Uint8Array, shape: Shape): Uint8Array {
  const [height, width, channels] = shape;
  const out = new Uint8Array(images.length);
  const size = sizeOf(shape);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [fromY, fromX] = source(y, x, shape);
      const [to, from] = [(y * width + x) * channels, (fromY * width + fromX) * channels];
      for (let start = 0; start < images.length; start += size)
        for (let c = 0; c < channels; c++) out[start + to + c] = images[start + from + c];
    }
  return out;
}
