import { inceptionScore } from "../inception-score.ts";
import { type Metric, required } from "./metric.ts";

/** Inception Score of the generated images over 10 splits in their order; knows nothing of the real ones. */
export const is: Metric = {
  name: "is",
  source: "Salimans et al. 2016, arXiv:1606.03498, 10 splits",
  better: "higher",
  needs: ["logits"],
  compute(_real, _generated, _rng, material) {
    const logits = required("is", material, "logits");
    const { mean, standardDeviation } = inceptionScore(logits, { splits: Math.min(10, logits.count) });
    return { is: mean, "is-sd": standardDeviation };
  },
};
