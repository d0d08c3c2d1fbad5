import { mongeInceptionDistance } from "../monge-inception-distance.ts";
import type { Metric } from "./metric.ts";

/** Monge Inception distance over 1000 directions. */
export const mind: Metric = {
  name: "mind",
  source: "Berthet et al. 2026, arXiv:2605.06797, 1000 projections",
  better: "lower",
  fewestSamples: 1000,
  compute: (real, generated, rng) => ({ mind: mongeInceptionDistance(real, generated, { rng }) }),
};
