import type { Rng } from "repro-kit";
import type { Features } from "../features.ts";

/** A number, or a few, from two feature sets. */
export interface Metric {
  readonly name: string;
  /** The paper that defines it. */
  readonly source: string;
  readonly better: "lower" | "higher";
  /** Below this many samples a side a result carries a warning. */
  readonly fewestSamples?: number;
  /** Values by name; the first name is the metric's own. A metric that draws nothing leaves `rng` alone. */
  compute(real: Features, generated: Features, rng: Rng): Readonly<Record<string, number>>;
}
