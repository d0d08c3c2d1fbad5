import { checkOptions, expect } from "repro-kit";
import type { Initialiser } from "./initialiser.ts";

export interface SmallNormalOptions {
  /** In radians; default 0.1. For circuits of many layers it should shrink as 1/√layers. */
  readonly standardDeviation?: number;
}

/** Small angles, normal about 0: the circuit begins near its entanglers alone. @throws UsageError if the deviation is not above 0. */
export function smallNormalWeights(options: SmallNormalOptions = {}): Initialiser {
  checkOptions("smallNormalWeights", options, ["standardDeviation"]);
  const { standardDeviation = 0.1 } = options;
  const isDeviation = Number.isFinite(standardDeviation) && standardDeviation > 0;
  expect(isDeviation, "smallNormalWeights", `standardDeviation must be above 0 and finite; got ${standardDeviation}.`);
  return {
    name: "small-normal",
    source: "Zhang et al. 2022, Escaping from the barren plateau via Gaussian initializations, arXiv:2203.09376",
    weights: ({ numWeights }, rng) => rng.fillNormal(new Float64Array(numWeights), 0, standardDeviation),
  };
}
