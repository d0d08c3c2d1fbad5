import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, type Rng } from "repro-kit";
import { normalInit, type Params, relu } from "tfjs-train";
import type { Backbone } from "./backbone.ts";
import { createPass, initNorm } from "./network-pass.ts";

export interface CompactCnnOptions {
  /** Channels of each block; every block halves the sides. @defaultValue [32, 64, 96, 128] */
  readonly widths?: readonly number[];
}

/**
 * Blocks of 3×3 convolution with stride 2, batch norm and ReLU, then the mean over the image: 186 000 parameters for RGB,
 * 11 million multiplications for a 64×64 image. Takes images of any size, grey or RGB.
 */
export function compactCnn(options: CompactCnnOptions = {}): Backbone {
  checkOptions("compactCnn", options, ["widths"]);
  const { widths = [32, 64, 96, 128] } = options;
  expect(
    widths.length > 0 && widths.every((width) => Number.isInteger(width) && width > 0),
    "compactCnn",
    `widths must be positive integers; got [${widths.join(", ")}].`,
  );
  return {
    name: "compact-cnn",
    source: "Own; blocks as in Ioffe & Szegedy 2015, global average pooling as in Lin et al. 2013",
    numFeatures: widths[widths.length - 1],
    stages: widths.map((_, i) => `blocks.${i}`),
    init(rng, { channels }) {
      const inputs = [channels, ...widths];
      return Object.assign({}, ...widths.map((width, i) => initBlock(`blocks.${i}`, rng.fork("block", i), inputs[i], width)));
    },
    features(params, images, options) {
      return tf.tidy(() => {
        const pass = createPass(params, options);
        let x = images;
        for (let i = 0; i < widths.length; i++) {
          const convolved = pass.convolve(`blocks.${i}.conv`, x, { stride: 2, padding: 1 }); // [batch, ⌈height/2⌉, ⌈width/2⌉, width]
          x = pass.show(`blocks.${i}`, relu(pass.normalise(`blocks.${i}.bn`, convolved)));
        }
        return { features: tf.mean(x, [1, 2]) as tf.Tensor2D, updates: pass.updates }; // the mean over two of four axes
      });
    },
  };
}

function initBlock(name: string, rng: Rng, inputs: number, width: number): Params {
  return {
    [`${name}.conv.weight`]: normalInit(rng, [3, 3, inputs, width], Math.sqrt(2 / (9 * inputs))), // He et al. 2015, eq. 10
    ...initNorm(`${name}.bn`, width),
  };
}
