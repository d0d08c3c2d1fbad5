import { builtinMetrics } from "./index.ts";
import type { Metric } from "./metric.ts";

/** Built-ins in their own order, so that KID stands before FID; others after them as given. */
export function inReadingOrder(metrics: readonly Metric[]): Metric[] {
  const rank = (metric: Metric): number => {
    const place = builtinMetrics.indexOf(metric);
    return place < 0 ? builtinMetrics.length : place;
  };
  return [...new Set(metrics)].sort((a, b) => rank(a) - rank(b));
}

/** Says that a metric is biased in samples as small as these. */
export function warnOfFewSamples({ name, fewestSamples = 0 }: Metric, numReal: number, numGenerated: number): string[] {
  if (Math.min(numReal, numGenerated) >= fewestSamples) return [];
  const counted = (count: number): string => (Number.isFinite(count) ? String(count) : "an unknown number of");
  const counts = `${counted(numReal)} real and ${counted(numGenerated)} generated`;
  return [
    `${name.toUpperCase()} is biased upwards below ${fewestSamples} samples a side (here ${counts}): look at KID first, and ` +
      `compare ${name.toUpperCase()} only between sets of these sizes.`,
  ];
}
