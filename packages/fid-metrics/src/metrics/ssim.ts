import { pairwiseSimilarity } from "../similarity/pairwise-similarity.ts";
import { structuralSimilarity } from "../similarity/structural-similarity.ts";
import { type Metric, required } from "./metric.ts";

/** Mean SSIM over pairs of generated images, a measure of their likeness: falls as a set grows more diverse. */
export const ssim: Metric = {
  name: "ssim",
  source: "Wang et al. 2004, IEEE TIP 13, over random pairs",
  better: "lower",
  needs: ["images"],
  compute(_real, _generated, rng, material) {
    const { real, generated } = required("ssim", material, "images");
    const [ours, theirs] = [generated, real].map((images, side) =>
      pairwiseSimilarity(images, { rng: rng.fork("pairs", side), compare: (a, b) => structuralSimilarity(a, b) }),
    );
    return { ssim: ours, "ssim-real": theirs };
  },
};
