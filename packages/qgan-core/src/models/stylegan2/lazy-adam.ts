import { expect } from "repro-kit";
import { adam, type Optimizer } from "tfjs-train";

export interface LazyAdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Steps between two updates by the regulariser. */
  readonly interval: number;
}

/**
 * Adam for a network whose regulariser has updates of its own, one in every `interval` steps: with c = interval/(interval + 1),
 * the rate times c and both decays to the power of c, so that the network moves as if loss and regulariser were one.
 *
 * @see Karras et al. 2019, arXiv:1912.04958, App. B ("lazy regularization").
 */
export function lazyAdam({ learningRate, beta1, beta2, epsilon, interval }: LazyAdamOptions): Optimizer {
  expect(Number.isInteger(interval) && interval >= 1, "lazyAdam", `interval must be an integer ≥ 1; got ${interval}.`);
  const share = interval / (interval + 1);
  return adam({ learningRate: learningRate * share, beta1: beta1 ** share, beta2: beta2 ** share, epsilon });
}
