import { createRegistry, type Registry } from "repro-kit";
import { fid } from "./fid.ts";
import { kid, kidSubsets } from "./kid.ts";
import type { Metric } from "./metric.ts";

/** The built-in metrics, the one to look at first in small samples in front. */
export const builtinMetrics: readonly Metric[] = [kid, kidSubsets, fid];

/** A registry of the built-in metrics, to which others can be added. */
export function createMetricRegistry(): Registry<Metric> {
  return createRegistry("metric", builtinMetrics);
}
