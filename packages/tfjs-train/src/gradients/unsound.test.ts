import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "repro-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { discardTape } from "../fused.ts";
import { ready } from "../ready.ts";
import { installGradients, listGradients } from "./index.ts";
import { unsoundOps } from "./unsound.ts";

beforeAll(() => ready({ backend: "cpu" }));
afterAll(() => expect(tf.memory().numTensors).toBe(0));

const image = () => tf.reshape(tf.sin(tf.range(0, 16, 1, "float32")), [1, 4, 4, 1]) as tf.Tensor4D; // reshaped to rank 4
const vector = () => tf.tensor1d([0.3, -0.2, 0.5, 0.9]);
const index = (values: number[]) => tf.tensor1d(values, "int32");

/** A way to reach each op from a tensor; of those that are not here none has a float input that a user would differentiate by. */
const uses: Readonly<Record<string, readonly [input: () => tf.Tensor, op: (x: tf.Tensor) => tf.Tensor]>> = {
  Dilation2D: [image, (x) => tf.dilation2d(x as tf.Tensor4D, tf.ones([2, 2, 1]), 1, "valid")],
  Conv3DBackpropInputV2: [
    () => tf.ones([1, 2, 2, 2, 1]),
    (x) => tf.conv3dTranspose(x as tf.Tensor5D, tf.ones([2, 2, 2, 1, 1]), [1, 4, 4, 4, 1], 2, "same"),
  ],
  Complex: [vector, (x) => tf.real(tf.complex(x, tf.neg(x)))],
  FFT: [vector, (x) => tf.real(tf.spectral.fft(tf.complex(x, tf.zerosLike(x))))],
  Transform: [image, (x) => tf.image.transform(x as tf.Tensor4D, tf.tensor2d([[1, 0.1, 0, 0, 1, 0, 0, 0]]))],
  RotateWithOffset: [image, (x) => tf.image.rotateWithOffset(x as tf.Tensor4D, 0.3)],
  SparseToDense: [vector, (x) => tf.sparseToDense(index([0, 2, 3, 5]), x, [6], 0)],
  DenseBincount: [vector, (x) => tf.denseBincount(index([0, 2, 2, 1]), x as tf.Tensor1D, 3)],
  Bincount: [vector, (x) => tf.bincount(index([0, 2, 2, 1]), x as tf.Tensor1D, 3)],
  Multinomial: [vector, (x) => tf.cast(tf.multinomial(x as tf.Tensor1D, 2, 1), "float32")],
};

/** Σ op(x)² and its slopes. */
const loss = (op: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => tf.sum(tf.square(op(x)));
const penalty = (op: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => tf.sum(tf.square(tf.grad(loss(op))(x)));

function failureOf(run: () => unknown): Error {
  try {
    tf.tidy(() => {
      run();
    });
  } catch (error) {
    discardTape();
    return error as Error; // thrown by the engine or by us
  }
  throw new Error("nothing was thrown");
}

describe("ops without sound derivatives", () => {
  test.each(Object.keys(uses))("%s throws its name instead of a number", (kernel) => {
    const entry = unsoundOps.find((one) => one.kernel === kernel);
    const [input, op] = uses[kernel];
    expect(entry).toBeDefined();
    if (entry?.orders === 1) expect(tf.tidy(() => tf.grad(loss(op))(input()).dataSync()).every(Number.isFinite)).toBe(true);
    else
      expect(failureOf(() => tf.grad(loss(op))(input())).message).toMatch(
        /\[gradients\] tf\.\S+( \(complex\))? has no derivative/,
      );
    const failure = failureOf(() => tf.grad(penalty(op))(input()));
    expect(UsageError.isInstance(failure)).toBe(true);
    expect(failure.message).toContain(`tf.${kernel === "Complex" || kernel === "FFT" ? "real" : entry?.op}`);
    expect(failure.message).toContain("; ");
  });

  test("a stock gradient that came since is replaced by the next installGradients()", () => {
    tf.registerGradient({ kernelName: "Dilation2D", inputsToSave: ["x"], gradFunc: () => ({}) });
    installGradients();
    expect(failureOf(() => tf.grad(penalty(uses.Dilation2D[1]))(image())).message).toContain(
      "[gradients] tf.dilation2d has no second",
    );
  });

  test("no op is both sound and unsound, and each kernel between float tensors is one or the other", () => {
    const sound = new Set(listGradients());
    expect(unsoundOps.filter(({ kernel }) => sound.has(kernel))).toEqual([]);
    const known = new Set([...sound, ...unsoundOps.map(({ kernel }) => kernel), ...without]);
    const kernels = tf.getKernelsForBackend("cpu").map(({ kernelName }) => kernelName);
    expect(kernels.filter((kernel) => !known.has(kernel))).toEqual([]);
  });
});

/** Kernels of the cpu backend through which no gradient goes: no inputs, integer or string ones, or only reached inside of others. */
const without = [
  "BroadcastArgs",
  "Conv3DBackpropFilterV2",
  "AvgPool3DGrad",
  "Dilation2DBackpropFilter",
  "Dilation2DBackpropInput",
  "Draw",
  "EluGrad",
  "Fill",
  "FusedConv2D",
  "FusedDepthwiseConv2D",
  "GridSampleBackpropGrid",
  "_FusedMatMul",
  "LRNGrad",
  "LinSpace",
  "MaxPool3DGrad",
  "MaxPoolGrad",
  "NonMaxSuppressionV3",
  "NonMaxSuppressionV4",
  "RaggedRange",
  "Range",
  "ResizeBilinearGrad",
  "ResizeNearestNeighborGrad",
  "SearchSorted",
  "SparseReshape",
  "StaticRegexReplace",
  "StringNGrams",
  "StringSplit",
  "StringToHashBucketFast",
];
