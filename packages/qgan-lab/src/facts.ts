import type { ProgressState } from "./progress/progress-line.ts";
import type { ScoreLine, StatsLine } from "./report/report-data.ts";

/** What a long computation tells while it runs; with `--json` each is a line on stdout. */
export type Fact =
  | ({ readonly kind: "progress" } & ProgressState)
  /** A sentence for the user. */
  | { readonly kind: "note"; readonly text: string }
  | ({ readonly kind: "step" } & StatsLine)
  | ({ readonly kind: "score" } & ScoreLine)
  /** Samples and a checkpoint were saved; the seconds that the training still takes, where that is known. */
  | { readonly kind: "snapshot"; readonly step: number; readonly path: string; readonly secondsLeft?: number }
  /** Something was written and is whole. */
  | { readonly kind: "file"; readonly what: string; readonly path: string }
  /** What would be done, or what came out. */
  | { readonly kind: "plan" | "result"; readonly [name: string]: unknown }
  | { readonly kind: "error"; readonly message: string; readonly mistake: "yours" | "ours" };

/** How a computation speaks and is stopped; every function of this package that takes long accepts it. */
export interface LabHooks {
  readonly onFact?: (fact: Fact) => void;
  /** Looked at between two steps: work in hand is finished and saved. */
  readonly signal?: AbortSignal;
}
