import * as tf from "@tensorflow/tfjs-core";
import { backbones, loadBackbone } from "classifier-eval";
import { loadInceptionMaps, loadLpips } from "fid-metrics";
import { createRng, expect, listKnown } from "repro-kit";
import { disposeParams, type Params, type WeightFile } from "tfjs-train";
import { readWeightsFile } from "tfjs-train/node";

export interface PerceptualFeatures {
  /** What the distance is, in a line. */
  readonly description: string;
  /** Images [count, height, width, channels] in [−1, 1] → [count, size]; the squared distance of two rows is the distance of the images. */
  features(images: tf.Tensor4D): tf.Tensor2D;
  dispose(): void;
}

/** Images are looked at no larger than this, as in the reference. */
const LARGEST = 256;
const RANDOM_WIDTHS = [16, 32, 64, 64];
const EPSILON = 1e-10;
const SCOPE = "project";

/** Names that need no weights. */
const PLAIN_DISTANCES = ["random", "pixels"] as const;
/** Networks of fid-metrics. */
const NETWORKS = ["lpips", "inception"];

/**
 * A distance between images by name: "random" compares features of four random convolutions, "pixels" the pixels, "lpips"
 * and "inception" those networks, and a backbone of classifier-eval a trained network, each position's features at unit length.
 *
 * @throws UsageError for a name that is not known, or a backbone without its weights.
 * @see Zhang et al. 2018, arXiv:1801.03924, Eq. 1, without learned weights of the channels but in "lpips"; random networks: Table 5 there.
 */
export async function createPerceptualFeatures(name: string, weights: string | undefined): Promise<PerceptualFeatures> {
  const isPlain = (PLAIN_DISTANCES as readonly string[]).includes(name);
  expect(!isPlain || weights === undefined, SCOPE, `--weights belongs to a network; the distance "${name}" has none.`);
  if (name === "pixels")
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
  if (name === "random") return randomFeatures();
  const known = [...PLAIN_DISTANCES, ...NETWORKS, ...backbones.names()];
  expect(known.includes(name), SCOPE, () => `no distance "${name}"; ${listKnown(name, known)}`);
  expect(
    weights !== undefined,
    SCOPE,
    `the distance "${name}" needs the network's weights: give a state dict with --weights <file>, or take --distance random.`,
  );
  if (name === "lpips") return lpipsFeatures(weights);
  if (name === "inception") return inceptionFeatures(weights);
  const backbone = backbones.resolve(name);
  const { params, channels } = loadBackbone(backbone, await readWeightsFile(weights));
  return {
    description: `features of ${name} with the weights of ${weights}, every position at unit length`,
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
async function lpipsFeatures(weights: string): Promise<PerceptualFeatures> {
  const files: WeightFile[] = [];
  for (const path of weights.split(",")) files.push(await readWeightsFile(path));
  const lpips = loadLpips({ weights: files });
  return {
    description: `${lpips.name}, with the weights of ${weights}`,
    features: (images) => tf.tidy(() => lpips.features(reduced(images))),
    dispose: () => lpips.dispose(),
  };
}

async function inceptionFeatures(weights: string): Promise<PerceptualFeatures> {
  const maps = loadInceptionMaps(await readWeightsFile(weights));
  return {
    description: `features of FID's Inception with the weights of ${weights}, every position at unit length`,
    features: (images) => tf.tidy(() => tf.concat(maps.apply(reduced(images)).map(unitRows), 1)),
    dispose: () => maps.dispose(),
  };
}

function randomFeatures(): PerceptualFeatures {
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
    description: "features of four random convolutions (seed 0), every position at unit length",
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
  const length = tf.sqrt(tf.add(tf.sum(tf.square(map), 3, true), EPSILON));
  return tf.div(tf.reshape(tf.div(map, length), [count, -1]), Math.sqrt(height * width)) as tf.Tensor2D; // elementwise
}

/** Large images by the mean over squares, so that they are looked at no larger than 256 pixels. */
function reduced(images: tf.Tensor4D): tf.Tensor4D {
  const [count, height, width, channels] = images.shape;
  const factor = Math.max(1, Math.floor(Math.max(height, width) / LARGEST));
  if (factor === 1) return tf.clone(images);
  const squares = tf.reshape(images, [count, height / factor, factor, width / factor, factor * channels]);
  const rows = tf.reshape(tf.mean(squares, 2), [count, height / factor, width / factor, factor, channels]);
  return tf.mean(rows, 3) as tf.Tensor4D; // two of six axes are gone
}
