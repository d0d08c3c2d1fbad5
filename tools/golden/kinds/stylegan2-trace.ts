import * as tf from "@tensorflow/tfjs-core";
import { emaDecay, lazyAdam, type NetworkParams, nextEma, paramsFromStateDict } from "qgan-core";
import { type Params, ready, valueAndGradsAux } from "tfjs-train";
import type { Deviation, GoldenFile, GoldenKind } from "../golden-kind.ts";
import { channelsLast, relativeTo, tensorOf, toleranceOf } from "./stylegan2-case.ts";
import { tensorsWith } from "./stylegan2-networks.ts";
import { type PairSizes, pairOf, phaseResult, withTrained } from "./stylegan2-phases.ts";

interface PhaseRecord {
  readonly stats: Readonly<Record<string, number>>;
  readonly draws: readonly { readonly key: string }[];
}

type Step = Readonly<Record<string, PhaseRecord>> & {
  readonly iteration: number;
  readonly ema_beta: number;
  readonly nimg_before: number;
  readonly pl_mean: number;
};

interface Trace extends PairSizes {
  readonly batch: number;
  readonly iterations: number;
  readonly base_lr: number;
  readonly G_reg_interval: number;
  readonly D_reg_interval: number;
  readonly r1_gamma: number;
  readonly style_mixing_prob: number;
  readonly pl_weight: number;
  readonly pl_batch_shrink: number;
  readonly ema_kimg: number;
  readonly ema_rampup: number;
  readonly noise_mode: string;
  readonly steps: readonly Step[];
}

const FIELDS = ["G", "D", "iterations", "base_lr", "G_reg_interval", "r1_gamma", "steps"];
const isTrace = (json: unknown): json is Trace =>
  typeof json === "object" && json !== null && FIELDS.every((field) => field in json);

/** golden/stylegan2/README.md: the losses' least tolerance. */
const FIRST = 3e-5;
/**
 * Later iterations and weights loosely, as the README says: with beta1 = 0 Adam's first steps follow the signs of gradients that are
 * rounding errors, which moves single weights by a whole learning rate.
 */
const LATER = 2e-2;
const PHASES = ["Gmain", "Greg", "Dmain", "Dreg"] as const;

function run(trace: Trace, file: GoldenFile): Deviation[] {
  const pair = pairOf(trace);
  const stored = (key: string) => channelsLast(tensorOf(file, key));
  const tolerance = toleranceOf(file, FIRST);
  const deviations: Deviation[] = [];
  let params: NetworkParams = {
    generator: paramsFromStateDict(tensorsWith(file, "init.G.")),
    discriminator: paramsFromStateDict(tensorsWith(file, "init.D.")),
  };
  const trainable = {
    generator: pair.generator.parameters.filter(({ isTrainable }) => isTrainable).map(({ name }) => name),
    discriminator: pair.discriminator.parameters.filter(({ isTrainable }) => isTrainable).map(({ name }) => name),
  };
  const pick = (network: keyof NetworkParams): Params =>
    Object.fromEntries(trainable[network].map((name) => [name, params[network][name]]));
  const adamOf = (interval: number) => lazyAdam({ learningRate: trace.base_lr, beta1: 0, beta2: 0.99, epsilon: 1e-8, interval });
  const optimizers = { generator: adamOf(trace.G_reg_interval), discriminator: adamOf(trace.D_reg_interval) };
  const states = {
    generator: optimizers.generator.init(pick("generator")),
    discriminator: optimizers.discriminator.init(pick("discriminator")),
  };
  const allLatents = tensorOf(file, "in.gen_z");
  const allImages = tensorOf(file, "in.real_img");
  let average: Params = params.generator;
  let lengthMean = 0;
  for (const step of trace.steps) {
    const { iteration } = step;
    const isFirst = iteration === 0;
    for (const [index, phase] of PHASES.entries()) {
      const record = step[phase] as PhaseRecord | undefined;
      const interval = phase === "Greg" ? trace.G_reg_interval : phase === "Dreg" ? trace.D_reg_interval : 1;
      if (!record) continue;
      const network = phase.startsWith("G") ? "generator" : "discriminator";
      const keys = record.draws.map(({ key }) => key);
      const at = (x: tf.Tensor, ...begin: number[]) => {
        const size = x.shape.map((length, axis) => (axis < begin.length ? 1 : length));
        return tf.reshape(
          tf.slice(x, [...begin, ...x.shape.slice(begin.length).map(() => 0)], size),
          x.shape.slice(begin.length),
        );
      };
      const trained = pick(network);
      const { grads, aux } = valueAndGradsAux((own: Params) => {
        const result = phaseResult(pair, withTrained(params, network, own), {
          phase,
          loss: { ...trace, pl_decay: 0.01 },
          latents: at(allLatents, iteration, index) as tf.Tensor2D, // [batch, latentSize] by the README
          latentLabels: null,
          images: channelsLast(at(allImages, iteration)) as tf.Tensor4D,
          labels: null,
          noiseMode: trace.noise_mode,
          lengthMean,
          next: () => stored(keys.shift() ?? "draws that were not recorded"),
          augment: (images) => images,
        });
        const buffers: Params = {
          ...(result.average ? { average: result.average } : {}),
          ...(result.lengthMean ? { lengthMean: result.lengthMean } : {}),
        };
        return { loss: tf.mul(result.loss, interval) as tf.Scalar, aux: { ...buffers, ...result.reports } as Params }; // of scalars
      })(trained);
      for (const [name, theirs] of Object.entries(record.stats)) {
        const ours = tf.mean(aux[name]).dataSync()[0];
        if (name.startsWith("Loss/signs/") && !isFirst) continue; // a logit near 0 may fall to either side
        deviations.push({
          what: `${name} of ${phase}, iteration ${iteration}`,
          error: Math.abs(ours - theirs) / Math.max(Math.abs(theirs), isFirst ? 0.1 : 1),
          tolerance: isFirst ? tolerance : LATER,
        });
      }
      const result = optimizers[network].step(trained, grads, states[network]);
      states[network] = result.state;
      params = withTrained(params, network, result.params);
      if (aux.average) params = withTrained(params, "generator", { "mapping.w_avg": aux.average });
      if (aux.lengthMean) lengthMean = aux.lengthMean.dataSync()[0];
    }
    const decay = emaDecay(step.nimg_before, trace.batch, { halfLifeKimg: trace.ema_kimg, rampUp: trace.ema_rampup });
    deviations.push({
      what: `decay of the average, iteration ${iteration}`,
      error: Math.abs(decay - step.ema_beta),
      tolerance: 1e-12,
    });
    average = nextEma(average, params.generator, decay, new Set(trainable.generator));
    const label = String(iteration).padStart(2, "0");
    const compare = (network: string, ours: Params) => {
      const theirs = paramsFromStateDict(tensorsWith(file, `after${label}.${network}.`));
      for (const [name, tensor] of Object.entries(theirs))
        deviations.push(relativeTo(`${network}.${name} after iteration ${iteration}`, ours[name], tensor, LATER));
    };
    compare("G", params.generator);
    compare("D", params.discriminator);
    compare("G_ema", average);
  }
  return deviations;
}

/** Some iterations of the whole schedule with recorded numbers: losses, the average's decay, weights after the first and the last. */
export const stylegan2Trace: GoldenKind = {
  name: "stylegan2-trace",
  find: ({ files }) =>
    files.flatMap((file) => {
      const trace = isTrace(file.json) ? file.json : undefined;
      const tensors = trace && files.find(({ path }) => path === file.path.replace(/\.json$/, ".safetensors"));
      if (!trace || !tensors) return [];
      const check = async () => {
        await ready({ backend: "wasm" });
        const deviations: Deviation[] = [];
        tf.tidy(() => {
          deviations.push(...run(trace, tensors));
        });
        return deviations;
      };
      return [{ files: [file, tensors], cases: [{ name: `${trace.iterations} iterations`, check }] }];
    }),
};
