import { expect } from "repro-kit";

/**
 * A function that finds the group in a path: the first bracket of the pattern, or the whole match; a path that does not match
 * is its own group.
 *
 * @throws UsageError if the text is no regular expression.
 */
export function groupByPattern(pattern: string): (path: string) => string {
  let expression: RegExp | undefined;
  try {
    expression = new RegExp(pattern);
  } catch (error) {
    expect(false, "dataset", `the pattern of the group is no regular expression (${(error as Error).message}). Mend it.`);
  }
  const found = expression;
  return (path) => {
    const match = found?.exec(path);
    return match ? (match[1] ?? match[0]) : path;
  };
}
