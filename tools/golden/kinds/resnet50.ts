import * as tf from "@tensorflow/tfjs-core";
import { backbones, crossEntropy, loadBackbone } from "classifier-eval";
import {
  adam,
  adamW,
  dense,
  disposeParams,
  type Optimizer,
  type Params,
  prefixParams,
  ready,
  selectParams,
  sgd,
  valueAndGradsAux,
  type WeightFile,
  type WeightTensor,
  weightsFromParams,
} from "tfjs-train";
import { relative, scaled } from "../compare.ts";
import type { Deviation, GoldenCase, GoldenFile, GoldenKind } from "../golden-kind.ts";
import { type RecipeTensor, recipeWeights } from "../recipe-weights.ts";
import { ACTIVATIONS, compareActivation, numbers } from "./activation-summary.ts";

/** Tolerances of golden/eval/README.md. */
const GRADIENTS = 1e-3; // of the norms, relative
const NORMS = 1e-5; // relative
const STEPS = 1e-4; // SGD from the reference's own gradient: relative to the step
const ENTRIES = 1e-5; // absolute, of 99 % of the entries
const RARE = 0.01; // share of entries whose gradient is so small that Adam's first steps may differ
const FLOAT32_SUMS = 1e-4; // relative, of the largest sum
/**
 * Difference of gradients entry by entry, in norm, relative. torch's own float32 differs from its float64 by 5.6e-3 here, and the
 * stored gradients from float64 by 2.5e-3: batch norm over four images magnifies rounding.
 */
const ROUNDING = 1e-2;
/** The weights that the manifest's text excepts from the recipe. */
const exception = (name: string) => (name.endsWith("bn3.weight") ? (s: number) => 0.25 + 0.025 * s : undefined);

interface Manifest {
  readonly seed: number;
  readonly tensors: readonly RecipeTensor[];
}

interface TrainFile {
  readonly num_classes: number;
  readonly watch: readonly string[];
  readonly losses: Readonly<Record<string, readonly number[]>>;
  readonly norms: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Norm and sum of each gradient. */
  readonly grad_norms: Readonly<Record<string, readonly [norm: number, sum: number]>>;
  readonly bn_buffers_after1_sum_sumsq: Readonly<Record<string, readonly [number, number]>>;
  readonly loss_variants_on_logits0: Readonly<Record<string, unknown>>;
}

const ADAM_RATE = 1e-3;

/** Settings by the names of the README. */
const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd({ learningRate: 0.01, momentum: 0.9, weightDecay: 1e-4 }),
  adam: () => adam({ learningRate: ADAM_RATE }),
  adam_l2: () => adam({ learningRate: ADAM_RATE, weightDecay: 1e-4 }),
  adamw: () => adamW({ learningRate: ADAM_RATE, weightDecay: 0.05 }),
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function manifestOf({ json }: GoldenFile): Manifest | undefined {
  if (!isRecord(json) || typeof json.seed !== "number" || !Array.isArray(json.tensors)) return undefined;
  const names = json.tensors.map((tensor) => (isRecord(tensor) ? tensor.name : undefined));
  return names.includes("layer1.0.conv3.weight") && names.includes("fc.weight") ? (json as unknown as Manifest) : undefined; // its field names are the README's
}

const trainFileOf = ({ json }: GoldenFile): TrainFile | undefined =>
  isRecord(json) && ["num_classes", "watch", "losses", "norms", "grad_norms"].every((field) => field in json)
    ? (json as unknown as TrainFile) // its field names are the README's
    : undefined;

/** Recipe weights with a head of so many classes: `backbone.*` and `head.*`. */
function openNetwork({ seed, tensors }: Manifest, numClasses?: number): Params {
  const shaped = tensors.map(({ name, shape }) => ({
    name,
    shape: numClasses !== undefined && name.startsWith("fc.") ? [numClasses, ...shape.slice(1)] : shape,
  }));
  const file = recipeWeights(shaped, { seed, exception });
  const { params } = loadBackbone(backbones.resolve("resnet50"), file);
  const { weight, bias } = { weight: file.tensors["fc.weight"], bias: file.tensors["fc.bias"] };
  return {
    ...prefixParams(params, "backbone"),
    "head.weight": tf.tidy(() => tf.transpose(tf.tensor2d(Float32Array.from(numbers(weight)), weight.shape as [number, number]))),
    "head.bias": tf.tensor1d(Float32Array.from(numbers(bias))),
  };
}

function imagesOf({ data, shape }: WeightTensor): tf.Tensor4D {
  const size = (shape.length === 3 ? [1, ...shape] : shape) as [number, number, number, number];
  return tf.tidy(() => tf.sub(tf.div(tf.tensor4d(Float32Array.from(data as Uint8Array), size), 127.5), 1));
}

async function checkEvaluation(manifest: Manifest, { tensors }: WeightFile): Promise<Deviation[]> {
  await ready();
  const network = openNetwork(manifest);
  const deviations: Deviation[] = [];
  try {
    tf.tidy(() => {
      const { features } = backbones
        .resolve("resnet50")
        .features(selectParams(network, "backbone"), imagesOf(tensors.input_uint8_hwc), {
          training: false,
          tap(name, activation) {
            // torchvision's ReLU works in place: what its hook saw as "bn1" was overwritten before it was stored.
            const shown = name === "bn1" ? tf.relu(activation) : activation;
            deviations.push(...compareActivation(name, name, shown, tensors));
            return activation;
          },
        });
      const logits = dense(features, { weight: network["head.weight"], bias: network["head.bias"] }).dataSync();
      for (const key of Object.keys(tensors)) {
        if (key.startsWith("pooled")) deviations.push(scaled(key, features.dataSync(), numbers(tensors[key]), ACTIVATIONS));
        if (key.startsWith("logits")) deviations.push(scaled(key, logits, numbers(tensors[key]), ACTIVATIONS));
      }
    });
  } finally {
    disposeParams(network);
  }
  return deviations;
}

const isStatistic = (name: string) => /running_(mean|var)$/.test(name);
/** The reference's name of a parameter of ours. */
const theirName = (name: string) => name.replace(/^backbone\./, "").replace(/^head\./, "fc.");

/** Steps of one optimiser: losses, gradients and statistics of the first, weights after each. */
async function checkTraining(manifest: Manifest, golden: TrainFile, { tensors }: WeightFile, name: string): Promise<Deviation[]> {
  await ready();
  const all = openNetwork(manifest, golden.num_classes);
  const pick = (wanted: boolean) => Object.fromEntries(Object.entries(all).filter(([key]) => isStatistic(key) === wanted));
  let [params, statistics] = [pick(false), pick(true)];
  const optimizer = OPTIMIZERS[name]();
  let state = optimizer.init(params);
  const images = imagesOf(tensors.input_uint8_nhwc);
  const labels = tensors.labels.data as Int32Array; // the README
  const deviations: Deviation[] = [];
  const start = await weightsFromParams(renamed(params));
  if (name === "sgd") deviations.push(await checkRule(start, golden, tensors));
  for (const [step, theirLoss] of golden.losses[name].entries()) {
    const { value, grads, aux } = valueAndGradsAux((current) => {
      const merged = { ...current, ...statistics };
      const result = backbones.resolve("resnet50").features(selectParams(merged, "backbone"), images, { training: true });
      const logits = dense(result.features, { weight: merged["head.weight"], bias: merged["head.bias"] });
      const updates = prefixParams(result.updates, "backbone");
      return { loss: crossEntropy(logits, labels), aux: { ...updates, logits } as Record<string, tf.Tensor> };
    })(params);
    deviations.push(scaled(`loss ${step}`, value.dataSync(), [theirLoss], ACTIVATIONS));
    const { logits, ...updates } = aux;
    if (step === 0) {
      deviations.push(scaled("logits", logits.dataSync(), numbers(tensors.logits0), ACTIVATIONS));
      deviations.push(...(await checkGradients(grads, golden, tensors)), ...(await checkStatistics(updates, golden, tensors)));
    }
    const next = optimizer.step(params, grads, state);
    disposeParams(params, statistics, state, grads, { value, logits });
    [params, statistics, state] = [next.params, updates, next.state];
    const after = `${name}.after${step + 1}`;
    if (after in golden.norms) deviations.push(...(await checkWeights(renamed(params), start, after, golden, tensors)));
  }
  disposeParams(params, statistics, state, { images });
  return deviations;
}

const renamed = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).map(([name, tensor]) => [theirName(name), tensor]));

const normOf = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));
const worst = (what: string, deviations: readonly Deviation[]): Deviation =>
  deviations.reduce((a, b) => (b.error / b.tolerance > a.error / a.tolerance || Number.isNaN(b.error) ? b : a), {
    what,
    error: 0,
    tolerance: 1,
  });

async function checkGradients(grads: Params, golden: TrainFile, tensors: WeightFile["tensors"]): Promise<Deviation[]> {
  const ours = await weightsFromParams(renamed(grads));
  const watched = golden.watch
    .filter((name) => `grad.${name}` in tensors)
    .map((name) => {
      const theirs = numbers(tensors[`grad.${name}`]);
      const difference = numbers(ours[name]).map((value, i) => value - theirs[i]);
      return { what: `gradient of ${name}`, error: normOf(difference) / normOf(theirs), tolerance: ROUNDING };
    });
  const norms = Object.entries(golden.grad_norms).flatMap(([name, [norm, sum]]): Deviation[] => {
    const gradient = Array.from(numbers(ours[name]));
    const own = gradient.reduce((total, value) => total + value, 0);
    const magnitude = gradient.reduce((total, value) => total + Math.abs(value), 0);
    return [
      relative(`norm of the gradient of ${name}`, normOf(gradient), norm, GRADIENTS),
      { what: `sum of the gradient of ${name}`, error: Math.abs(own - sum) / magnitude, tolerance: GRADIENTS },
    ];
  });
  return [worst("gradients", watched), worst("norms and sums of gradients", norms)];
}

async function checkStatistics(updates: Params, golden: TrainFile, tensors: WeightFile["tensors"]): Promise<Deviation[]> {
  const ours = await weightsFromParams(renamed(updates));
  const stored = Object.keys(tensors).flatMap((key) => {
    const name = /^bn_after1\.(.*)$/.exec(key)?.[1];
    return name ? [scaled(name, numbers(ours[name]), numbers(tensors[key]), ACTIVATIONS)] : [];
  });
  const sums = Object.entries(golden.bn_buffers_after1_sum_sumsq ?? {}).map(([name, [sum, squares]]) => {
    const values = Array.from(numbers(ours[name]));
    const own = [values.reduce((a, b) => a + b, 0), values.reduce((a, b) => a + b * b, 0)];
    return scaled(`sums of ${name}`, own, [sum, squares], FLOAT32_SUMS);
  });
  return [worst("running statistics", stored), worst("sums of running statistics", sums)];
}

/**
 * Weights after a step. Adam's first steps are ±rate whatever the gradient's size, hence shares of entries, and for a tensor's norm
 * what that share can make of it.
 */
async function checkWeights(
  params: Params,
  start: Readonly<Record<string, WeightTensor>>,
  after: string,
  golden: TrainFile,
  tensors: WeightFile["tensors"],
): Promise<Deviation[]> {
  const isSgd = after.startsWith("sgd");
  const ours = await weightsFromParams(params);
  const theirNorms = Object.entries(golden.norms[after]);
  const norms = theirNorms.map(([name, norm]): Deviation => {
    const values = numbers(ours[name]);
    const byRareSteps = (2 * ADAM_RATE * Math.sqrt(Math.max(1, RARE * values.length))) / norm;
    return relative(`norm of ${name} ${after}`, normOf(values), norm, isSgd ? NORMS : Math.max(NORMS, byRareSteps));
  });
  const total = relative(
    `norm of all ${after}`,
    normOf(theirNorms.map(([name]) => normOf(numbers(ours[name])))),
    normOf(theirNorms.map(([, norm]) => norm)),
    NORMS,
  );
  const stored = golden.watch.filter((name) => `${after}.${name}` in tensors);
  const entries = stored.map((name): Deviation => {
    const [mine, theirs, before] = [ours[name], tensors[`${after}.${name}`], start[name]].map(numbers);
    if (isSgd) {
      const step = normOf(theirs.map((value, i) => value - before[i]));
      const error = normOf(mine.map((value, i) => value - theirs[i])) / step;
      return { what: `step of ${name} ${after}`, error, tolerance: ROUNDING };
    }
    const far = mine.filter((value, i) => Math.abs(value - theirs[i]) > ENTRIES).length;
    return { what: `share of entries of ${name} ${after} that differ`, error: far / mine.length, tolerance: RARE };
  });
  return [total, worst(`norms ${after}`, norms), worst(`weights ${after}`, entries)];
}

/** The first step of SGD from the reference's gradients: the rule alone. */
async function checkRule(
  start: Readonly<Record<string, WeightTensor>>,
  golden: TrainFile,
  tensors: WeightFile["tensors"],
): Promise<Deviation> {
  const optimizer = OPTIMIZERS.sgd();
  const stored = golden.watch.filter((name) => `grad.${name}` in tensors && `sgd.after1.${name}` in tensors);
  const flat = (tensor: WeightTensor) => tf.tensor1d(Float32Array.from(numbers(tensor)));
  const params = Object.fromEntries(stored.map((name) => [name, flat(start[name])]));
  const grads = Object.fromEntries(stored.map((name) => [name, flat(tensors[`grad.${name}`])]));
  const state = optimizer.init(params);
  const next = optimizer.step(params, grads, state);
  const deviations = stored.map((name): Deviation => {
    const [theirs, before] = [tensors[`sgd.after1.${name}`], start[name]].map(numbers);
    const mine = next.params[name].dataSync();
    const step = normOf(theirs.map((value, i) => value - before[i]));
    return { what: `rule on ${name}`, error: normOf(theirs.map((value, i) => mine[i] - value)) / step, tolerance: STEPS };
  });
  disposeParams(params, grads, state, next.params, next.state);
  return worst("sgd from the reference's gradients", deviations);
}

/** Weighted, smoothed and summed cross-entropy of the stored logits. */
async function checkLosses({ loss_variants_on_logits0: golden }: TrainFile, { tensors }: WeightFile): Promise<Deviation[]> {
  await ready();
  const [batch, numClasses] = tensors.logits0.shape;
  const logits = tf.tensor2d(Float32Array.from(numbers(tensors.logits0)), [batch, numClasses]);
  const labels = tensors.labels.data as Int32Array; // the README
  const classWeights = golden.class_weights as number[]; // the README
  const deviations = Object.entries(golden).flatMap(([key, theirs]) => {
    if (key === "class_weights") return [];
    const parts = /^ce(_sum)?(_weighted)?(?:_mean)?(?:_(?:label_smoothing|ls)([\d.]+))?$/.exec(key);
    if (!parts) throw new Error(`no rule for the loss "${key}"`);
    const [, isSum, isWeighted, smoothing] = parts;
    const loss = crossEntropy(logits, labels, {
      ...(isWeighted ? { classWeights } : {}),
      ...(smoothing ? { labelSmoothing: Number(smoothing) } : {}),
    });
    const value = loss.dataSync()[0] * (isSum ? batch : 1);
    loss.dispose();
    return [relative(key, value, Number(theirs), 2e-6)]; // float32
  });
  logits.dispose();
  return deviations;
}

/** ResNet-50 with recipe weights against torchvision: activations, and steps of four optimisers. */
export const resnet50: GoldenKind = {
  name: "resnet50",
  find({ files }) {
    const manifestFile = files.find(manifestOf);
    const manifest = manifestFile && manifestOf(manifestFile);
    if (!manifest) return [];
    const evaluations = files.flatMap((file) => {
      const { tensors } = file;
      const input = tensors?.tensors.input_uint8_hwc;
      if (!tensors || !input) return [];
      const check = () => checkEvaluation(manifest, tensors);
      return [{ files: [file], cases: [{ name: `evaluation at ${input.shape[0]}×${input.shape[1]}`, check }] }];
    });
    const trainFile = files.find(trainFileOf);
    const golden = trainFile && trainFileOf(trainFile);
    const steps = files.find(({ tensors }) => tensors && "labels" in tensors.tensors && "logits0" in tensors.tensors);
    const { tensors } = steps ?? {};
    const trainings: GoldenCase[] =
      golden && tensors
        ? [
            ...Object.keys(golden.losses).map((name) => ({
              name: `training, ${name}`,
              check: Object.hasOwn(OPTIMIZERS, name) ? () => checkTraining(manifest, golden, tensors, name) : undefined,
            })),
            { name: "loss variants", check: () => checkLosses(golden, tensors) },
          ]
        : [];
    const training = trainFile && steps ? [{ files: [trainFile, steps], cases: trainings }] : [];
    return [{ files: [manifestFile], cases: [] }, ...evaluations, ...training];
  },
};
