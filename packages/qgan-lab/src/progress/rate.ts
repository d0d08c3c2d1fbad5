/** Speed over the last seconds, so that a slow start does not spoil the estimate for long. */
export interface RateMeter {
  /** Says that `total` units are done at a moment (seconds). */
  add(total: number, atSeconds: number): void;
  /** Units per second over the window; NaN while there are fewer than two observations. */
  perSecond(): number;
}

/** @param windowSeconds - Observations older than this are forgotten, but for the newest of them. */
export function createRateMeter({ windowSeconds = 20 }: { readonly windowSeconds?: number } = {}): RateMeter {
  const observations: { readonly total: number; readonly at: number }[] = [];
  return {
    add(total, at) {
      observations.push({ total, at });
      while (observations.length > 2 && observations[1].at <= at - windowSeconds) observations.shift();
    },
    perSecond() {
      const first = observations[0];
      const last = observations.at(-1);
      if (!first || !last || last.at <= first.at) return Number.NaN;
      return (last.total - first.total) / (last.at - first.at);
    },
  };
}
