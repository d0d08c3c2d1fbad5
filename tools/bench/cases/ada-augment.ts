import * as tf from "@tensorflow/tfjs-core";
import { createPipeline } from "ada-augment";
import { createRng } from "repro-kit";
import { type BackendName, ready } from "tfjs-train";
import type { BenchCase, BenchSuite } from "../bench-suite.ts";

/** The reference's own measurement: golden/stylegan2/timing, 22.9 ms an image forward and backward. */
const WORK = { batch: 32, size: 64, channels: 3 };

function bgcCase(backend: BackendName): BenchCase {
  const { batch, size, channels } = WORK;
  const pipeline = createPipeline("bgc", { p: 1 });
  let tensors: { images: tf.Tensor4D; dy: tf.Tensor4D } | undefined;
  let step = 0;
  return {
    name: `augmentation bgc at p = 1, ${size}×${size}×${channels}, batch ${batch}, forward and backward`,
    backend,
    async run() {
      await ready({ backend });
      const draw = () => tf.randomUniform<tf.Rank.R4>([batch, size, size, channels], -1, 1);
      tensors ??= { images: draw(), dy: draw() };
      const { images, dy } = tensors;
      const rng = createRng(step++);
      const gradient = tf.tidy(() => tf.grad((x) => pipeline(x as tf.Tensor4D, { rng }))(images, dy)); // x has the images' shape
      await gradient.data();
      gradient.dispose();
    },
    peerArguments: WORK,
    dispose() {
      if (tensors) tf.dispose([tensors.images, tensors.dy]);
      tensors = undefined;
    },
  };
}

/**
 * The augmentation of a batch. The peer does what the warp of the program comes to in torch, without its colours and its Python: reflect,
 * double by 12 taps, grid_sample, filter down; it is the yardstick beside the program's own figure.
 */
export const adaAugmentSuite: BenchSuite = {
  name: "ada-augment",
  async cases() {
    const hasTensorflow = await ready({ backend: "tensorflow" }).then(
      () => true,
      () => false,
    );
    return [bgcCase("wasm"), ...(hasTensorflow ? [bgcCase("tensorflow")] : [])];
  },
  peers: [{ name: "torch", script: "torch_augment.py" }],
};
