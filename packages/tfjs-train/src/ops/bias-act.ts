import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, listKnown } from "repro-kit";
import { gradientDepth, runFused } from "../fused.ts";
import { asFloat } from "../gradients/gradient-rule.ts";
import { type ActivationName, activations } from "./activation-functions.ts";

export interface BiasActOptions {
  /** Default "linear". */
  readonly activation?: ActivationName;
  /** Axis of x along which the bias runs. Default −1, the channels of NHWC. */
  readonly axis?: number;
  /** Slope below 0 of "lrelu". Default 0.2. */
  readonly alpha?: number;
  /** Default √2 for relu, lrelu and swish, else 1. */
  readonly gain?: number;
  /** Largest magnitude of the result, at least 0. Default none. */
  readonly clamp?: number;
}

/** What the kernels are told. `activation` is a place in {@link activations}. */
export interface BiasActAttributes {
  readonly activation: number;
  readonly alpha: number;
  readonly gain: number;
  readonly clamp: number;
}

const known = ["activation", "axis", "alpha", "gain", "clamp"];
const names = activations.map(({ name }) => name);

/**
 * Bias, activation, gain and clamp: y = clip(g(x + b)·gain, −clamp, clamp). One pass on wasm, and one for each of the first two
 * derivatives; plain ops elsewhere, and under three gradients. Where the result is clamped its gradient is 0.
 *
 * @param x - Any shape; integers are taken as float32.
 * @param bias - One value for each place of the axis; null for none.
 * @returns The shape of x, float32.
 * @throws UsageError if the bias does not fit the axis, or an option is unknown or out of its range.
 * @see Karras et al. 2020 (StyleGAN2-ADA), reference program, torch_utils/ops/bias_act.py.
 */
export function biasAct<T extends tf.Tensor>(x: T, bias: tf.Tensor1D | null = null, options: BiasActOptions = {}): T {
  checkOptions("biasAct", options, known);
  const { activation = "linear", axis = -1, clamp = Number.POSITIVE_INFINITY } = options;
  const index = names.indexOf(activation);
  expect(index >= 0, "biasAct", () => `no activation "${activation}"; ${listKnown(activation, names)}`);
  const { defaultAlpha, defaultGain } = activations[index];
  const { alpha = defaultAlpha, gain = defaultGain } = options;
  expect(clamp >= 0, "biasAct", `clamp must be at least 0; got ${clamp}. Leave it out for none.`);
  expect(Number.isFinite(alpha) && Number.isFinite(gain), "biasAct", `alpha and gain must be finite; got ${alpha}, ${gain}.`);
  const place = axis < 0 ? axis + x.rank : axis;
  if (bias !== null) {
    expect(place >= 0 && place < x.rank, "biasAct", () => `axis must be one of the ${x.rank} of x; got ${axis}.`);
    expect(
      bias.rank === 1 && bias.size === x.shape[place],
      "biasAct",
      () => `the bias must have one value for each of the ${x.shape[place]} places of axis ${axis}; got shape [${bias.shape}].`,
    );
  }
  const attributes: BiasActAttributes = { activation: index, alpha, gain, clamp };
  return tf.tidy(() => {
    const float = asFloat(x);
    const inputs = bias === null ? [float] : place === x.rank - 1 ? [float, asFloat(bias)] : [addAlong(float, bias, place)];
    return (isFusedHere() ? fused(inputs, attributes) : composed(inputs, attributes)) as T; // elementwise: the shape stays
  });
}

/** x + bias, the bias along one axis. */
function addAlong(x: tf.Tensor, bias: tf.Tensor1D, axis: number): tf.Tensor {
  const shape = x.shape.map((size, i) => (i === axis ? size : 1));
  return tf.add(x, tf.reshape(bias, shape));
}

/** The kernels know two derivatives: under more than two gradients plain ops have to serve. */
function isFusedHere(): boolean {
  return gradientDepth() <= 2 && tf.getKernel("BiasAct", tf.getBackend()) !== undefined;
}

function composed([x, bias]: Inputs, { activation, alpha, gain, clamp }: BiasActAttributes): tf.Tensor {
  const y = activations[activation].apply(bias ? tf.add(x, bias) : x, alpha);
  const scaled = gain === 1 ? y : tf.mul(y, gain);
  if (clamp === 0) return tf.minimum(tf.maximum(scaled, 0), 0); // tf.clipByValue would cut the result off from x
  return clamp < Number.POSITIVE_INFINITY ? tf.clipByValue(scaled, -clamp, clamp) : scaled;
}

/** x and, where there is one, the bias. */
type Inputs = readonly tf.Tensor[];

const named = ([x, bias]: Inputs): Record<string, tf.Tensor> => (bias ? { x, bias } : { x });

/** The gradients by each of the inputs. */
const perInput = (dx: tf.Tensor, [, bias]: Inputs): tf.Tensor[] =>
  bias ? [dx, tf.sum(tf.reshape(dx, [-1, bias.size]), 0)] : [dx];

function fused(inputs: Inputs, attributes: BiasActAttributes): tf.Tensor {
  return withGradient(
    inputs,
    (given) => runFused("BiasAct", named(given), attributes)[0],
    (dy, given) => perInput(firstDerivative(dy, given, attributes), given),
  );
}

/** factor·g′(x + bias)·gain. */
function firstDerivative(factor: tf.Tensor, inputs: Inputs, attributes: BiasActAttributes): tf.Tensor {
  return withGradient(
    [factor, ...inputs],
    ([f, ...given]) => runFused("BiasActDerivative", { factor: f, ...named(given) }, { ...attributes, order: 1 })[0],
    (ddx, [f, ...given]) => [
      firstDerivative(ddx, given, attributes),
      ...perInput(secondDerivative(tf.mul(ddx, f), given, attributes), given),
    ],
  );
}

/** factor·g″(x + bias)·gain; the last that is known. */
function secondDerivative(factor: tf.Tensor, inputs: Inputs, attributes: BiasActAttributes): tf.Tensor {
  if (gradientDepth() > 0) throw new Error("bug: a fused biasAct cannot be differentiated three times.");
  return runFused("BiasActDerivative", { factor, ...named(inputs) }, { ...attributes, order: 2 })[0];
}

/** A function of tensors with its own gradient, which is given the same tensors. */
function withGradient(
  inputs: Inputs,
  forward: (given: Inputs) => tf.Tensor,
  backward: (dy: tf.Tensor, given: Inputs) => tf.Tensor[],
): tf.Tensor {
  const op = tf.customGrad((...all) => {
    const save = all.pop() as tf.GradSaveFunc; // the last argument, by the contract of customGrad
    const given = all as tf.Tensor[]; // the others
    save(given);
    return { value: forward(given), gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backward(dy, saved) };
  });
  return op(...inputs);
}
