import * as tf from "@tensorflow/tfjs-core";
import type { Rng } from "repro-kit";
import { adam, dense, disposeParams, kaimingUniform, logSoftmax, type Params, relu, valueAndGrads } from "tfjs-train";

export interface FeatureClassifier {
  /** Logarithm of each class's probability, all classes being as frequent; [rows][classes] flat. */
  logProbabilities(features: readonly (readonly number[])[]): Float64Array;
}

const HIDDEN = 48;
const BATCH = 192;

/**
 * A small network that tells classes apart by features: standardised inputs, one hidden layer, cross-entropy, weight decay.
 *
 * @param classes - The rows of each class; every batch draws from all of them alike.
 */
export function trainFeatureClassifier(
  classes: readonly (readonly (readonly number[])[])[],
  { rng, steps }: { readonly rng: Rng; readonly steps: number },
): FeatureClassifier {
  const rows = classes[0];
  const numFeatures = rows[0].length;
  const centre = Array.from({ length: numFeatures }, (_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
  const scale = centre.map((mean, k) => Math.sqrt(rows.reduce((sum, row) => sum + (row[k] - mean) ** 2, 0) / rows.length) + 1e-3);
  // Far outliers count as five deviations or a little more, so that one feature cannot decide alone.
  const standard = (row: readonly number[]) => row.map((value, k) => 4 * Math.asinh((value - centre[k]) / scale[k] / 4));
  const inputs = classes.map((one) => one.map(standard));
  const init = rng.fork("init");
  let params: Params = {
    "0.weight": kaimingUniform(init, [numFeatures, HIDDEN], numFeatures),
    "0.bias": tf.zeros([HIDDEN]),
    "1.weight": kaimingUniform(init, [HIDDEN, classes.length], HIDDEN),
    "1.bias": tf.zeros([classes.length]),
  };
  const optimizer = adam({ learningRate: 5e-3, weightDecay: 1e-2 });
  let state = optimizer.init(params);
  const draws = rng.fork("batches");
  for (let step = 0; step < steps; step++) {
    const labels = Array.from({ length: BATCH }, () => draws.integer(classes.length));
    const batch = labels.map((label) => inputs[label][draws.integer(inputs[label].length)]);
    const { grads, value } = tf.tidy(() => {
      const x = tf.tensor2d(batch);
      const targets = tf.oneHot(tf.tensor1d(labels, "int32"), classes.length);
      return valueAndGrads((p) => tf.neg(tf.mean(tf.sum(tf.mul(logProbabilities(p, x), targets), 1))) as tf.Scalar)(params);
    });
    value.dispose();
    const next = optimizer.step(params, grads, state);
    disposeParams(grads, params, state);
    ({ params, state } = next);
  }
  disposeParams(state);
  const weights = Object.fromEntries(
    Object.entries(params).map(([name, tensor]) => [name, { data: tensor.dataSync(), shape: tensor.shape }]),
  );
  disposeParams(params);
  return {
    logProbabilities(features) {
      const logs = tf.tidy(() => {
        const kept = Object.fromEntries(Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data, shape)]));
        return logProbabilities(kept, tf.tensor2d(features.map(standard)));
      });
      const values = Float64Array.from(logs.dataSync());
      logs.dispose();
      return values;
    },
  };
}

function logProbabilities(params: Params, x: tf.Tensor2D): tf.Tensor {
  const hidden = relu(dense(x, { weight: params["0.weight"], bias: params["0.bias"] }));
  return logSoftmax(dense(hidden, { weight: params["1.weight"], bias: params["1.bias"] }));
}
