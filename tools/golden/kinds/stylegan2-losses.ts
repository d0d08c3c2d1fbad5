import * as tf from "@tensorflow/tfjs-core";
import { lazyAdam, paramsFromStateDict } from "qgan-core";
import { disposeParams, type Params, ready, valueAndGradsAux } from "tfjs-train";
import type { Deviation, GoldenFile, GoldenKind } from "../golden-kind.ts";
import { recordedAugment } from "./augment-images.ts";
import { channelsLast, relativeTo, tensorOf, toleranceOf } from "./stylegan2-case.ts";
import { tensorsWith } from "./stylegan2-networks.ts";
import { type LossArguments, type Pair, type PairSizes, pairOf, phaseResult, withTrained } from "./stylegan2-phases.ts";

interface LossCase {
  readonly name: string;
  readonly phase: string;
  readonly gain: number;
  readonly loss_kwargs: LossArguments;
  readonly noise_mode: string;
  readonly augment: { readonly ops: readonly string[]; readonly p: number } | null;
  readonly pl_mean_before: number;
  readonly pl_mean_after: number;
  readonly stats: Readonly<Record<string, { readonly num: number; readonly mean: number; readonly std: number }>>;
  readonly draws: readonly { readonly key: string }[];
  readonly reports: Readonly<Record<string, readonly string[]>>;
  readonly grads: Readonly<Record<string, string>>;
  readonly grad_norm: Readonly<Record<string, number>>;
  readonly w_avg_after?: string;
  readonly adam?: {
    readonly base_lr: number;
    readonly eps: number;
    readonly reg_interval: number;
    readonly after_one_step: Readonly<Record<string, string>>;
  };
}

type LossFile = PairSizes & { readonly cases: readonly LossCase[] };

/** golden/stylegan2/README.md: the losses' least tolerance, relative to the largest value. */
const LOSS_TOLERANCE = 3e-5;
/** Below this share of the largest gradient a first step of Adam follows the sign of rounding errors. */
const SIGN_IS_NOISE = 1e-5;
/** Adam's decays in the reference. */
const BETAS = { beta1: 0, beta2: 0.99 };
const BACKENDS = ["cpu", "wasm"] as const;

const FIELDS = ["phase", "gain", "loss_kwargs", "noise_mode", "stats", "draws", "grads", "grad_norm"];
const isCase = (one: unknown): one is LossCase =>
  typeof one === "object" && one !== null && FIELDS.every((field) => field in one);

function fileOf({ json }: GoldenFile): LossFile | undefined {
  if (typeof json !== "object" || json === null || !("G" in json && "D" in json && "cases" in json)) return undefined;
  const { cases } = json as { cases: unknown };
  return Array.isArray(cases) && cases.length > 0 && cases.every(isCase) ? (json as LossFile) : undefined; // its fields are there
}

function compareOnce(one: LossCase, pair: Pair, file: GoldenFile): Deviation[] {
  const tolerance = toleranceOf(file, LOSS_TOLERANCE);
  const backend = tf.getBackend();
  const stored = (key: string) => channelsLast(tensorOf(file, key));
  const has = (key: string) => Object.hasOwn(file.tensors?.tensors ?? {}, key);
  const keys = one.draws.map(({ key }) => key);
  const next = () => {
    const key = keys.shift();
    if (key === undefined) throw new Error("the phase asks for more numbers than were recorded");
    return stored(key);
  };
  const params = {
    generator: paramsFromStateDict(tensorsWith(file, "G.")),
    discriminator: paramsFromStateDict(tensorsWith(file, "D.")),
  };
  const network = one.phase.startsWith("G") ? "generator" : "discriminator";
  const trainable = pair[network].parameters.filter(({ isTrainable }) => isTrainable).map(({ name }) => name);
  const trained: Params = Object.fromEntries(trainable.map((name) => [name, params[network][name]]));
  const inputs = {
    phase: one.phase,
    loss: one.loss_kwargs,
    latents: stored("in.gen_z") as tf.Tensor2D, // ranks by the README
    latentLabels: has("in.gen_c") ? (stored("in.gen_c") as tf.Tensor2D) : null,
    images: stored("in.real_img") as tf.Tensor4D,
    labels: has("in.real_c") ? (stored("in.real_c") as tf.Tensor2D) : null,
    noiseMode: one.noise_mode,
    lengthMean: one.pl_mean_before,
    next,
    augment: one.augment ? recordedAugment(one.augment, keys, rawTensors(file)) : (images: tf.Tensor4D) => images,
  };
  const { grads, aux } = valueAndGradsAux((own: Params) => {
    const { loss, reports, average, lengthMean } = phaseResult(pair, withTrained(params, network, own), inputs);
    const buffers: Params = { ...(average ? { average } : {}), ...(lengthMean ? { lengthMean } : {}) };
    return { loss: tf.mul(loss, one.gain) as tf.Scalar, aux: { ...buffers, ...reports } as Params }; // of scalars
  })(trained);
  const deviations: Deviation[] = [];
  const compare = (what: string, ours: tf.Tensor, theirs: tf.Tensor) =>
    deviations.push(relativeTo(`${what} on ${backend}`, ours, theirs, tolerance));
  for (const [name, { mean, std, num }] of Object.entries(one.stats)) {
    const values = aux[name];
    const average = tf.mean(values);
    // Both relative to the largest value: the mean of numbers of both signs may be close to 0.
    const largest = Math.max(...values.dataSync().map(Math.abs), 1e-30);
    const deviation = tf.sqrt(tf.mean(tf.square(tf.sub(values, average))));
    const near = (what: string, ours: tf.Tensor, theirs: number) =>
      deviations.push({
        what: `${what} of ${name} on ${backend}`,
        error: Math.abs(ours.dataSync()[0] - theirs) / largest,
        tolerance,
      });
    near("mean", average, mean);
    near("deviation", deviation, std);
    deviations.push({ what: `number of ${name}`, error: Math.abs(values.size - num), tolerance: 0 });
    for (const key of one.reports[name] ?? []) compare(name, tf.reshape(values, [-1]), tf.reshape(stored(key), [-1]));
  }
  const weightOf = (name: string, key: string) => paramsFromStateDict({ [name]: tensorsWith(file, key)[""] })[name];
  for (const [name, key] of Object.entries(one.grads)) compare(`gradient by ${name}`, grads[name], weightOf(name, key));
  const largestNorm = Math.max(...Object.values(one.grad_norm));
  for (const name of trainable) {
    const error = Math.abs(tf.norm(grads[name]).dataSync()[0] - (one.grad_norm[name] ?? 0)) / largestNorm;
    deviations.push({ what: `norm of the gradient by ${name} on ${backend}`, error, tolerance });
  }
  if (one.w_avg_after) compare("running mean of w", aux.average ?? params.generator["mapping.w_avg"], stored(one.w_avg_after));
  const lengthMean = aux.lengthMean ? aux.lengthMean.dataSync()[0] : one.pl_mean_before;
  const scale = Math.max(Math.abs(one.pl_mean_after), 1e-3);
  deviations.push({ what: `mean path length on ${backend}`, error: Math.abs(lengthMean - one.pl_mean_after) / scale, tolerance });
  if (one.adam) {
    const { base_lr: learningRate, eps: epsilon, reg_interval: interval, after_one_step } = one.adam;
    const optimizer = lazyAdam({ learningRate, ...BETAS, epsilon, interval });
    const state = optimizer.init(trained);
    const step = optimizer.step(trained, grads, state);
    for (const [name, key] of Object.entries(after_one_step)) {
      const theirs = weightOf(name, key);
      const magnitudes = tf.abs(grads[name]);
      const isClear = tf.greater(magnitudes, tf.mul(tf.max(magnitudes), SIGN_IS_NOISE));
      compare(`${name} after a step`, tf.where(isClear, step.params[name], theirs), theirs);
    }
    disposeParams(state);
  }
  return deviations;
}

/** Stored tensors as they lie in the file. */
const rawTensors = (file: GoldenFile) => (key: string) => {
  const tensor = file.tensors?.tensors[key];
  if (!tensor) throw new Error(`no tensor "${key}" beside the case`);
  return { shape: tensor.shape, data: tensor.data as Float32Array }; // float32 by the README
};

/** Each phase of the training from one state: reported numbers, gradients, running means, a step of Adam. */
export const stylegan2Losses: GoldenKind = {
  name: "stylegan2-losses",
  find: ({ files }) =>
    files.flatMap((file) => {
      const content = fileOf(file);
      if (!content) return [];
      const tensors = files.find(({ path }) => path === file.path.replace(/\.json$/, ".safetensors"));
      if (!tensors) return [];
      const pair = pairOf(content);
      const checkOf = (one: LossCase) => async () => {
        const deviations: Deviation[] = [];
        for (const backend of BACKENDS) {
          await ready({ backend });
          tf.tidy(() => {
            deviations.push(...compareOnce(one, pair, tensors));
          });
        }
        return deviations;
      };
      const cases = content.cases.map((one) => ({ name: one.name, check: checkOf(one) }));
      return [{ files: [file, tensors], cases }];
    }),
};
