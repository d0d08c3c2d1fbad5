import { kernelDistance } from "../kernel-distance.ts";
import { kernelDistanceSubsets } from "../kernel-distance-subsets.ts";
import type { Metric } from "./metric.ts";

const source = "Bińkowski et al. 2018, arXiv:1801.01401";

/** Kernel (Inception) distance: one unbiased estimate over all samples. */
export const kid: Metric = {
  name: "kid",
  source,
  better: "lower",
  compute: (real, generated) => ({ kid: kernelDistance(real, generated) }),
};

/** KID as the libraries report it: mean and spread over 100 drawn subsets of at most 1000. */
export const kidSubsets: Metric = defineKidSubsets({ count: 100, size: 1000 });

/** KID over `count` subsets of min(size, samples) drawn from the evaluation's seed. */
export function defineKidSubsets({ count, size }: { readonly count: number; readonly size: number }): Metric {
  return {
    name: "kid-subsets",
    source: `${source}, ${count} subsets of ${size}`,
    better: "lower",
    compute(real, generated, rng) {
      const subsets = { count, size: Math.min(size, real.count, generated.count), rng };
      const { mean, standardDeviation } = kernelDistanceSubsets(real, generated, { subsets });
      return { "kid-subsets": mean, "kid-subsets-sd": standardDeviation };
    },
  };
}
