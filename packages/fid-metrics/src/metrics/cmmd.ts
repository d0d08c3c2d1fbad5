import { clipDiscrepancy } from "../clip-discrepancy.ts";
import type { Metric } from "./metric.ts";

/** CMMD; the published number with embeddings of CLIP ViT-L/14 at 336 px. */
export const cmmd: Metric = {
  name: "cmmd",
  source: "Jayasumana et al. 2024, arXiv:2401.09603",
  better: "lower",
  compute: (real, generated) => ({ cmmd: clipDiscrepancy(real, generated) }),
};
