import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, describe, expect, test } from "vitest";
import { type BackendName, ready } from "../ready.ts";
import { readSafetensors } from "../safetensors/read-safetensors.ts";

/** float32 against float64, relative to 1 + the largest entry. */
const TOLERANCE = 2e-6;
/** The same through two derivatives, where rounding is multiplied by third powers. */
const SECOND_ORDER_TOLERANCE = 1e-5;

const file = readSafetensors(readFileSync(join(import.meta.dirname, "__fixtures__", "torch.safetensors")));
const stored = (name: string) => {
  const { data, shape } = file.tensors[name];
  return tf.tensor(data as Float32Array, [...shape]) as tf.Tensor; // the fixtures are float32
};
const namesOf = (end: string) =>
  Object.keys(file.tensors).flatMap((name) => (name.endsWith(end) ? [name.slice(0, -end.length)] : []));

type Op = (x: tf.Tensor) => tf.Tensor;
const image =
  (op: (x: tf.Tensor4D) => tf.Tensor): Op =>
  (x) =>
    op(x as tf.Tensor4D); // the fixtures have that rank
const labels = [0.1, 0.2, 0.1, 0.1, 0.2, 0.2, 0.1];
const resize = (height: number, width: number, align: boolean) =>
  image((x) => tf.image.resizeBilinear(tf.square(x), [height, width], align, !align));

/** What torch computed, in tfjs. */
const ops: Readonly<Record<string, Op>> = {
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
  expTanh: (x) => tf.exp(tf.tanh(x)),
  softmax: (x) => tf.softmax(x),
  logSoftmax: (x) => tf.logSoftmax(x),
  crossEntropy: (x) => tf.losses.softmaxCrossEntropy(tf.tensor2d([labels, labels]), x, undefined, 0, tf.Reduction.NONE),
  elu: (x) => tf.mul(tf.elu(x), x),
  selu: (x) => tf.mul(tf.selu(x), x),
  relu6: (x) => tf.mul(tf.relu6(tf.mul(x, 3)), x),
  prelu: (x) => tf.prelu(tf.mul(x, tf.sin(x)), tf.scalar(0.3)),
  leakyRelu: (x) => tf.leakyRelu(tf.sub(tf.mul(x, x), 1), 0.2),
  clipByValue: (x) => tf.clipByValue(tf.mul(x, x), 0.5, 4),
  max: (x) => tf.max(tf.mul(tf.sin(x), x), 0),
  min: (x) => tf.min(tf.mul(tf.sin(x), x), 1, true),
  logSumExp: (x) => tf.logSumExp(tf.mul(x, 3), 0),
  pow: (x) => tf.pow(x, 3),
  prod: (x) => tf.prod(x, 1),
  cumprod: (x) => tf.cumprod(x, 1),
  einsum: (x) => tf.einsum("bij,bkj->bik", x, tf.sin(x)),
  topk: (x) => tf.topk(tf.mul(x, x), 3).values,
  stridedSlice: (x) => tf.stridedSlice(tf.mul(x, x), [1, 1], [5, 5], [3, 2]),
  localResponseNormalization: image((x) => tf.localResponseNormalization(x, 2, 1.5, 0.1, 0.75)),
  avgPool: image((x) => tf.avgPool(tf.square(x), 3, 2, 1, "floor")),
  maxPool: image((x) => tf.maxPool(tf.square(x), 3, 2, 1, "floor")),
  maxPool3d: (x) => tf.maxPool3d(tf.mul(x, x) as tf.Tensor5D, 2, 1, "valid"), // that rank
  depthwiseConv2d: image((x) => {
    const padded = tf.pad(tf.mul(x, x), [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
    return tf.depthwiseConv2d(padded as tf.Tensor4D, stored("depthwiseConv2d.filter") as tf.Tensor4D, 2, "valid"); // rank 4
  }),
  "resizeBilinear.9x4.half": resize(9, 4, false),
  "resizeBilinear.9x4.align": resize(9, 4, true),
  "resizeBilinear.3x11.half": resize(3, 11, false),
  "resizeBilinear.3x11.align": resize(3, 11, true),
  "kinks.relu": (x) => tf.relu(x),
  "kinks.relu6": (x) => tf.relu6(x),
  "kinks.elu": (x) => tf.elu(x),
  "kinks.selu": (x) => tf.selu(x),
  "kinks.abs": (x) => tf.abs(x),
  "kinks.sign": (x) => tf.sign(x),
  "kinks.leakyRelu": (x) => tf.leakyRelu(x, 0.2),
  "kinks.prelu": (x) => tf.prelu(x, tf.scalar(0.3)),
  "kinks.clipByValue": (x) => tf.clipByValue(x, -1, 6),
  "kinks.max": (x) => tf.max(x, 1),
  "kinks.min": (x) => tf.min(x, 1),
  "kinks.maxOfAll": (x) => tf.max(x),
  "kinks.logSumExp": (x) => tf.logSumExp(x, 1),
  "kinks.maxPool": image((x) => tf.maxPool(x, 2, 2, "valid")),
  "kinks.maxPoolOverlapping": image((x) => tf.maxPool(x, 3, 1, "valid")),
};

const weights = (y: tf.Tensor) => tf.reshape(tf.cos(tf.range(0, y.size, 1, "float32")), y.shape);

function expectClose(found: tf.Tensor, name: string, tolerance: number): void {
  const wanted = stored(name);
  expect(found.shape).toEqual(wanted.shape);
  const values = found.dataSync();
  const target = wanted.dataSync<"float32">();
  const largest = target.reduce((sofar, value) => Math.max(sofar, Math.abs(value)), 1);
  target.forEach((value, i) => {
    expect(Math.abs(values[i] - value), `${name}[${i}]: ${values[i]}, torch ${value}`).toBeLessThanOrEqual(tolerance * largest);
  });
}

const usable: BackendName[] = [];
for (const backend of ["tensorflow", "wasm", "cpu"] as const)
  await ready({ backend }).then(
    () => usable.push(backend),
    () => {},
  );

afterAll(() => expect(tf.memory().numTensors).toBe(0));

describe.each(usable)("derivatives as PyTorch's, %s", (backend) => {
  test.each(namesOf(".first"))("%s", async (name) => {
    await tf.setBackend(backend);
    const loss: Op = (x) => {
      const y = ops[name](x);
      return tf.sum(tf.mul(y, weights(y)));
    };
    tf.tidy(() => {
      const x = stored(`${name}.x`);
      expectClose(tf.grad(loss)(x), `${name}.first`, TOLERANCE);
      if (!(`${name}.second` in file.tensors)) return;
      const penalty: Op = (z) => {
        const first = tf.grad(loss)(z);
        return tf.sum(tf.mul(tf.square(first), weights(first)));
      };
      expectClose(tf.grad(penalty)(x), `${name}.second`, SECOND_ORDER_TOLERANCE);
    });
  });
});
