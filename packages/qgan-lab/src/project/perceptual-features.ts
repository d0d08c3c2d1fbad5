import * as tf from "@tensorflow/tfjs-core";
import { backbones, loadBackbone } from "classifier-eval";
import { type DifferentiableExtractor, loadInceptionMaps, loadLpips } from "fid-metrics";
import { createRng, expect, listKnown, UsageError } from "repro-kit";
import { disposeParams, type Params, type WeightFile } from "tfjs-train";
import { digestFile } from "../measure/digest-file.ts";
import { readNetworkFile, towers } from "../measure/measuring-network.ts";

/** Which distance, so that a projection goes on with the one that it was begun with. */
export interface DistanceIdentity {
  /** Of a network, and how it is used: two distances of one name differ in their weights only. */
  readonly name: string;
  /** What the distance is, in a line. */
  readonly description: string;
  /** Of the network's weights, where it has any: SHA-256 of each file, or an extractor's fingerprint. */
  readonly weights?: string;
}

export interface PerceptualFeatures extends DistanceIdentity {
  /** Images [count, height, width, channels] in [−1, 1] → [count, size]; the squared distance of two rows is the distance of the images. */
  features(images: tf.Tensor4D): tf.Tensor2D;
  dispose(): void;
}

/** Images are looked at no larger than this, as in the reference. */
const LARGEST = 256;
const RANDOM_WIDTHS = [16, 32, 64, 64];
const EPSILON = 1e-10;
const SCOPE = "project";

/** What a distance makes of its weights. */
type Opened = Omit<PerceptualFeatures, "name" | "weights">;

/** Distances that need no weights. */
const plainDistances: Readonly<Record<string, () => Opened>> = { random: randomFeatures, pixels: pixelFeatures };

/** Distances by a network's weights; of LPIPS one file or two. Asked for each time: backbones can be registered. */
const networkDistances = (): Readonly<Record<string, (files: readonly WeightFile[]) => Opened>> => ({
  lpips: lpipsFeatures,
  inception: ([weights]) => inceptionFeatures(weights),
  ...Object.fromEntries(Object.entries(towers).map(([name, open]) => [name, ([weights]) => ownedFeatures(open(weights))])),
  ...Object.fromEntries(backbones.names().map((name) => [name, ([weights]) => backboneFeatures(name, weights)])),
});

/** Names that `--distance` takes. */
export const distanceNames = (): string[] => [...Object.keys(plainDistances), ...Object.keys(networkDistances())];

/**
 * A distance between images, by name or of any extractor with a gradient: "random" compares features of four random convolutions,
 * "pixels" the pixels, neither is perceptual; "lpips", "inception" and the backbones of classifier-eval compare what these networks see
 * at each position; "dinov2", "clip" and an extractor the feature vectors of whole images, at unit length: 2 − 2·cos of their angle.
 *
 * @throws UsageError for a name that is not known, a network without its weights or with another's, an extractor without a gradient.
 * @see Zhang et al. 2018, arXiv:1801.03924, Eq. 1, without learned weights of the channels but in "lpips"; random networks: Table 5 there.
 */
export async function createPerceptualFeatures(
  distance: string | DifferentiableExtractor,
  weights: string | undefined,
): Promise<PerceptualFeatures> {
  if (typeof distance !== "string") {
    expect(weights === undefined, SCOPE, "weights belong to a distance by name; an extractor has its own.");
    return givenFeatures(distance);
  }
  const known = distanceNames();
  expect(known.includes(distance), SCOPE, () => `no distance "${distance}"; ${listKnown(distance, known)}`);
  const plain = plainDistances[distance];
  if (plain) {
    expect(weights === undefined, SCOPE, `--weights belongs to a network; the distance "${distance}" has none.`);
    return { name: distance, ...plain() };
  }
  expect(
    weights !== undefined,
    SCOPE,
    `the distance "${distance}" needs the network's weights: give a state dict with --weights <file>, or take --distance random.`,
  );
  const paths = distance === "lpips" ? weights.split(",") : [weights];
  try {
    const files = [];
    for (const path of paths) files.push(await readNetworkFile(path));
    const { description, ...opened } = networkDistances()[distance](files.map((file) => file.weights));
    const digests = [];
    for (const { numbers } of files) digests.push(await digestFile(numbers));
    return {
      name: distance,
      ...opened,
      description: `${description}, with the weights of ${weights}`,
      weights: digests.join(","),
    };
  } catch (cause) {
    throw UsageError.isInstance(cause) && !cause.message.includes(paths[0])
      ? new UsageError(`${cause.message} (${weights})`, { cause })
      : cause;
  }
}

function pixelFeatures(): Opened {
  return {
    description: "mean squared difference of the pixels in [−1, 1]",
    features: (images) =>
      tf.tidy(() => {
        const small = reduced(images);
        const [count, height, width, channels] = small.shape;
        return tf.div(tf.reshape(small, [count, -1]), Math.sqrt(height * width * channels)) as tf.Tensor2D; // elementwise
      }),
    dispose: () => {},
  };
}

function backboneFeatures(name: string, weights: WeightFile): Opened {
  const backbone = backbones.resolve(name);
  const { params, channels } = loadBackbone(backbone, weights);
  return {
    description: `features of ${name}, every position at unit length`,
    features: (images) =>
      tf.tidy(() => {
        const rows: tf.Tensor2D[] = [];
        const colour = images.shape[3] === channels ? images : (tf.tile(images, [1, 1, 1, channels]) as tf.Tensor4D); // grey
        const tap = (part: string, x: tf.Tensor4D): tf.Tensor4D => {
          // Kept: the backbone tidies up after itself.
          if (backbone.stages.includes(part)) rows.push(tf.keep(tf.tidy(() => unitRows(x))));
          return x;
        };
        backbone.features(params, reduced(colour), { training: false, tap });
        const all = tf.concat(rows, 1);
        tf.dispose(rows);
        return all;
      }),
    dispose: () => disposeParams(params),
  };
}

/** LPIPS itself, with its weights of the channels: what the reference projects by. */
function lpipsFeatures(weights: readonly WeightFile[]): Opened {
  const lpips = loadLpips({ weights });
  return {
    description: lpips.name,
    features: (images) => tf.tidy(() => lpips.features(reduced(images))),
    dispose: () => lpips.dispose(),
  };
}

function inceptionFeatures(weights: WeightFile): Opened {
  const maps = loadInceptionMaps(weights);
  return {
    description: "features of FID's Inception, every position at unit length",
    features: (images) => tf.tidy(() => tf.concat(maps.apply(reduced(images)).map(unitRows), 1)),
    dispose: () => maps.dispose(),
  };
}

/** An extractor's features at unit length; it sees images at its own size, not at ours. */
function ownedFeatures(extractor: DifferentiableExtractor): Opened {
  const { name, tap, mode, resize } = extractor;
  return {
    description: `features of ${name} (${tap}; ${mode}; resize: ${resize}; here in float32) at unit length: squared, 2 − 2·cos of their angle`,
    features: (images) => tf.tidy(() => unitLength(extractor.features(images), 1)),
    dispose: () => extractor.dispose(),
  };
}

/** The same of an extractor that stays its owner's. */
function givenFeatures(extractor: DifferentiableExtractor): PerceptualFeatures {
  const { name, tap, mode, resize, fingerprint } = extractor;
  expect(
    typeof extractor.features === "function",
    SCOPE,
    `the extractor "${name}" must have features with a gradient, as createFunctionExtractor, createDinov2Extractor and createClipExtractor ` +
      'give them; it has none. FID\'s Inception is the distance "inception".',
  );
  return { ...ownedFeatures(extractor), name: `${name}, ${tap}, ${mode}, ${resize}`, weights: fingerprint, dispose: () => {} };
}

function randomFeatures(): Opened {
  const filters: Record<string, tf.Tensor> = {};
  const filterOf = (layer: number, inputs: number): tf.Tensor4D => {
    const name = `${layer}.${inputs}`;
    const outputs = RANDOM_WIDTHS[layer];
    if (!filters[name]) {
      const values = new Float32Array(9 * inputs * outputs);
      createRng(0)
        .fork("perceptual", layer)
        .fillNormal(values, 0, Math.sqrt(2 / (9 * inputs)));
      filters[name] = tf.keep(tf.tensor4d(values, [3, 3, inputs, outputs]));
    }
    return filters[name] as tf.Tensor4D; // made above
  };
  return {
    description: "features of four random convolutions (seed 0), every position at unit length; not perceptual",
    features: (images) =>
      tf.tidy(() => {
        let x = reduced(images);
        const seen: tf.Tensor4D[] = [];
        for (const [layer] of RANDOM_WIDTHS.entries()) {
          if (Math.min(x.shape[1], x.shape[2]) < 2) break;
          x = tf.relu(tf.conv2d(x, filterOf(layer, x.shape[3]), layer === 0 ? 1 : 2, "same"));
          seen.push(x);
        }
        return tf.concat(seen.map(unitRows), 1);
      }),
    dispose: () => disposeParams(filters as Params),
  };
}

/** Every position's features at unit length, and scaled so that the squared distance is a mean over the positions. */
function unitRows(map: tf.Tensor4D): tf.Tensor2D {
  const [count, height, width] = map.shape;
  return tf.div(tf.reshape(unitLength(map, 3), [count, -1]), Math.sqrt(height * width)) as tf.Tensor2D; // elementwise
}

const unitLength = <T extends tf.Tensor>(x: T, axis: number): T =>
  tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), axis, true), EPSILON)));

/** Large images by the mean over squares, so that they are looked at no larger than 256 pixels. */
function reduced(images: tf.Tensor4D): tf.Tensor4D {
  const [count, height, width, channels] = images.shape;
  const factor = Math.max(1, Math.floor(Math.max(height, width) / LARGEST));
  if (factor === 1) return tf.clone(images);
  const squares = tf.reshape(images, [count, height / factor, factor, width / factor, factor * channels]);
  const rows = tf.reshape(tf.mean(squares, 2), [count, height / factor, width / factor, factor, channels]);
  return tf.mean(rows, 3) as tf.Tensor4D; // two of six axes are gone
}
