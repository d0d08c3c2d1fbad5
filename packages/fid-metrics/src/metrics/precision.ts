import { defineNeighbourhoodMetric } from "./neighbourhood.ts";

/** Improved precision: the share of generated features where real ones lie. */
export const precision = defineNeighbourhoodMetric("precision", { k: 3, source: "Kynkäänniemi et al. 2019, arXiv:1904.06991" });
