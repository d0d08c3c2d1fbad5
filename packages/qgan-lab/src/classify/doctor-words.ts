import type { ClassifierReport } from "classifier-eval";

const times = (share: number): string => `${Math.round(100 * share)} of 100`;
const between = (interval: { readonly low: number; readonly high: number } | null): string =>
  interval && isPoint(interval)
    ? " (no interval can be told: every bootstrap sample gives the same)"
    : interval
      ? ` (95 % interval: ${Math.round(100 * interval.low)} to ${Math.round(100 * interval.high)})`
      : "";

/** An interval without width: not certainty, but what the bootstrap says where it cannot say anything. */
export const isPoint = ({ low, high }: { readonly low: number; readonly high: number }): boolean => low === high;

/** What the figures mean, in words: one paragraph for a reader who knows the disease and not the statistics. */
export function inWords({
  accuracy,
  intervals,
  perClass,
  classes,
  count,
  rocAuc,
  notes,
  calibrationError,
}: ClassifierReport): string {
  const sentences = [
    accuracy === null
      ? `There were ${count} test images.`
      : `Of the ${count} test images, none of which took part in the training, the classifier named ${times(accuracy)} rightly${between(intervals.accuracy)}; the largest class alone, named every time, would be ${times(largestShare(perClass.map(({ support }) => support)))}.`,
  ];
  for (const { name, recall, precision, intervals: own } of perClass) {
    if (recall === null) continue;
    const trust = precision === null ? "" : ` Where it says ${name}, that is so in ${times(precision)}${between(own.precision)}.`;
    sentences.push(
      `Of images of ${name}, it finds ${times(recall)}${between(own.recall)}${recall < 1 ? ", and misses the others" : ""}.${trust}`,
    );
  }
  const total = perClass.reduce((sum, { support }) => sum + support, 0);
  const mixture = perClass.map(({ name, support }) => `${name} ${Math.round((100 * support) / total)}`).join(", ");
  if (perClass.some(({ precision }) => precision !== null))
    sentences.push(`Where a class is rarer than here (${mixture} of 100 images), its name is right less often.`);
  const [first, second] = classes;
  if (rocAuc !== null) {
    const pair = classes.length === 2 ? `one image of ${first} and one of ${second}` : "one image of a class and one of another";
    sentences.push(`Shown ${pair}, it ranks them rightly ${times(rocAuc)} times${between(intervals.rocAuc)}.`);
  }
  if (calibrationError !== null)
    sentences.push(
      calibrationError < 0.05
        ? "Its probabilities may be taken at their word: on average they are off by less than 5 in 100."
        : `Its probabilities must not be taken at their word: on average they are off by ${Math.round(100 * calibrationError)} in 100.`,
    );
  return [...sentences, ...notes].join(" ");
}

function largestShare(supports: readonly number[]): number {
  const total = supports.reduce((sum, support) => sum + support, 0);
  return total === 0 ? 0 : Math.max(...supports) / total;
}
