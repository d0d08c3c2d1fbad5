import { expect } from "repro-kit";
import type { Interval } from "./bootstrap.ts";
import { betaQuantile, normalQuantile } from "./distributions.ts";

/** Wilson's score interval of a share: good coverage also near 0 and 1. @see Wilson 1927. */
export function wilsonInterval(successes: number, count: number, confidence = 0.95): Interval {
  checkCounts("wilsonInterval", successes, count);
  const z = normalQuantile((1 + confidence) / 2);
  const share = successes / count;
  const scale = 1 + (z * z) / count;
  const centre = (share + (z * z) / (2 * count)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** The exact interval of a share: covers at least as often as it says, hence wide. @see Clopper & Pearson 1934. */
export function clopperPearsonInterval(successes: number, count: number, confidence = 0.95): Interval {
  checkCounts("clopperPearsonInterval", successes, count);
  const tail = (1 - confidence) / 2;
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, count - successes + 1),
    high: successes === count ? 1 : betaQuantile(1 - tail, successes + 1, count - successes),
  };
}

function checkCounts(scope: string, successes: number, count: number): void {
  expect(
    Number.isInteger(successes) && Number.isInteger(count) && count >= 1 && successes >= 0 && successes <= count,
    scope,
    `needs 0 ≤ successes ≤ count, count ≥ 1; got ${successes} of ${count}.`,
  );
}
