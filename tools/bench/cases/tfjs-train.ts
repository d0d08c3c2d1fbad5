import { spawnSync } from "node:child_process";
import { execArgv, execPath } from "node:process";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "repro-kit";
import {
  adam,
  type BackendName,
  batchNorm,
  conv2d,
  convTranspose2d,
  disposeParams,
  leakyRelu,
  normalInit,
  type Params,
  ready,
  relu,
  softplus,
  tanh,
  valueAndGrads,
} from "tfjs-train";
import type { BenchCase, BenchSuite } from "../bench-suite.ts";
import { operationCases } from "./tfjs-train-ops.ts";
import { safetensorsCase, safetensorsPeer } from "./weight-files.ts";

/** Radford et al. 2016 as PyTorch's tutorial has it: 64×64 RGB, 100 latents, 64 filters, 3.6 M + 2.8 M weights. */
const SIZES = { batch: 32, latents: 100, filters: 64 };
const { batch, latents, filters } = SIZES;
const generatorChannels = [latents, filters * 8, filters * 4, filters * 2, filters, 3];
const discriminatorChannels = [3, filters, filters * 2, filters * 4, filters * 8, 1];

/** Weights of five 4×4 convolutions and the norms between them; `isTransposed` for the generator. */
function initial(channels: readonly number[], isTransposed: boolean): Params {
  const rng = createRng(1).fork(isTransposed ? "generator" : "discriminator");
  const params: Record<string, tf.Tensor> = {};
  for (let i = 0; i < 5; i++) {
    const ends = isTransposed ? [channels[i + 1], channels[i]] : [channels[i], channels[i + 1]];
    params[`conv${i}.weight`] = normalInit(rng.fork("conv", i), [4, 4, ...ends], 0.02);
    if (i === 4 || (i === 0 && !isTransposed)) continue;
    params[`norm${i}.weight`] = tf.ones([channels[i + 1]]);
    params[`norm${i}.bias`] = tf.zeros([channels[i + 1]]);
  }
  return params;
}

function normalised(x: tf.Tensor4D, params: Params, i: number): tf.Tensor4D {
  const running = { running_mean: tf.zeros([x.shape[3]]), running_var: tf.ones([x.shape[3]]) };
  return batchNorm(x, { weight: params[`norm${i}.weight`], bias: params[`norm${i}.bias`], ...running }, { training: true }).y;
}

function generate(params: Params, z: tf.Tensor2D): tf.Tensor4D {
  let x: tf.Tensor4D = tf.reshape(z, [batch, 1, 1, latents]);
  for (let i = 0; i < 5; i++) {
    x = convTranspose2d(x, { weight: params[`conv${i}.weight`] }, i === 0 ? {} : { stride: 2, padding: 1 });
    if (i < 4) x = relu(normalised(x, params, i));
  }
  return tanh(x);
}

function judge(params: Params, images: tf.Tensor4D): tf.Tensor {
  let x = images;
  for (let i = 0; i < 5; i++) {
    x = conv2d(x, { weight: params[`conv${i}.weight`] }, i === 4 ? {} : { stride: 2, padding: 1 });
    if (i > 0 && i < 4) x = normalised(x, params, i);
    if (i < 4) x = leakyRelu(x);
  }
  return tf.reshape(x, [batch]);
}

/** wasm on more than one thread is compared with itself, by wall time; what runs on one thread is compared with the peers. */
const nameWith = (name: string, threads: number): string => (threads === 1 ? name : `${name}, ${threads} threads`);
const THREAD_START_MS = 300;

/** Brings the backend up; before the first run, waits until its threads are there. */
async function start(backend: BackendName, threads: number, isFirst: boolean): Promise<void> {
  await ready({ backend, threads });
  if (isFirst && threads > 1) await new Promise((resolve) => setTimeout(resolve, THREAD_START_MS));
}

/** What a process of its own takes for the step, threads and the rest of the suite left out. */
function memoryOfStep(backend: BackendName): number {
  const script = fileURLToPath(new URL("./dcgan-memory.ts", import.meta.url));
  const { status, stdout, stderr } = spawnSync(execPath, [...execArgv, script, backend], { encoding: "utf8" });
  if (status !== 0) throw new Error(`bug: ${script} failed: ${stderr}`);
  return Number(stdout);
}

/** A whole step: discriminator on real and generated images, generator through the discriminator, Adam on both. */
export function dcganCase(backend: BackendName, threads = 1): BenchCase {
  const optimizer = adam({ learningRate: 2e-4, beta1: 0.5 });
  type Side = { params: Params; state: Params };
  let sides: { generator: Side; discriminator: Side; real: tf.Tensor4D } | undefined;
  const begin = (channels: readonly number[], isTransposed: boolean): Side => {
    const params = initial(channels, isTransposed);
    return { params, state: optimizer.init(params) };
  };
  const update = ({ params, state }: Side, loss: (params: Params) => tf.Scalar): Side => {
    const { value, grads } = valueAndGrads((given) => tf.tidy(() => loss(given)))(params);
    const next = optimizer.step(params, grads, state);
    value.dataSync(); // as a trainer does that watches its losses
    value.dispose();
    disposeParams(params, state, grads);
    return next;
  };
  return {
    name: nameWith(`DCGAN step 64×64, batch ${batch}`, threads),
    backend,
    async run() {
      await start(backend, threads, sides === undefined);
      sides ??= {
        generator: begin(generatorChannels, true),
        discriminator: begin(discriminatorChannels, false),
        real: tf.randomUniform<tf.Rank.R4>([batch, 64, 64, 3], -1, 1),
      };
      const { real } = sides;
      const z = tf.randomNormal<tf.Rank.R2>([batch, latents]);
      const fake = tf.tidy(() => generate(sides?.generator.params as Params, z)); // set above
      const mean = (x: tf.Tensor) => tf.mean(softplus(x)) as tf.Scalar; // of all entries
      const discriminator = update(sides.discriminator, (params) =>
        tf.add(mean(tf.neg(judge(params, real))), mean(judge(params, fake))),
      );
      const generator = update(sides.generator, (params) => mean(tf.neg(judge(discriminator.params, generate(params, z)))));
      tf.dispose([z, fake]);
      sides = { generator, discriminator, real };
    },
    ...(threads === 1 ? { peerArguments: { work: "dcgan", ...SIZES }, grownMb: () => memoryOfStep(backend) } : {}),
    dispose() {
      if (sides)
        disposeParams(sides.generator.params, sides.generator.state, sides.discriminator.params, sides.discriminator.state, {
          real: sides.real,
        });
      sides = undefined;
    },
  };
}

/** One layer of the discriminator, 32×32×64 to 16×16×128: forwards, or the gradient by its input or its filter. */
function convolutionCase(backend: BackendName, part: "forward" | "dx" | "dW", threads = 1): BenchCase {
  let tensors: { x: tf.Tensor; filter: tf.Tensor; dy: tf.Tensor } | undefined;
  const attributes = {
    strides: 2,
    pad: "same",
    dataFormat: "NHWC",
    dilations: 1,
    inputShape: [batch, 32, 32, 64],
    filterShape: [4, 4, 64, 128],
  };
  const kernels = {
    forward: ["Conv2D", ["x", "filter"]],
    dx: ["Conv2DBackpropInput", ["dy", "filter"]],
    dW: ["Conv2DBackpropFilter", ["x", "dy"]],
  } as const;
  return {
    name: nameWith(`conv2d 4×4 stride 2, 32×32×64 to 16×16×128, batch ${batch}, ${part}`, threads),
    backend,
    async run() {
      await start(backend, threads, tensors === undefined);
      tensors ??= {
        x: tf.randomNormal([batch, 32, 32, 64]),
        filter: tf.randomNormal([4, 4, 64, 128]),
        dy: tf.randomNormal([batch, 16, 16, 128]),
      };
      const [kernel, names] = kernels[part];
      const inputs = Object.fromEntries(names.map((name) => [name, (tensors as Record<string, tf.Tensor>)[name]])); // set above
      const out = tf.engine().runKernel<tf.Tensor>(kernel, inputs, attributes as unknown as tf.NamedAttrMap); // plain values
      out.dispose(); // both backends compute at once; torch's result is not copied out either
    },
    ...(threads === 1 ? { peerArguments: { work: "conv2d", part, batch } } : {}),
    dispose() {
      if (tensors) tf.dispose(tensors);
      tensors = undefined;
    },
  };
}

/** A product of square matrices, as it is and of transposed ones as in the gradients of dense layers. */
function matMulCase(backend: BackendName, transpose: "none" | "a" | "b", threads = 1): BenchCase {
  const size = 1024;
  let factors: [tf.Tensor2D, tf.Tensor2D] | undefined;
  return {
    name: nameWith(`matMul ${size}×${size}, transposed: ${transpose}`, threads),
    backend,
    async run() {
      await start(backend, threads, factors === undefined);
      factors ??= [tf.randomNormal<tf.Rank.R2>([size, size]), tf.randomNormal<tf.Rank.R2>([size, size])];
      const out = tf.matMul(factors[0], factors[1], transpose === "a", transpose === "b");
      out.dispose();
    },
    ...(threads === 1 ? { peerArguments: { work: "matmul", size, transpose } } : {}),
    dispose() {
      if (factors) tf.dispose(factors);
      factors = undefined;
    },
  };
}

/** What training costs on each backend that is here, against torch doing the same on one thread. */
export const tfjsTrainSuite: BenchSuite = {
  name: "train",
  async cases() {
    await ready({ backend: "wasm", threads: 2 }); // to start with more than one, so that cases may use one or two
    const backends: BackendName[] = ["wasm"];
    const hasTensorflow = await ready({ backend: "tensorflow", threads: 1 }).then(
      () => true,
      () => false,
    );
    if (hasTensorflow) backends.push("tensorflow");
    const onEach = backends.flatMap((backend) => [
      dcganCase(backend),
      ...(["forward", "dx", "dW"] as const).map((part) => convolutionCase(backend, part)),
      ...(["none", "a", "b"] as const).map((transpose) => matMulCase(backend, transpose)),
      ...operationCases(backend),
    ]);
    const onTwoThreads = [
      dcganCase("wasm", 2),
      ...(["forward", "dx", "dW"] as const).map((part) => convolutionCase("wasm", part, 2)),
      ...(["none", "a"] as const).map((transpose) => matMulCase("wasm", transpose, 2)),
    ];
    // First, while the heap is small: every 100 MB that are let go make V8 look through all that the other cases keep.
    return [safetensorsCase(), ...onEach, ...onTwoThreads];
  },
  peers: [{ name: "torch", script: "torch_dcgan.py" }, safetensorsPeer],
};
