import { defineNeighbourhoodMetric } from "./neighbourhood.ts";

/** Improved recall: the share of real features where generated ones lie. */
export const recall = defineNeighbourhoodMetric("recall", { k: 3, source: "Kynkäänniemi et al. 2019, arXiv:1904.06991" });
