import * as tf from "@tensorflow/tfjs-core";
import { createPipeline } from "ada-augment";
import { createModel, type GanModel, type GanTraining, trainGan } from "qgan-core";
import { type BackendName, disposeParams, ready, valueAndGrads } from "tfjs-train";
import type { BenchCase, BenchSuite } from "../bench-suite.ts";
import { generationCase } from "./stylegan2-generate.ts";

/** The two trainings that the reference's figures are known of: FP32, two threads, `bgc` at p = 0.2. */
const TRAININGS: readonly {
  readonly name: string;
  readonly batch: number;
  readonly options: object;
  readonly preset?: string;
}[] = [
  { name: "32×32 small, batch 16, resnet discriminator", batch: 16, preset: "small32", options: {} },
  { name: "64×64, base 16384, batch 8", batch: 8, options: {} },
];
const THREADS = 2;
/** An iteration of the reference is Gmain + Dmain + Greg/4 + Dreg/16. */
const PHASES = ["Gmain", "Dmain", "Greg", "Dreg"] as const;

/** Pixels that stay: reading data is no part of these figures. */
function createBatches(size: number, batch: number) {
  const pixels = Uint8Array.from({ length: batch * size * size * 3 }, (_, i) => (i * 7919) % 256);
  return { batchSize: batch, imageShape: [size, size, 3] as const, next: async () => pixels, state: () => null, restore() {} };
}

/** The model with one of its phases, at every step. */
function withPhase(model: GanModel, name: string): GanModel {
  return { ...model, phases: model.phases.filter((phase) => phase.name === name).map((phase) => ({ ...phase, interval: 1 })) };
}

function phaseCase(backend: BackendName, { name, batch, preset, options }: (typeof TRAININGS)[number], phase: string): BenchCase {
  let training: GanTraining | undefined;
  return {
    name: `stylegan2 ${name}: ${phase}`,
    backend,
    async run() {
      await ready({ backend, threads: THREADS });
      const model = createModel("stylegan2", { ...(preset ? { preset } : {}), options });
      training ??= trainGan({
        model: withPhase(model, phase),
        data: createBatches(model.generator.imageShape[0], batch),
        augment: { pipeline: createPipeline("bgc"), p: 0.2 },
      });
      for await (const _ of training) break; // one step
    },
    dispose() {
      training?.dispose();
      training = undefined;
    },
  };
}

/** The widest convolution of a training with its two gradients: what a machine gives at that moment, beside torch on the same. */
function yardstick(
  backend: BackendName,
  { batch, size, channels }: { batch: number; size: number; channels: number },
): BenchCase {
  let x: tf.Tensor4D | undefined;
  let weight: tf.Tensor4D | undefined;
  let cotangent: tf.Tensor | undefined;
  const grads = valueAndGrads(
    (p) => tf.sum(tf.mul(tf.conv2d(p.x as tf.Tensor4D, p.weight as tf.Tensor4D, 1, "same"), cotangent as tf.Tensor)) as tf.Scalar, // a sum of all
  );
  return {
    name: `yardstick: 3×3 convolution, ${channels} channels, ${size}×${size}, batch ${batch}, forward and backward`,
    backend,
    peerArguments: { batch, size, channels, threads: THREADS },
    async run() {
      await ready({ backend, threads: THREADS });
      x ??= tf.randomNormal([batch, size, size, channels]);
      weight ??= tf.randomNormal([3, 3, channels, channels]);
      cotangent ??= tf.randomNormal([batch, size, size, channels]);
      const { value, grads: all } = grads({ x, weight });
      await all.weight.data();
      value.dispose();
      disposeParams(all);
    },
    dispose: () => tf.dispose([x, weight, cotangent].filter((tensor) => tensor !== undefined)),
  };
}

const YARDSTICKS = [
  { batch: 16, size: 32, channels: 128 },
  { batch: 8, size: 64, channels: 256 },
];

async function trainingBackends(): Promise<BackendName[]> {
  const found: BackendName[] = [];
  for (const backend of ["wasm", "tensorflow"] as const) {
    const isThere = await ready({ backend }).then(
      () => true,
      () => false, // not installed: the suite tells of what there is
    );
    if (isThere) found.push(backend);
  }
  return found;
}

export const stylegan2Suite: BenchSuite = {
  name: "stylegan2",
  cases: async () =>
    (await trainingBackends()).flatMap((backend) => [
      ...TRAININGS.flatMap((training, i) => [
        yardstick(backend, YARDSTICKS[i]),
        ...PHASES.map((phase) => phaseCase(backend, training, phase)),
      ]),
      generationCase(backend),
    ]),
  peers: [{ name: "torch", script: "torch_convolution.py" }],
};
