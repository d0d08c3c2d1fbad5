import { authenticity as share } from "../neighbours/authenticity.ts";
import type { Metric } from "./metric.ts";

/** Share of generated images that are no near copies of a training image; the real side must be the training set. */
export const authenticity: Metric = {
  name: "authenticity",
  source: "Alaa et al. 2022, arXiv:2102.08921",
  better: "higher",
  compute: (real, generated) => ({ authenticity: share(real, generated) }),
};
