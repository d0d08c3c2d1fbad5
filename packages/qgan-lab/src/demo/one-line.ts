import type { LabHooks } from "../facts.ts";

/** Hooks of two computations at once that have one line of progress between them. */
export interface OneLine {
  readonly first: LabHooks;
  /** Its progress is shown when the first has ended; all other facts at once. */
  readonly second: LabHooks;
  /** Tells that the first has ended. */
  firstEnded(): void;
}

export function shareOneLine(hooks: LabHooks): OneLine {
  let isFirstAtWork = true;
  const onFact: LabHooks["onFact"] = (fact) => {
    if (fact.kind !== "progress" || !isFirstAtWork) hooks.onFact?.(fact);
  };
  return {
    first: hooks,
    second: { ...hooks, onFact },
    firstEnded() {
      isFirstAtWork = false;
    },
  };
}
