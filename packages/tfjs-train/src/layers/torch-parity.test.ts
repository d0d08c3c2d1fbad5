import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import type { Params } from "../params.ts";
import { ready } from "../ready.ts";
import { readSafetensors } from "../safetensors/read-safetensors.ts";
import { valueAndGradsAux } from "../value-and-grads.ts";
import { paramsFromWeights } from "../weights.ts";
import { leakyRelu, logSoftmax, relu, sigmoid, softplus, tanh } from "./activations.ts";
import { type MultiHeadAttentionParams, multiHeadAttention } from "./attention.ts";
import { type BatchNormOptions, type BatchNormParams, batchNorm } from "./batch-norm.ts";
import { type ConvolutionOptions, conv2d, convTranspose2d, type TransposedConvolutionOptions } from "./convolution.ts";
import { dense, type LayerParams } from "./dense.ts";
import { groupNorm, layerNorm } from "./group-norm.ts";

/** float32 sums of at most a hundred products, in another order; relative to 1 + the largest entry. */
const TOLERANCE = 3e-6;
/** The same through two derivatives, where rounding is multiplied by third powers. */
const SECOND_ORDER_TOLERANCE = 2e-5;

const file = readSafetensors(readFileSync(join(import.meta.dirname, "__fixtures__", "torch.safetensors")));
const cases: [string, Record<string, unknown>][] = Object.entries(JSON.parse(file.metadata.cases));
const activations: Record<string, (x: tf.Tensor) => tf.Tensor> = { leakyRelu, relu, tanh, sigmoid, softplus, logSoftmax };

/** The layer of a case, as a function of its parameters and x. */
function layerOf(
  name: string,
  settings: object,
  stored: Params,
): (all: Params) => { y: tf.Tensor; aux: Record<string, tf.Tensor> } {
  const params = (all: Params) => all as unknown as LayerParams; // weight and bias, as the fixture has them
  if (name.startsWith("conv"))
    return (all) => ({ y: conv2d(all.x as tf.Tensor4D, params(all), settings as ConvolutionOptions), aux: {} });
  if (name.startsWith("transposed"))
    return (all) => ({
      y: convTranspose2d(all.x as tf.Tensor4D, params(all), settings as TransposedConvolutionOptions),
      aux: {},
    });
  if (name === "dense") return (all) => ({ y: dense(all.x, params(all)), aux: {} });
  if (name.startsWith("group")) return (all) => ({ y: groupNorm(all.x, params(all), settings as { groups: number }), aux: {} });
  if (name === "layer") return (all) => ({ y: layerNorm(all.x, params(all)), aux: {} });
  if (name.startsWith("attention")) {
    const { heads, masked } = settings as { heads: number; masked: boolean };
    return ({ x, ...all }) => {
      const [, tokens] = x.shape;
      const mask = tf.mul(tf.sub(1, tf.linalg.bandPart(tf.ones([tokens, tokens]), -1, 0)), -1e9); // no token looks ahead
      const y = multiHeadAttention(
        x as tf.Tensor3D,
        all as unknown as MultiHeadAttentionParams,
        masked ? { heads, mask } : { heads },
      );
      return { y, aux: {} };
    };
  }
  if (name.startsWith("norm"))
    return (all) => {
      const { y, ...aux } = batchNorm(all.x, { ...stored, ...all } as unknown as BatchNormParams, settings as BatchNormOptions);
      return { y, aux };
    };
  return (all) => ({ y: activations[name](all.x), aux: {} });
}

function expectClose(what: string, got: tf.Tensor, wanted: tf.Tensor, tolerance = TOLERANCE): void {
  expect(got.shape, what).toEqual(wanted.shape);
  const [a, b] = [got.dataSync<"float32">(), wanted.dataSync<"float32">()];
  const scale = b.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  b.forEach((value, i) => {
    expect(Math.abs(a[i] - value), `${what} [${i}]: ${a[i]} for ${value}`).toBeLessThan(tolerance * scale);
  });
}

const hasTensorflow = await ready({ backend: "tensorflow" }).then(
  () => true,
  () => false,
);

describe.each(hasTensorflow ? (["cpu", "wasm", "tensorflow"] as const) : (["cpu", "wasm"] as const))(
  "layers equal PyTorch's on %s",
  (backend) => {
    test.each(cases)("%s", async (name, settings) => {
      await ready({ backend });
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const tensors = Object.entries(file.tensors).filter(([key]) => key.startsWith(`${name}.`));
        const at = paramsFromWeights(
          { tensors: Object.fromEntries(tensors.map(([key, tensor]) => [key.slice(name.length + 1), tensor])), metadata: {} },
          { keep: (key) => !key.endsWith("weight") }, // x, y and their gradients are stored as tfjs has them
        );
        const inputs = Object.fromEntries(Object.entries(at).filter(([key]) => at[`grad.${key}`]));
        const layer = layerOf(name, settings, at);
        const { grads, aux } = valueAndGradsAux<Record<string, tf.Tensor>>((all) => {
          const result = layer(all);
          const weights = tf.reshape(tf.cos(tf.range(0, result.y.size)), result.y.shape);
          return { loss: tf.sum(tf.mul(result.y, weights)) as tf.Scalar, aux: { y: result.y, ...result.aux } };
        })(inputs);
        expectClose("y", aux.y, at.y);
        for (const key of Object.keys(inputs)) expectClose(`gradient by ${key}`, grads[key], at[`grad.${key}`]);
        if (settings.training === true) {
          expectClose("running mean", aux.running_mean, at.new_mean);
          expectClose("running variance", aux.running_var, at.new_var);
        } else expect(aux.running_mean).toBeUndefined();
      });
      expect(tf.memory().numTensors, "no tensor is left").toBe(before);
    });
  },
);

test("batchNorm differentiated twice equals the composition that it stands for, and refuses one value a channel", async () => {
  for (const backend of ["cpu", "wasm"] as const) {
    await ready({ backend });
    tf.tidy(() => {
      const x = tf.tensor2d([
        [0.3, -1],
        [1.2, 0.4],
        [-0.7, 2],
        [0.1, 0.9],
      ]);
      const state = {
        running_mean: tf.zeros([2]),
        running_var: tf.ones([2]),
        weight: tf.tensor1d([1.5, -0.5]),
        bias: tf.tensor1d([0.1, 0.2]),
      };
      const twice = (f: (z: tf.Tensor) => tf.Tensor) => {
        const inner = (z: tf.Tensor) => tf.sum(tf.pow(f(z), 3));
        return tf.grad((z) => tf.sum(tf.pow(tf.grad(inner)(z), 3)))(x);
      };
      const plain = (z: tf.Tensor) => {
        const { mean, variance } = tf.moments(z, 0);
        return tf.add(tf.mul(tf.div(tf.sub(z, mean), tf.sqrt(tf.add(variance, 1e-5))), state.weight), state.bias);
      };
      expectClose(
        "second derivative",
        twice((z) => batchNorm(z, state, { training: true }).y),
        twice(plain),
        SECOND_ORDER_TOLERANCE,
      );
      expect(() => batchNorm(tf.zeros([1, 2]), state, { training: true })).toThrow("more than one value a channel");
      expect(() => batchNorm(x, state, { training: true, eps: 1 } as BatchNormOptions)).toThrow('unknown option "eps"');
    });
  }
});
