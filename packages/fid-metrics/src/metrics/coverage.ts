import { defineNeighbourhoodMetric } from "./neighbourhood.ts";

/** Coverage: the share of real neighbourhoods that hold a generated feature. */
export const coverage = defineNeighbourhoodMetric("coverage", { k: 5, source: "Naeem et al. 2020, arXiv:2002.09797" });
