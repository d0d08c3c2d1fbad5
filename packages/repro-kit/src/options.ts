import { UsageError } from "./errors.ts";

/**
 * Refuses option keys that are not known, so that a typo is never silently ignored.
 *
 * @param scope - Name of the public function, shown in the message.
 * @throws UsageError that lists the known keys, nearest first when one is close.
 */
export function checkOptions(scope: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options))
    if (!known.includes(key)) throw new UsageError(`[${scope}] unknown option "${key}"; ${listKnown(key, known)}`);
}

/** "did you mean …? known: a, b, c." */
export function listKnown(given: string, known: readonly string[]): string {
  const sorted = [...known].sort();
  const near = sorted.filter((name) => editDistance(name.toLowerCase(), given.toLowerCase()) <= 2);
  return `${near.length > 0 ? `did you mean "${near[0]}"? ` : ""}known: ${sorted.length > 0 ? sorted.join(", ") : "none"}.`;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++)
      row[j] = Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    previous = row;
  }
  return previous[b.length];
}
