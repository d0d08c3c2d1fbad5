import { membershipInference } from "../neighbours/membership-inference.ts";
import { type Metric, required } from "./metric.ts";

/** AUC of telling training images (the real side) from held-out ones by their distance to the generated ones; ½ is best. */
export const membership: Metric = {
  name: "membership",
  source: "Chen et al. 2020, arXiv:1909.03935, full black box",
  better: "lower",
  needs: ["heldOut"],
  compute(training, generated, _rng, material) {
    const { auc, low, high } = membershipInference({ training, heldOut: required("membership", material, "heldOut"), generated });
    return { membership: auc, "membership-low": low, "membership-high": high };
  },
};
