import * as tf from "@tensorflow/tfjs-core";
import { logSoftmax } from "../../layers/activations.ts";
import { CUBE, fixed, type GradientCase, matrix, POSITIVE, ROW } from "./gradient-case.ts";

const cube = { shape: CUBE };

/** A reduction over every choice of axes, with and without them kept. */
function overAxes(
  name: string,
  reduce: (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor,
  options: { readonly range?: readonly [number, number] } = {},
): GradientCase[] {
  const choices: readonly (number | number[] | undefined)[] = [0, 1, -1, [0, 1], [0, 2], [-2, -1], undefined];
  return choices.flatMap((axis) =>
    [false, true].map((keepDims) =>
      matrix(`${name}: axis ${axis ?? "all"}${keepDims ? " kept" : ""}`, (x) => reduce(x, axis, keepDims), {
        ...cube,
        ...options,
      }),
    ),
  );
}

const labels = (rows: number, columns: number) => tf.softmax(fixed([rows, columns], 2));

export const reductionCases: readonly GradientCase[] = [
  ...overAxes("sum", (x, axis, keep) => tf.sum(x, axis, keep)),
  ...overAxes("mean", (x, axis, keep) => tf.mean(x, axis, keep)),
  ...overAxes("max", (x, axis, keep) => tf.max(x, axis, keep)),
  ...overAxes("min", (x, axis, keep) => tf.min(x, axis, keep)),
  ...overAxes("prod", (x, axis, keep) => tf.prod(x, axis, keep)),
  matrix("prod: one zero", (x) => tf.prod(x, 1), { start: [0] }),
  matrix("prod: two zeros in a row", (x) => tf.prod(x, 1), { start: [0, 0] }),
  ...overAxes("logSumExp", (x, axis, keep) => tf.logSumExp(x, axis, keep)),
  matrix("logSumExp: far out", (x) => tf.logSumExp(tf.mul(x, 40), 1)),
  ...overAxes("moments", (x, axis, keep) => tf.moments(x, axis, keep).variance),
  ...overAxes("norm", (x, axis, keep) => tf.norm(x, "euclidean", axis, keep), { range: POSITIVE }),
  matrix("all", (x) => tf.mul(x, tf.cast(tf.all(tf.greater(x, -1), 1, true), "float32"))),
  matrix("any", (x) => tf.mul(x, tf.cast(tf.any(tf.greater(x, 1), 1, true), "float32"))),
  matrix("argMax", (x) => tf.mul(x, tf.cast(tf.expandDims(tf.argMax(x, 1), 1), "float32"))),
  matrix("argMin", (x) => tf.mul(x, tf.cast(tf.expandDims(tf.argMin(x, 1), 1), "float32"))),
  matrix("topk", (x) => tf.topk(x, 3).values),
  matrix("topk: rank 3", (x) => tf.topk(tf.sin(x), 2).values, { shape: [2, 2, 3] }),
  matrix("topk: all of a vector", (x) => tf.topk(x, 5).values, { shape: [5] }),
];

const scans: readonly GradientCase[] = [0, 1, 2].flatMap((axis) =>
  [false, true].flatMap((exclusive) =>
    [false, true].flatMap((reverse) => {
      const variant = `axis ${axis}${exclusive ? " exclusive" : ""}${reverse ? " reverse" : ""}`;
      return [
        matrix(`cumsum: ${variant}`, (x) => tf.cumsum(x, axis, exclusive, reverse), cube),
        matrix(`cumprod: ${variant}`, (x) => tf.cumprod(x, axis, exclusive, reverse), cube),
        matrix(`cumprod: ${variant}, zeros`, (x) => tf.cumprod(x, axis, exclusive, reverse), { ...cube, start: [0.5, 0, 0] }),
      ];
    }),
  ),
);

export const scanCases: readonly GradientCase[] = [
  ...scans,
  matrix("cumprod: seven", (x) => tf.cumprod(x, 1), { shape: [1, 7] }),
  matrix("cumprod: one", (x) => tf.cumprod(tf.square(x), 1), { shape: [3, 1] }),
];

export const probabilityCases: readonly GradientCase[] = [
  matrix("softmax", (x) => tf.softmax(x)),
  matrix("softmax: rank 3", (x) => tf.softmax(tf.mul(x, x)), cube),
  matrix("softmax: times its logits", (x) => tf.mul(x, tf.softmax(x))),
  matrix("logSoftmax", (x) => tf.logSoftmax(x)),
  matrix("logSoftmax: rank 3, squared", (x) => tf.square(tf.logSoftmax(tf.mul(x, x))), cube),
  matrix("logSoftmax: of tfjs-train", (x) => logSoftmax(x)),
  matrix("softmaxCrossEntropy", (x) => tf.losses.softmaxCrossEntropy(labels(...(ROW as [2, 5])), x)),
  matrix("softmaxCrossEntropy: weighted, each", (x) =>
    tf.losses.softmaxCrossEntropy(labels(2, 5), tf.square(x), tf.tensor1d([0.3, 2]), 0, tf.Reduction.NONE),
  ),
  matrix("softmaxCrossEntropy: smoothed", (x) => tf.losses.softmaxCrossEntropy(labels(2, 5), x, undefined, 0.2)),
  matrix("softmaxCrossEntropy: by the labels", (x) =>
    tf.losses.softmaxCrossEntropy(x, fixed(ROW), undefined, 0, tf.Reduction.NONE),
  ),
  matrix("softmaxCrossEntropy: by both", (x) => tf.losses.softmaxCrossEntropy(tf.softmax(x), tf.square(x))),
  matrix("absoluteDifference", (x) => tf.losses.absoluteDifference(labels(2, 5), x)),
  matrix("cosineDistance", (x) => tf.losses.cosineDistance(labels(2, 5), tf.square(x), 1)),
  matrix("hingeLoss", (x) => tf.losses.hingeLoss(tf.round(labels(2, 5)), x)),
  matrix("huberLoss", (x) => tf.losses.huberLoss(labels(2, 5), x, undefined, 0.7)),
  matrix("logLoss", (x) => tf.losses.logLoss(labels(2, 5), tf.sigmoid(x))),
  matrix("meanSquaredError", (x) => tf.losses.meanSquaredError(labels(2, 5), tf.square(x))),
  matrix("sigmoidCrossEntropy", (x) => tf.losses.sigmoidCrossEntropy(labels(2, 5), x)),
];
