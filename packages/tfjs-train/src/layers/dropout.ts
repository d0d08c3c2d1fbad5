import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, expect, type Rng } from "repro-kit";

/**
 * In training each entry is zero with probability `rate`, the others are divided by 1 − rate; otherwise x itself. The mask is
 * drawn on the host from `rng`, so it is the same on every backend and a resumed run draws the same ones.
 *
 * @param options - `rng` is needed in training only.
 * @throws UsageError if the rate is not in [0, 1).
 * @see Srivastava et al. 2014; torch.nn.Dropout.
 */
export function dropout<T extends tf.Tensor>(
  x: T,
  options: { readonly rate: number; readonly training: boolean; readonly rng?: Rng },
): T {
  checkOptions("dropout", options, ["rate", "training", "rng"]);
  const { rate, training, rng } = options;
  expect(rate >= 0 && rate < 1, "dropout", `rate must be in [0, 1); got ${rate}.`);
  if (!training || rate === 0) return tf.clone(x);
  expect(rng, "dropout", "training needs an rng; got none. Give createRng(seed) of repro-kit.");
  return tf.tidy(() => {
    const keep = 1 / (1 - rate);
    const mask = rng.fillUniform(new Float32Array(x.size), 0, 1).map((draw) => (draw < rate ? 0 : keep));
    return tf.mul(x, tf.tensor(mask, x.shape)) as T; // the shape of x
  });
}
