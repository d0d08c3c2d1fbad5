import * as tf from "@tensorflow/tfjs-core";
import { type Params, relu } from "tfjs-train";
import type { Backbone } from "./backbone.ts";
import { createPass, initFilter, initNorm, type NetworkPass, normaliseForImageNet } from "./network-pass.ts";

interface ResNetPlan {
  readonly name: string;
  /** Blocks of each of the four stages. */
  readonly depths: readonly [number, number, number, number];
  /** Basic: two 3×3 convolutions. Bottleneck: 1×1, 3×3, 1×1 to four times the width. */
  readonly block: "basic" | "bottleneck";
}

interface Block {
  readonly name: string;
  readonly inputs: number;
  readonly width: number;
  readonly outputs: number;
  readonly stride: 1 | 2;
}

const STEM_CHANNELS = 64;
const WIDTHS = [64, 128, 256, 512];
/** One pixel around each image. */
const BORDER: [number, number][] = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0],
];

/**
 * A residual network with torchvision's names, so that its state dicts load as they are. The stride of a bottleneck stands in its
 * 3×3 convolution ("v1.5"), as torchvision and timm have it.
 *
 * Images of any size from 1 px; below 32 px the last stage sees a single pixel.
 */
function createResNet({ name, depths, block: kind }: ResNetPlan): Backbone {
  const expansion = kind === "basic" ? 1 : 4;
  const blocks = listBlocks(depths, expansion);
  const layersOf = kind === "basic" ? basicLayers : bottleneckLayers;
  return {
    name,
    source: "He et al. 2016, Table 1; torchvision's names and strides",
    numFeatures: WIDTHS[3] * expansion,
    stages: ["conv1", "layer1", "layer2", "layer3", "layer4"],
    init(rng, { channels }) {
      const filters: Params[] = [
        { "conv1.weight": initFilter(rng.fork("conv1"), [7, 7, channels, STEM_CHANNELS]), ...initNorm("bn1", STEM_CHANNELS) },
      ];
      for (const block of blocks) {
        layersOf(block).forEach(({ size, inputs, outputs }, i) => {
          const filter = `${block.name}.conv${i + 1}.weight`;
          filters.push({
            [filter]: initFilter(rng.fork(filter), [size, size, inputs, outputs]),
            ...initNorm(`${block.name}.bn${i + 1}`, outputs),
          });
        });
        if (!hasShortcut(block)) continue;
        const filter = `${block.name}.downsample.0.weight`;
        filters.push({
          [filter]: initFilter(rng.fork(filter), [1, 1, block.inputs, block.outputs]),
          ...initNorm(`${block.name}.downsample.1`, block.outputs),
        });
      }
      return Object.assign({}, ...filters);
    },
    features(params, images, options) {
      return tf.tidy(() => {
        const pass = createPass(params, options);
        let x = pass.show("conv1", pass.convolve("conv1", normaliseForImageNet(images), { stride: 2, padding: 3 }));
        x = pass.show("relu", relu(pass.show("bn1", pass.normalise("bn1", x))));
        const bordered = tf.pad(x, BORDER); // of zeros, which after a ReLU is a border of −∞
        x = pass.show("maxpool", tf.maxPool(bordered, 3, 2, "valid"));
        blocks.forEach((block, i) => {
          x = pass.show(block.name, runBlock(pass, block, layersOf(block), x));
          const stage = stageOf(block);
          if (i + 1 === blocks.length || stageOf(blocks[i + 1]) !== stage) x = pass.show(stage, x);
        });
        return { features: tf.mean(x, [1, 2]) as tf.Tensor2D, updates: pass.updates }; // the mean over two of four axes
      });
    },
  };
}

interface Layer {
  readonly size: 1 | 3;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: 1 | 2;
}

function basicLayers({ inputs, width, stride }: Block): Layer[] {
  return [
    { size: 3, inputs, outputs: width, stride },
    { size: 3, inputs: width, outputs: width, stride: 1 },
  ];
}

function bottleneckLayers({ inputs, width, outputs, stride }: Block): Layer[] {
  return [
    { size: 1, inputs, outputs: width, stride: 1 },
    { size: 3, inputs: width, outputs: width, stride },
    { size: 1, inputs: width, outputs, stride: 1 },
  ];
}

function runBlock(pass: NetworkPass, block: Block, layers: readonly Layer[], x: tf.Tensor4D): tf.Tensor4D {
  let y = x;
  layers.forEach(({ size, stride }, i) => {
    const convolved = pass.convolve(`${block.name}.conv${i + 1}`, y, { stride, padding: (size - 1) / 2 });
    const normalised = pass.normalise(`${block.name}.bn${i + 1}`, convolved);
    y = i + 1 === layers.length ? normalised : relu(normalised);
  });
  const { name, stride } = block;
  const shortcut = hasShortcut(block)
    ? pass.normalise(`${name}.downsample.1`, pass.convolve(`${name}.downsample.0`, x, { stride }))
    : x;
  return relu(tf.add(y, shortcut));
}

/** Whether the shortcut is a projection: where size or channels change. */
const hasShortcut = ({ inputs, outputs, stride }: Block): boolean => stride === 2 || inputs !== outputs;

const stageOf = ({ name }: Block): string => name.slice(0, name.indexOf("."));

function listBlocks(depths: readonly number[], expansion: number): Block[] {
  let inputs = STEM_CHANNELS;
  return depths.flatMap((depth, stage) =>
    Array.from({ length: depth }, (_, i): Block => {
      const width = WIDTHS[stage];
      const outputs = width * expansion;
      const block = { name: `layer${stage + 1}.${i}`, inputs, width, outputs, stride: stage > 0 && i === 0 ? 2 : 1 } as const;
      inputs = outputs;
      return block;
    }),
  );
}

/** 11.2 M parameters without head, 1.8 G multiplications at 224 px. */
export const resnet18: Backbone = /* @__PURE__ */ createResNet({ name: "resnet18", depths: [2, 2, 2, 2], block: "basic" });
/** 21.3 M parameters without head, 3.7 G multiplications at 224 px. */
export const resnet34: Backbone = /* @__PURE__ */ createResNet({ name: "resnet34", depths: [3, 4, 6, 3], block: "basic" });
/** 23.5 M parameters without head, 4.1 G multiplications at 224 px. */
export const resnet50: Backbone = /* @__PURE__ */ createResNet({ name: "resnet50", depths: [3, 4, 6, 3], block: "bottleneck" });
