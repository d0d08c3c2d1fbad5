import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect } from "repro-kit";
import { conv2d, type Params, relu, type WeightFile, type WeightTensor } from "tfjs-train";
import { openTower } from "../extractors/tower-weights.ts";
import type { PathDistance } from "../perceptual-path-length.ts";

/** VGG16's convolutions: number in torchvision's `features`, channels in, channels out. A stage ends with what is compared. */
const STAGES = [
  [
    [0, 3, 64],
    [2, 64, 64],
  ],
  [
    [5, 64, 128],
    [7, 128, 128],
  ],
  [
    [10, 128, 256],
    [12, 256, 256],
    [14, 256, 256],
  ],
  [
    [17, 256, 512],
    [19, 512, 512],
    [21, 512, 512],
  ],
  [
    [24, 512, 512],
    [26, 512, 512],
    [28, 512, 512],
  ],
] as const;
/** ImageNet's colours for images in [−1, 1], as LPIPS rounds them. */
const SHIFT = [-0.03, -0.088, -0.188];
const SCALE = [0.458, 0.448, 0.45];
/** Added to the length of a feature before the division by it. */
const EPSILON = 1e-10;
/** Of a squared length: far below any that has a feature. */
const TINY = 1e-30;
/** Four halvings must leave a pixel. */
const SMALLEST = 16;

const linearName = (stage: number): string => `lin${stage}.model.1.weight`;

/** Names and shapes of the tensors that LPIPS with VGG16 needs, in torch's layout: torchvision's of the network, LPIPS's of its weights. */
export function lpipsTensors(): readonly { readonly name: string; readonly shape: readonly number[] }[] {
  return STAGES.flatMap((stage, s) => [
    ...stage.flatMap(([number, inputs, outputs]) => [
      { name: `features.${number}.weight`, shape: [outputs, inputs, 3, 3] },
      { name: `features.${number}.bias`, shape: [outputs] },
    ]),
    { name: linearName(s), shape: [1, stage[0][2], 1, 1] },
  ]);
}

export interface LpipsOptions {
  /**
   * torchvision's VGG16 (`vgg16-397923af.pth`) and LPIPS's own weights (`lpips/weights/v0.1/vgg.pth`), or the one state dict of
   * `lpips.LPIPS(net="vgg")`.
   */
  readonly weights: WeightFile | readonly WeightFile[];
}

/** LPIPS as a distance for path lengths. */
export interface Lpips extends PathDistance {
  /** Tells weights apart. */
  readonly fingerprint: string;
  /** @param a - [count, height, width, 1 or 3] in [−1, 1], at least 16 pixels a side; `b` alike. @returns [count]. */
  between(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor1D;
  /**
   * What is compared: the squared distance of two rows is LPIPS of the images. Differentiable.
   *
   * @param images - [count, height, width, 1 or 3] in [−1, 1], at least 16 pixels a side. @returns [count, size].
   */
  features(images: tf.Tensor4D): tf.Tensor2D;
  dispose(): void;
}

/**
 * LPIPS, version 0.1, with VGG16: Σ_l mean_hw Σ_c w_lc (x̂_lhwc − ŷ_lhwc)² over the outputs of the five stages, each feature divided by
 * its length.
 *
 * @throws UsageError that tells the first few names that are missing, surplus or of another shape, and how many there are.
 * @see Zhang et al. 2018, arXiv:1801.03924, eq. (1); richzhang/PerceptualSimilarity, lpips/lpips.py.
 */
export function loadLpips(options: LpipsOptions): Lpips {
  const scope = "loadLpips";
  checkOptions(scope, options, ["weights"]);
  const files = "tensors" in options.weights ? [options.weights] : options.weights;
  const tower = openTower({
    scope,
    file: { tensors: Object.assign({}, ...files.map(renamed)), metadata: {} },
    expected: Object.fromEntries(lpipsTensors().map(({ name, shape }) => [name, shape])),
    surplus: (name) => /^(classifier\.|scaling_layer\.|lins\.)/.test(name),
    keep: () => false,
    advice: "Give torchvision's vgg16 and LPIPS's weights/v0.1/vgg.pth, or the state dict of lpips.LPIPS(net=\"vgg\").",
  });
  return {
    name: "LPIPS 0.1, VGG16",
    fingerprint: tower.fingerprint,
    between(a, b) {
      expect(
        String(a.shape) === String(b.shape) && Math.min(a.shape[1], a.shape[2]) >= SMALLEST,
        scope,
        `both images must have one shape, at least ${SMALLEST} pixels a side; got [${a.shape.join(", ")}] and [${b.shape.join(", ")}].`,
      );
      return tf.tidy(() => compare(tower.params(), a, b));
    },
    features(images) {
      expect(
        Math.min(images.shape[1], images.shape[2]) >= SMALLEST,
        scope,
        `images need ${SMALLEST} pixels a side; got [${images.shape.join(", ")}].`,
      );
      return tf.tidy(() => {
        const params = tower.params();
        const rows = stageMaps(params, images).map((map, s) => {
          const [count, height, width] = map.shape;
          const weight = tf.sqrt(tf.relu(tf.reshape(params[linearName(s)], [1, 1, 1, -1]))); // none is below 0 in LPIPS
          return tf.reshape(tf.div(tf.mul(map, weight), Math.sqrt(height * width)), [count, -1]);
        });
        return tf.concat(rows, 1) as tf.Tensor2D;
      });
    },
    dispose: tower.dispose,
  };
}

/** `net.slice3.12.weight`, as the program LPIPS has it, under torchvision's name. */
function renamed({ tensors }: WeightFile): Record<string, WeightTensor> {
  const nameOf = (name: string): string => name.replace(/^net\.slice\d\.(\d+)\./, "features.$1.");
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [nameOf(name), tensor]));
}

function compare(params: Params, a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor1D {
  let distance = tf.zeros([a.shape[0]]) as tf.Tensor1D;
  stageMaps(params, tf.concat([a, b])).forEach((map, s) => {
    const [first, second] = tf.split(map, 2);
    const weighted = tf.mul(tf.square(tf.sub(first, second)), tf.reshape(params[linearName(s)], [1, 1, 1, -1]));
    distance = tf.add(distance, tf.mean(tf.sum(weighted, 3), [1, 2]));
  });
  return distance;
}

/** The output of each stage, every position's features divided by their length. */
function stageMaps(params: Params, images: tf.Tensor4D): tf.Tensor4D[] {
  let x = tf.div(tf.sub(images, SHIFT), SCALE) as tf.Tensor4D; // [count, height, width, 3]; grey spreads to RGB
  return STAGES.map((stage, s) => {
    if (s > 0) x = tf.maxPool(x, 2, 2, "valid");
    for (const [number] of stage) {
      const [weight, bias] = [params[`features.${number}.weight`], params[`features.${number}.bias`]];
      x = relu(conv2d(x, { weight: weight as tf.Tensor4D, bias: bias as tf.Tensor1D }, { padding: 1 })) as tf.Tensor4D; // shapes checked on loading
    }
    // The root of 0 has no slope: the gradient of a position without any feature would be NaN.
    const lengths = tf.sqrt(tf.maximum(tf.sum(tf.square(x), 3, true), TINY));
    return tf.div(x, tf.add(lengths, EPSILON)) as tf.Tensor4D;
  });
}
