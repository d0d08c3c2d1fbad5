import * as tf from "@tensorflow/tfjs-core";
import type { Rng } from "repro-kit";
import { type Params, sigmoid } from "tfjs-train";
import type { Backbone } from "./backbone.ts";
import { createPass, initFilter, initNorm, type NetworkPass, normaliseForImageNet } from "./network-pass.ts";

/** Tan & Le 2019, Table 1: expansion, filter size, stride, channels and repeats of each group of blocks. */
const GROUPS: readonly (readonly [expansion: number, size: 3 | 5, stride: 1 | 2, channels: number, repeats: number])[] = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
];
const STEM_CHANNELS = 32;
const NUM_FEATURES = 1280;
/** Of leaving a block out: rises along the blocks from 0 towards this. @see Huang et al. 2016, eq. 4; torchvision's value. */
const MOST_DROPPED = 0.2;
const DROPOUT = 0.2;

interface Block {
  /** "features.2.0" */
  readonly name: string;
  readonly inputs: number;
  readonly hidden: number;
  readonly outputs: number;
  readonly size: 3 | 5;
  readonly stride: 1 | 2;
  /** Channels between the two layers of the squeeze-and-excitation: a quarter of the block's inputs. */
  readonly squeezed: number;
  /** Probability with which training leaves the block out, its shortcut standing. */
  readonly dropped: number;
}

const silu = (x: tf.Tensor4D): tf.Tensor4D => tf.mul(x, sigmoid(x));
const hasExpansion = ({ inputs, hidden }: Block): boolean => hidden !== inputs;

/** Names of a block's layers: without an expansion the others move up. */
function layerNames(block: Block) {
  const at = hasExpansion(block) ? 1 : 0;
  const layer = (index: number) => `${block.name}.block.${index}`;
  return { expand: layer(0), depthwise: layer(at), excite: layer(at + 1), project: layer(at + 2) };
}

function runBlock(pass: NetworkPass, block: Block, x: tf.Tensor4D): tf.Tensor4D {
  const { expand, depthwise, excite, project } = layerNames(block);
  const { stride } = block;
  let y = x;
  if (hasExpansion(block)) y = silu(pass.normalise(`${expand}.1`, pass.convolve(`${expand}.0`, y)));
  y = silu(pass.normalise(`${depthwise}.1`, pass.convolveDepthwise(`${depthwise}.0`, y, { stride, padding: "torch" })));
  const means = tf.mean(y, [1, 2], true) as tf.Tensor4D; // [batch, 1, 1, hidden]
  const gate = sigmoid(pass.convolve(`${excite}.fc2`, silu(pass.convolve(`${excite}.fc1`, means))));
  y = pass.normalise(`${project}.1`, pass.convolve(`${project}.0`, tf.mul(y, gate)));
  return hasShortcut(block) ? tf.add(x, pass.dropBranch(block.name, y, block.dropped)) : y;
}

function initBlock(rng: Rng, block: Block): Params {
  const { expand, depthwise, excite, project } = layerNames(block);
  const { inputs, hidden, outputs, size, squeezed } = block;
  const layer = (name: string, shape: [number, number, number, number]): Params => ({
    [`${name}.0.weight`]: initFilter(rng.fork(name), shape),
    ...initNorm(`${name}.1`, shape[3]),
  });
  const biased = (name: string, from: number, to: number): Params => ({
    [`${name}.weight`]: initFilter(rng.fork(name), [1, 1, from, to]),
    [`${name}.bias`]: tf.zeros([to]),
  });
  return {
    ...(hasExpansion(block) ? layer(expand, [1, 1, inputs, hidden]) : {}),
    ...layer(depthwise, [size, size, 1, hidden]),
    ...biased(`${excite}.fc1`, hidden, squeezed),
    ...biased(`${excite}.fc2`, squeezed, hidden),
    ...layer(project, [1, 1, hidden, outputs]),
  };
}

function listStages(): { readonly name: string; readonly blocks: readonly Block[] }[] {
  const numBlocks = GROUPS.reduce((sum, [, , , , repeats]) => sum + repeats, 0);
  let inputs = STEM_CHANNELS;
  let index = 0;
  return GROUPS.map(([expansion, size, stride, channels, repeats], g) => ({
    name: `features.${g + 1}`,
    blocks: Array.from({ length: repeats }, (_, i): Block => {
      const block: Block = {
        name: `features.${g + 1}.${i}`,
        inputs,
        hidden: inputs * expansion,
        outputs: channels,
        size,
        stride: i === 0 ? stride : 1,
        squeezed: Math.max(1, Math.floor(inputs / 4)),
        dropped: (MOST_DROPPED * index++) / numBlocks,
      };
      inputs = channels;
      return block;
    }),
  }));
}

const hasShortcut = ({ stride, inputs, outputs }: Block): boolean => stride === 1 && inputs === outputs;

/** With what probability training leaves out each block that has a shortcut. @internal */
export const efficientnetB0Dropped = (): Record<string, number> =>
  Object.fromEntries(
    listStages().flatMap(({ blocks }) => blocks.filter(hasShortcut).map(({ name, dropped }) => [name, dropped])),
  );

function createEfficientNetB0(): Backbone {
  const stages = listStages();
  const last = `features.${stages.length + 1}`;
  return {
    name: "efficientnet-b0",
    source: "Tan & Le 2019, Table 1; torchvision's names",
    numFeatures: NUM_FEATURES,
    dropout: DROPOUT,
    stages: ["features.0", ...stages.map(({ name }) => name), last],
    init: (rng, { channels }) =>
      Object.assign(
        { "features.0.0.weight": initFilter(rng.fork("features.0"), [3, 3, channels, STEM_CHANNELS]) },
        initNorm("features.0.1", STEM_CHANNELS),
        ...stages.flatMap(({ blocks }) => blocks.map((block) => initBlock(rng, block))),
        { [`${last}.0.weight`]: initFilter(rng.fork(last), [1, 1, 320, NUM_FEATURES]) },
        initNorm(`${last}.1`, NUM_FEATURES),
      ),
    features(params, images, options) {
      return tf.tidy(() => {
        const pass = createPass(params, options);
        const stem = pass.convolve("features.0.0", normaliseForImageNet(images), { stride: 2, padding: 1 });
        let x = pass.show("features.0", silu(pass.normalise("features.0.1", stem)));
        for (const { name, blocks } of stages) {
          for (const block of blocks) x = runBlock(pass, block, x);
          x = pass.show(name, x);
        }
        x = pass.show(last, silu(pass.normalise(`${last}.1`, pass.convolve(`${last}.0`, x))));
        return { features: tf.mean(x, [1, 2]) as tf.Tensor2D, updates: pass.updates }; // the mean over two of four axes
      });
    },
  };
}

/**
 * 4.0 M parameters without head, 0.4 G multiplications at 224 px. In training blocks (stochastic depth) and features (dropout) are left out
 * at random, as torchvision does.
 */
export const efficientnetB0: Backbone = /* @__PURE__ */ createEfficientNetB0();
