import { keepBest, pruneCheckpoints } from "qgan-core/node";
import { newestEventFile } from "../events/event-file.ts";
import type { Fact, LabHooks } from "../facts.ts";
import type { RunOptionsFile } from "../run-folder/options-file.ts";
import { runInWorker } from "../worker/run-in-worker.ts";

/** Scores snapshots beside the training, one at a time; snapshots that come meanwhile are passed over but for the newest. */
export interface SnapshotScorer {
  /** A snapshot of this step is there; `secondsLeft` of the training, where known: a score that would outlast it is not begun. */
  offer(step: number, secondsLeft?: number): void;
  /** Waits for the score in hand; `scoreLast` also scores the newest snapshot. */
  finish(options: { readonly scoreLast: boolean }): Promise<void>;
  /** Why FID is left out, once known. */
  missing(): string | undefined;
}

/** The score that also looks at real images among themselves. */
const FLOOR_FROM = 3;

/** A scorer that keeps the best snapshot by KID, and prunes the others. Does nothing but prune where a run has no metrics. */
export function createSnapshotScorer(run: string, { metrics, training }: RunOptionsFile, hooks: LabHooks): SnapshotScorer {
  const controller = new AbortController();
  let newest: number | undefined;
  let scored: number | undefined;
  let missing: string | undefined;
  let work: Promise<void> | undefined;
  let failure: unknown;
  let secondsPerScore = 0;
  let numScores = 0;
  let trainingEnds = Number.POSITIVE_INFINITY;
  const told = new Set<string>();
  /** A note is told once; scores also go into the training's events file. */
  const tell = (fact: Fact): void => {
    if (fact.kind === "note" && told.has(fact.text)) return;
    if (fact.kind === "note") told.add(fact.text);
    if (fact.kind === "score") newestEventFile(run)?.scalars(fact.step, { [`Metrics/${fact.metric}`]: fact.value });
    hooks.onFact?.(fact);
  };
  const isInTime = (): boolean => performance.now() / 1000 + secondsPerScore <= trainingEnds;

  const score = async (step: number): Promise<void> => {
    // The first scores are wanted soon; what real images reach among themselves comes with the third, and stays in the cache.
    const withFloor = ++numScores < FLOOR_FROM ? ("cached" as const) : true;
    scored = step;
    const began = performance.now();
    const { names = [], lpips, ...measured } = metrics ?? { images: 0 };
    const quiet: LabHooks = { onFact: (fact) => fact.kind !== "progress" && tell(fact), signal: controller.signal };
    const result = await runInWorker("measure", { run, checkpoint: step, ...measured, withFloor }, quiet);
    if (result.missing !== undefined && missing === undefined) hooks.onFact?.({ kind: "note", text: result.missing });
    missing = result.missing;
    const main = result.scores.find(({ metric }) => metric === result.mainMetric);
    if (main) await keepBest(run, { step, metric: main.metric, value: main.value, better: "lower" });
    if (names.length > 0) {
      const { images: _, ...network } = measured;
      await runInWorker("measurePresets", { run, checkpoint: step, names, ...network, ...(lpips ? { lpips } : {}) }, quiet);
    }
    secondsPerScore = (performance.now() - began) / 1000;
  };
  const pump = async (): Promise<void> => {
    while (metrics && newest !== undefined && newest !== scored && isInTime() && !controller.signal.aborted) await score(newest);
    await pruneCheckpoints(run, { keepLast: training.keepCheckpoints });
  };
  const begin = (): void => {
    work ??= pump()
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => {
        work = undefined;
      });
  };
  return {
    offer(step, secondsLeft = Number.POSITIVE_INFINITY) {
      newest = step;
      trainingEnds = performance.now() / 1000 + secondsLeft;
      if (failure === undefined) begin();
    },
    async finish({ scoreLast }) {
      if (!scoreLast) controller.abort();
      await work;
      trainingEnds = Number.POSITIVE_INFINITY;
      if (scoreLast && failure === undefined) {
        begin();
        await work;
      }
      if (failure !== undefined && !controller.signal.aborted) throw failure;
    },
    missing: () => missing,
  };
}
