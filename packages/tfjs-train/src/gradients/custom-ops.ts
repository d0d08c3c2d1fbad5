import * as tf from "@tensorflow/tfjs-core";
import type { GradientRule } from "./gradient-rule.ts";
import { adoptHistory } from "./history.ts";

/** dy of a logarithm of softmax → dy of its logits. */
const throughLogSoftmax = (dy: tf.Tensor, logProbabilities: tf.Tensor): tf.Tensor =>
  tf.sub(dy, tf.mul(tf.sum(dy, -1, true), tf.exp(logProbabilities)));

/**
 * Ops of tfjs-core that are no kernels but bring a gradient of their own (tf.customGrad), which saves what it computed. The engine
 * looks such a gradient up by the name of the op's scope first, so that it can be replaced like a kernel's.
 */
export const customOpGradients: readonly GradientRule[] = [
  {
    kernel: "logSoftmax__op",
    saves: [],
    rule: (dy, saved) => ({
      0: () => {
        const [logProbabilities] = adoptHistory(saved, [({ outputs }) => ({ source: outputs[0] })]);
        return throughLogSoftmax(dy, logProbabilities);
      },
    }),
  },
  {
    // y = −Σ labels·log softmax(logits) over the last axis. (The stock gradient takes Σ labels = 1 for granted, and has a wrong one by the labels.)
    kernel: "softmaxCrossEntropy__op",
    saves: [],
    rule: (dy, saved) => {
      const [labels, logProbabilities] = adoptHistory(saved, [
        "input",
        ({ inputs }) => ({ source: inputs[1], backward: throughLogSoftmax }),
      ]);
      const spread = tf.expandDims(dy, -1);
      return {
        0: () => tf.neg(tf.mul(spread, logProbabilities)),
        1: () => tf.neg(throughLogSoftmax(tf.mul(spread, labels), logProbabilities)),
      };
    },
  },
];
