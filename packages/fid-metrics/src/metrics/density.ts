import { defineNeighbourhoodMetric } from "./neighbourhood.ts";

/** Density: precision that outliers of the real set do not raise; may exceed 1. */
export const density = defineNeighbourhoodMetric("density", { k: 5, source: "Naeem et al. 2020, arXiv:2002.09797" });
