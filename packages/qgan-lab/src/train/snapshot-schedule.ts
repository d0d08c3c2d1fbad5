export interface SnapshotScheduleOptions {
  /** Snapshots after the first one at step 0. */
  readonly count: number;
  /** Share of the run that is done when the schedule begins (above 0 on resume). */
  readonly from: number;
  /** Seconds after which a snapshot is due in any case, so that a kill costs little. */
  readonly longestSeconds?: number;
  /** A snapshot every so many images, in place of `count`. */
  readonly everyImages?: number;
}

/** Says when a snapshot is due. */
export interface SnapshotSchedule {
  /**
   * @param fraction - Share of the run that is done.
   * @param seconds - Seconds of the run so far.
   * @param images - Images seen so far.
   */
  isDue(fraction: number, seconds: number, images?: number): boolean;
}

/**
 * Snapshots at the shares (k/n)² of a run: close together in the beginning, where a generator changes fastest. The last is the
 * end itself, which the caller saves.
 */
export function createSnapshotSchedule({
  count,
  from,
  longestSeconds = 300,
  everyImages,
}: SnapshotScheduleOptions): SnapshotSchedule {
  const share = (k: number): number => (k * k) / (count * count);
  const indexAfter = (fraction: number): number => {
    let k = 1;
    while (k <= count && share(k) <= fraction) k++;
    return k;
  };
  let next = indexAfter(from);
  let savedAt: number | undefined;
  let reached: number | undefined;
  return {
    isDue(fraction, seconds, images = 0) {
      savedAt ??= seconds;
      const interval = Math.floor(images / (everyImages ?? 1));
      reached ??= interval;
      const isNext = everyImages === undefined ? next < count && fraction >= share(next) : interval > reached;
      reached = interval;
      const isDue = isNext || seconds - savedAt >= longestSeconds;
      if (!isDue) return false;
      next = indexAfter(fraction);
      savedAt = seconds;
      return true;
    },
  };
}
