import * as tf from "@tensorflow/tfjs-core";
import { expect, type Rng } from "repro-kit";
import type { BatchNormParams, LayerParams, Params } from "tfjs-train";

/** Draws the first values of one tensor, row-major, into `values`. */
export type Fill = (rng: Rng, values: Float32Array) => Float32Array;

/** One tensor of a model: what it is called, its tfjs shape, and how it starts. */
export interface ParameterSpec {
  /** Dotted, PyTorch-style; the first component is the group that one optimiser updates. */
  readonly name: string;
  readonly shape: readonly number[];
  /** False for buffers (running statistics, the noise bound), which no optimiser touches. */
  readonly isTrainable: boolean;
  readonly fill: Fill;
}

export const normalFill =
  (mean: number, standardDeviation: number): Fill =>
  (rng, values) =>
    rng.fillNormal(values, mean, standardDeviation);

export const uniformFill =
  (low: number, high: number): Fill =>
  (rng, values) =>
    rng.fillUniform(values, low, high);

export const constantFill =
  (value: number): Fill =>
  (_, values) =>
    values.fill(value);

/** U(−1/√fanIn, 1/√fanIn): what PyTorch's Linear and Conv2d start from. */
export const fanInFill = (fanIn: number): Fill => uniformFill(-1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));

/** A dense layer with bias: weight [in, out]. */
export function denseSpecs(name: string, inputs: number, outputs: number): readonly ParameterSpec[] {
  const fill = fanInFill(inputs);
  return [
    { name: `${name}.weight`, shape: [inputs, outputs], isTrainable: true, fill },
    { name: `${name}.bias`, shape: [outputs], isTrainable: true, fill },
  ];
}

/** A square convolution with bias: weight [size, size, in, out]. */
export function convSpecs(name: string, size: number, inputs: number, outputs: number): readonly ParameterSpec[] {
  const fill = fanInFill(size * size * inputs);
  return [
    { name: `${name}.weight`, shape: [size, size, inputs, outputs], isTrainable: true, fill },
    { name: `${name}.bias`, shape: [outputs], isTrainable: true, fill },
  ];
}

/** Batch normalisation over `channels`: scale and shift unless `isAffine` is false, and the running statistics. */
export function normSpecs(name: string, channels: number, { isAffine = true } = {}): readonly ParameterSpec[] {
  const shape = [channels];
  return [
    ...(isAffine
      ? [
          { name: `${name}.weight`, shape, isTrainable: true, fill: normalFill(1, 0.02) },
          { name: `${name}.bias`, shape, isTrainable: true, fill: constantFill(0) },
        ]
      : []),
    { name: `${name}.running_mean`, shape, isTrainable: false, fill: constantFill(0) },
    { name: `${name}.running_var`, shape, isTrainable: false, fill: constantFill(1) },
  ];
}

/** Whether a tensor is a running statistic of batch normalisation. */
export const isStatistic = (name: string): boolean => /\.running_(mean|var)$/.test(name);

/**
 * First values of every tensor. Each draws from its own stream, `rng.fork(name)`, so a layer more never changes another.
 *
 * @throws Error ("bug: …") if two specs share a name.
 */
export function initParams(specs: readonly ParameterSpec[], rng: Rng): Params {
  const params: Record<string, tf.Tensor> = {};
  for (const { name, shape, fill } of specs) {
    if (name in params) throw new Error(`bug: two parameters are called "${name}".`);
    params[name] = tf.tensor(fill(rng.fork(name), new Float32Array(tf.util.sizeFromShape([...shape]))), [...shape]);
  }
  return params;
}

/** The tensors of one layer, looked up by its name. @throws UsageError if the layer has no weight, which happens when parameters of another model are handed in. */
export function layerOf(params: Params, name: string): LayerParams {
  const weight = params[`${name}.weight`];
  expect(
    weight,
    "params",
    () => `no tensor "${name}.weight" among ${Object.keys(params).length}. Give the parameters of this model.`,
  );
  return { weight, bias: params[`${name}.bias`] };
}

/** The tensors of one batch normalisation. @throws UsageError as `layerOf`. */
export function normOf(params: Params, name: string): BatchNormParams {
  const tensor = (part: string) => params[`${name}.${part}`];
  expect(tensor("running_mean"), "params", `no tensor "${name}.running_mean". Give the parameters of this model.`);
  return {
    weight: tensor("weight"),
    bias: tensor("bias"),
    running_mean: tensor("running_mean"),
    running_var: tensor("running_var"),
  };
}
