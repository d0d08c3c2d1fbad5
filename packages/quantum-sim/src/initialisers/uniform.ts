import { checkOptions, expect } from "repro-kit";
import type { Initialiser } from "./initialiser.ts";

export interface UniformOptions {
  /** In radians; default 0. */
  readonly low?: number;
  /** In radians; default 2π. */
  readonly high?: number;
}

/** Weights uniform in [low, high). @throws UsageError if that is no interval. */
export function uniformWeights(options: UniformOptions = {}): Initialiser {
  checkOptions("uniformWeights", options, ["low", "high"]);
  const { low = 0, high = 2 * Math.PI } = options;
  const isInterval = Number.isFinite(low) && Number.isFinite(high) && low < high;
  expect(isInterval, "uniformWeights", `low must be below high, both finite; got [${low}, ${high}).`);
  return {
    name: "uniform",
    source: "PennyLane, the templates' usual weights",
    weights: ({ numWeights }, rng) => rng.fillUniform(new Float64Array(numWeights), low, high),
  };
}
