import { pairwiseSimilarity } from "../similarity/pairwise-similarity.ts";
import { fittingScales, multiScaleSimilarity } from "../similarity/structural-similarity.ts";
import { type Metric, required } from "./metric.ts";

/**
 * Mean MS-SSIM over pairs of generated images, as many scales as fit (five from 176 pixels on): near that of the real images where
 * the generator is as diverse as they are, above where it repeats itself.
 */
export const msSsim: Metric = {
  name: "ms-ssim",
  source: "Wang et al. 2003; Odena et al. 2017, arXiv:1610.09585, Sec. 4.2, over random pairs, as many scales as fit",
  better: "lower",
  needs: ["images"],
  compute(_real, _generated, rng, material) {
    const { real, generated } = required("ms-ssim", material, "images");
    const weights = fittingScales(generated);
    const [ours, theirs] = [generated, real].map((images, side) =>
      pairwiseSimilarity(images, { rng: rng.fork("pairs", side), compare: (a, b) => multiScaleSimilarity(a, b, { weights }) }),
    );
    return { "ms-ssim": ours, "ms-ssim-real": theirs, "ms-ssim-scales": weights.length };
  },
};
