import type { GanStep } from "qgan-core";
import { memoryUsage } from "tfjs-train";
import type { StatsLine } from "../report/report-data.ts";

/** Facts of a step under names that TensorBoard groups: loss/…, gradient/…, noise/…, augment/…, ms/…, memory/…. */
export function statsLine(
  { step, images, losses, gradientNorms, facts, augmentProbability, ms }: GanStep,
  seconds: number,
): StatsLine {
  const prefixed = (prefix: string, numbers: Readonly<Record<string, number>>) =>
    Object.entries(numbers).map(([name, value]) => [`${prefix}/${name}`, value] as const);
  return {
    step,
    images,
    seconds: round(seconds),
    values: Object.fromEntries(
      [
        ...prefixed("loss", losses),
        ...prefixed("gradient", gradientNorms),
        ...prefixed("noise", facts),
        ...(augmentProbability === undefined ? [] : [["augment/p", augmentProbability] as const]),
        ...prefixed("ms", ms),
        ["memory/tensors", memoryUsage().numTensors] as const,
        ["memory/rssMegabytes", process.memoryUsage.rss() / 1e6] as const,
      ].map(([name, value]) => [name, round(value)]),
    ),
  };
}

/** Six significant digits: what a reader of logs can use. */
const round = (value: number): number => Number(value.toPrecision(6));
