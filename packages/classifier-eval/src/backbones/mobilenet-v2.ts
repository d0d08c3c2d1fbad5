import * as tf from "@tensorflow/tfjs-core";
import type { Rng } from "repro-kit";
import type { Params } from "tfjs-train";
import type { Backbone } from "./backbone.ts";
import { createPass, initFilter, initNorm, type NetworkPass, normaliseForImageNet } from "./network-pass.ts";

/** Sandler et al. 2018, Table 2: expansion t, channels c, repeats n, stride s of each group of blocks. */
const GROUPS: readonly (readonly [expansion: number, channels: number, repeats: number, stride: 1 | 2])[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];
const STEM_CHANNELS = 32;
const NUM_FEATURES = 1280;

interface MobileNetV2Plan {
  readonly name: string;
  readonly source: string;
  /** "torch": half the filter on each side. "tensorflow": its rule "SAME". */
  readonly padding: "torch" | "tensorflow";
  /** Batch norm after every convolution, or a bias in its place (folded into the filters). */
  readonly normalisation: "batch" | "folded";
  readonly dropout?: number;
  /** What is done with images in [−1, 1] before the first convolution. */
  readonly prepare: (images: tf.Tensor4D) => tf.Tensor4D;
}

interface Layer {
  /** Of the convolution. */
  readonly name: string;
  /** Of the batch norm behind it. */
  readonly norm: string;
  readonly kind: "full" | "depthwise" | "pointwise";
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: 1 | 2;
  /** ReLU6 behind it; the last of a block is linear. */
  readonly isActivated: boolean;
}

interface Block {
  /** "features.3" */
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly hasShortcut: boolean;
}

/** MobileNetV2 1.0 with torchvision's names: `features.0` is the stem, 1 to 17 are the blocks, 18 is the last convolution. */
function createMobileNetV2({ name, source, padding, normalisation, dropout, prepare }: MobileNetV2Plan): Backbone {
  const blocks = listBlocks();
  const isFolded = normalisation === "folded";
  return {
    name,
    source,
    numFeatures: NUM_FEATURES,
    ...(dropout === undefined ? {} : { dropout }),
    stages: blocks.map((block) => block.name),
    init(rng, { channels }) {
      const layers = blocks.flatMap((block) => block.layers);
      return Object.assign(
        {},
        ...layers.map((layer, i) => initLayer(rng, i === 0 ? { ...layer, inputs: channels } : layer, isFolded)),
      );
    },
    features(params, images, options) {
      return tf.tidy(() => {
        const pass = createPass(params, options);
        let x = prepare(images);
        for (const { name: block, layers, hasShortcut } of blocks) {
          let y = x;
          for (const layer of layers) y = runLayer(pass, layer, y, { padding, isFolded });
          x = pass.show(block, hasShortcut ? tf.add(x, y) : y);
        }
        return { features: tf.mean(x, [1, 2]) as tf.Tensor2D, updates: pass.updates }; // the mean over two of four axes
      });
    },
  };
}

function runLayer(
  pass: NetworkPass,
  { name, norm, kind, stride, isActivated }: Layer,
  x: tf.Tensor4D,
  { padding, isFolded }: { padding: "torch" | "tensorflow"; isFolded: boolean },
): tf.Tensor4D {
  const full = { stride, padding: padding === "tensorflow" ? "same" : 1 } as const;
  const convolved =
    kind === "depthwise"
      ? pass.convolveDepthwise(name, x, { stride, padding })
      : pass.convolve(name, x, kind === "full" ? full : {});
  const normalised = isFolded ? convolved : pass.normalise(norm, convolved);
  return isActivated ? tf.relu6(normalised) : normalised;
}

function initLayer(rng: Rng, { name, norm, kind, inputs, outputs }: Layer, isFolded: boolean): Params {
  const size = kind === "pointwise" ? 1 : 3;
  const filter = initFilter(rng.fork(name), [size, size, kind === "depthwise" ? 1 : inputs, outputs]);
  return {
    [`${name}.weight`]: filter,
    ...(isFolded ? { [`${name}.bias`]: tf.zeros([outputs]) } : initNorm(norm, outputs)),
  };
}

function listBlocks(): Block[] {
  const single = (name: string, layer: Pick<Layer, "kind" | "inputs" | "outputs" | "stride">): Block => ({
    name,
    layers: [{ ...layer, name: `${name}.0`, norm: `${name}.1`, isActivated: true }],
    hasShortcut: false,
  });
  const blocks = [single("features.0", { kind: "full", inputs: 3, outputs: STEM_CHANNELS, stride: 2 })];
  let inputs = STEM_CHANNELS;
  for (const [expansion, channels, repeats, firstStride] of GROUPS)
    for (let i = 0; i < repeats; i++) {
      const block = invertedResidual(`features.${blocks.length}`, {
        inputs,
        outputs: channels,
        expansion,
        stride: i === 0 ? firstStride : 1,
      });
      blocks.push(block);
      inputs = channels;
    }
  blocks.push(single(`features.${blocks.length}`, { kind: "pointwise", inputs, outputs: NUM_FEATURES, stride: 1 }));
  return blocks;
}

/** 1×1 to `expansion` times the channels, 3×3 each channel by itself, 1×1 down, linear. */
function invertedResidual(
  name: string,
  { inputs, outputs, expansion, stride }: { inputs: number; outputs: number; expansion: number; stride: 1 | 2 },
): Block {
  const hidden = inputs * expansion;
  const activated = (index: number): Pick<Layer, "name" | "norm" | "isActivated"> => ({
    name: `${name}.conv.${index}.0`,
    norm: `${name}.conv.${index}.1`,
    isActivated: true,
  });
  const expand: Layer[] = expansion === 1 ? [] : [{ ...activated(0), kind: "pointwise", inputs, outputs: hidden, stride: 1 }];
  const at = expand.length;
  return {
    name,
    layers: [
      ...expand,
      { ...activated(at), kind: "depthwise", inputs: hidden, outputs: hidden, stride },
      {
        name: `${name}.conv.${at + 1}`,
        norm: `${name}.conv.${at + 2}`,
        kind: "pointwise",
        inputs: hidden,
        outputs,
        stride: 1,
        isActivated: false,
      },
    ],
    hasShortcut: stride === 1 && inputs === outputs,
  };
}

const SOURCE = "Sandler et al. 2018, Table 2";

/** 2.2 M parameters without head, 0.3 G multiplications at 224 px; torchvision's names, padding and preparation. */
export const mobilenetV2: Backbone = /* @__PURE__ */ createMobileNetV2({
  name: "mobilenet-v2",
  source: `${SOURCE}; torchvision's names`,
  padding: "torch",
  normalisation: "batch",
  dropout: 0.2,
  prepare: normaliseForImageNet,
});

/**
 * The same as TensorFlow trained it: padding "SAME", images in [−1, 1] as they are, batch norm folded into filters and biases. Its
 * weights come from `readTensorflowMobileNetV2`.
 */
export const mobilenetV2Tensorflow: Backbone = /* @__PURE__ */ createMobileNetV2({
  name: "mobilenet-v2-tensorflow",
  source: `${SOURCE}; TensorFlow's padding, batch norm folded`,
  padding: "tensorflow",
  normalisation: "folded",
  prepare: (images) => images,
});
