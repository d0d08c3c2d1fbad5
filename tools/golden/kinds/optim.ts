import * as tf from "@tensorflow/tfjs-core";
import {
  adagrad,
  adam,
  adamW,
  clipGradients,
  disposeParams,
  type Optimizer,
  ready,
  rmsprop,
  sgd,
  type WeightFile,
  type WeightTensor,
} from "tfjs-train";
import { absolute } from "../compare.ts";
import type { Deviation, GoldenCase, GoldenFile, GoldenKind } from "../golden-kind.ts";
import { scheduleCases } from "./optim-schedules.ts";

/** golden/eval/README.md: toy optimisers in float32. (Its 1e-12 for float64 is for programs that compute in float64; tfjs does not.) */
const TOLERANCE = 1e-6;
const BACKENDS = ["cpu", "wasm"] as const;

type Config = readonly [kind: string, options: Readonly<Record<string, unknown>>];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function configsOf({ json }: GoldenFile): [string, Config][] {
  if (!isRecord(json) || !isRecord(json.configs)) return [];
  return Object.entries(json.configs).filter(
    (entry): entry is [string, Config] => Array.isArray(entry[1]) && typeof entry[1][0] === "string" && isRecord(entry[1][1]),
  );
}

/** The optimiser of a setting in torch's words; undefined where it is not built yet. */
function optimizerOf([kind, options]: Config): Optimizer | undefined {
  const renamed: Record<string, unknown> = {};
  const names: Record<string, string> = { lr: "learningRate", weight_decay: "weightDecay", eps: "epsilon" };
  for (const [key, value] of Object.entries(options)) {
    if (key === "betas")
      [renamed.beta1, renamed.beta2] = value as [number, number]; // torch's pair
    else renamed[names[key] ?? key] = value;
  }
  // The options are those of the golden file; each factory checks their names.
  if (kind === "SGD") return sgd(renamed as unknown as Parameters<typeof sgd>[0]);
  if (kind === "Adam") return adam(renamed as unknown as Parameters<typeof adam>[0]);
  if (kind === "AdamW") return adamW(renamed as unknown as Parameters<typeof adamW>[0]);
  if (kind === "RMSprop" && options.centered !== true) return rmsprop(renamed as unknown as Parameters<typeof rmsprop>[0]);
  if (kind === "Adagrad") return adagrad(renamed as unknown as Parameters<typeof adagrad>[0]);
  return undefined;
}

const numbers = (tensor: WeightTensor): Float32Array => Float32Array.from(tensor.data as ArrayLike<number>); // F32
const rowsOf = ({ shape: [count, size], ...tensor }: WeightTensor): Float32Array[] => {
  const all = numbers({ shape: [count, size], ...tensor });
  return Array.from({ length: count }, (_, k) => all.subarray(k * size, (k + 1) * size));
};

async function onEachBackend(run: () => Promise<Deviation[]> | Deviation[], prefix: string): Promise<Deviation[]> {
  const deviations: Deviation[] = [];
  for (const backend of BACKENDS) {
    await ready({ backend });
    for (const deviation of await run()) deviations.push({ ...deviation, what: `${prefix}${deviation.what} on ${backend}` });
  }
  return deviations;
}

async function checkTrajectory(optimizer: Optimizer, { tensors }: WeightFile, reference: WeightTensor): Promise<Deviation[]> {
  let params: Record<string, tf.Tensor> = { p: tf.tensor1d(numbers(tensors.p0)) };
  let state = optimizer.init(params);
  const trajectory: number[] = [];
  for (const gradient of rowsOf(tensors.grads)) {
    const grads = { p: tf.tensor1d(gradient) };
    const next = optimizer.step(params, grads, state);
    disposeParams(params, grads, state);
    ({ params, state } = next);
    trajectory.push(...(await params.p.data()));
  }
  disposeParams(params, state);
  return [absolute("trajectory", trajectory, numbers(reference), TOLERANCE)];
}

function checkClip({ tensors }: WeightFile): Deviation[] {
  const total = numbers(tensors.clip3_total);
  const gradient = tf.tidy(() => tf.mul(tf.tensor1d(rowsOf(tensors.grads)[0]), 5));
  const { grads, norm } = clipGradients({ g: gradient }, 3);
  const deviations = [
    absolute("norm", norm.dataSync(), total, TOLERANCE * (1 + total[0])),
    absolute("gradient", grads.g.dataSync(), numbers(tensors.clip3_grad), TOLERANCE),
  ];
  tf.dispose([gradient, norm, grads.g]);
  return deviations;
}

/** Twelve numbers under stored gradients, a trajectory for each optimiser setting; clipping by norm. golden/eval/README.md (optim). */
export const optim: GoldenKind = {
  name: "optim",
  find({ files }) {
    const definitions = files.find((file) => configsOf(file).length > 0);
    const data = files.find(({ tensors }) => tensors?.tensors.p0 && tensors.tensors.grads);
    if (!definitions || !data?.tensors) return [];
    const file = data.tensors;
    const cases: GoldenCase[] = configsOf(definitions).flatMap(([name, config]) => {
      const reference = file.tensors[`f32.${name}`];
      if (!reference) return [];
      const optimizer = optimizerOf(config);
      return [{ name, check: optimizer && (() => onEachBackend(() => checkTrajectory(optimizer, file, reference), "")) }];
    });
    if (file.tensors.clip3_total) cases.push({ name: "clip by norm", check: () => onEachBackend(() => checkClip(file), "") });
    cases.push(...scheduleCases(definitions.json as Record<string, unknown>)); // configsOf found it to be a record
    return [{ files: [definitions, data], cases }];
  },
};
