import type { LabHooks } from "../facts.ts";
import { createRateMeter } from "../progress/rate.ts";

/** Tells how many units of a piece of work are done, how fast, and how long the rest will take. */
export function createWorkProgress(part: string, total: number, { onFact }: LabHooks, unit = "image"): (done: number) => void {
  const meter = createRateMeter();
  meter.add(0, performance.now() / 1000);
  return (done) => {
    meter.add(done, performance.now() / 1000);
    const perSecond = meter.perSecond();
    const isKnown = Number.isFinite(perSecond) && perSecond > 0;
    const rate = isKnown
      ? { ...(unit === "image" ? { imagesPerSecond: perSecond } : {}), secondsLeft: (total - done) / perSecond }
      : {};
    onFact?.({ kind: "progress", part, unit, done, total, fraction: total > 0 ? done / total : 1, ...rate });
  };
}
