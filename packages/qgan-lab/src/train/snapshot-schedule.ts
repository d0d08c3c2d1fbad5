export interface SnapshotScheduleOptions {
  /** Snapshots after the first one at step 0. */
  readonly count: number;
  /** Share of the run that is done when the schedule begins (above 0 on resume). */
  readonly from: number;
  /** Seconds after which a snapshot is due in any case, so that a kill costs little. */
  readonly longestSeconds?: number;
}

/** Says when a snapshot is due. */
export interface SnapshotSchedule {
  /**
   * @param fraction - Share of the run that is done.
   * @param seconds - Seconds of the run so far.
   */
  isDue(fraction: number, seconds: number): boolean;
}

/**
 * Snapshots at the shares (k/n)² of a run: close together in the beginning, where a generator changes fastest. The last is the
 * end itself, which the caller saves.
 */
export function createSnapshotSchedule({ count, from, longestSeconds = 300 }: SnapshotScheduleOptions): SnapshotSchedule {
  const share = (k: number): number => (k * k) / (count * count);
  const indexAfter = (fraction: number): number => {
    let k = 1;
    while (k <= count && share(k) <= fraction) k++;
    return k;
  };
  let next = indexAfter(from);
  let savedAt: number | undefined;
  return {
    isDue(fraction, seconds) {
      savedAt ??= seconds;
      const isDue = (next < count && fraction >= share(next)) || seconds - savedAt >= longestSeconds;
      if (!isDue) return false;
      next = indexAfter(fraction);
      savedAt = seconds;
      return true;
    },
  };
}
