import { perceptualPathLength } from "../perceptual-path-length.ts";
import { type Metric, required } from "./metric.ts";

/** Perceptual path length of a generator; where nothing else is said in w (or z where there is no w) from the end points, ε = 1e-4. */
export const ppl: Metric = {
  name: "ppl",
  source: "Karras et al. 2020, arXiv:1912.04958",
  better: "lower",
  needs: ["path"],
  async compute(_real, _generated, rng, material) {
    const { mean, standardDeviation } = await perceptualPathLength({ ...required("ppl", material, "path"), rng });
    return { ppl: mean, "ppl-sd": standardDeviation };
  },
};
