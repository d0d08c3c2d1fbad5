/** How the minutes of a demo are shared out; all but the training is measured on the spot, since machines differ. */
export interface DemoBudget {
  /** Moment, in seconds from the start, at which all training ends. */
  readonly trainingEnds: number;
  /** Seconds for scoring the last snapshots; the classification runs beside it. */
  readonly measuring: number;
  /** Seconds for the classification. */
  readonly classifying: number;
}

/** Training ends at 82 % of the time; then scores and classification run side by side; the report takes a second. */
export function shareOut(minutes: number): DemoBudget {
  const seconds = minutes * 60;
  return { trainingEnds: 0.82 * seconds, measuring: 0.11 * seconds, classifying: 0.11 * seconds };
}

const MOST_IMAGES = 200;
const FEWEST_IMAGES = 8;
/** Start-up of the thread, loading of weights and checkpoint. */
const OVERHEAD_SECONDS = 2;

/**
 * Images on each side of a score, so that the last scores of all generators fit into their seconds. The probe has run beside another
 * thread, as the scores will, so its seconds need no allowance.
 */
export function affordableImages(secondsPerImage: number, { measuring }: DemoBudget, numGenerators: number): number {
  const each = measuring / numGenerators - OVERHEAD_SECONDS;
  return Math.max(FEWEST_IMAGES, Math.min(MOST_IMAGES, Math.floor(each / secondsPerImage)));
}
