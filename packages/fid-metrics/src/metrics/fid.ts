import { frechetDistance, frechetDistanceFromFeatures } from "../frechet-distance.ts";
import type { Metric } from "./metric.ts";

/** Fréchet (Inception) distance. It is biased upwards in small samples; 2048 is where its covariances have full rank. */
export const fid: Metric = {
  name: "fid",
  source: "Heusel et al. 2017, arXiv:1706.08500",
  better: "lower",
  fewestSamples: 2048,
  compute: (real, generated) => ({ fid: frechetDistanceFromFeatures(real, generated) }),
  fromStatistics: (real, generated) => ({ fid: frechetDistance(real, generated) }),
};
