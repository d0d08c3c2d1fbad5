import { checkOptions, expect, listKnown } from "repro-kit";

/** What every kind of phantom is drawn by. */
export interface PhantomOptions {
  readonly count: number;
  /** Height and width in pixels, 8 to 1024. */
  readonly size: number;
  readonly seed: number;
  /** Names of the classes to draw, in turn; label k is the k-th of them. Default: all. */
  readonly classes?: readonly string[];
}

/** Checks the options and finds the classes asked for. @throws UsageError if a class is unknown or given twice, or a number is out of range. */
export function resolveClasses<T extends { readonly name: string }>(
  scope: string,
  options: PhantomOptions,
  kinds: readonly T[],
): readonly T[] {
  checkOptions(scope, options, ["count", "size", "seed", "classes"]);
  const known = kinds.map(({ name }) => name);
  const { count, size, classes = known } = options;
  expect(Number.isInteger(count) && count >= 1, scope, `count must be an integer ≥ 1; got ${count}.`);
  expect(Number.isInteger(size) && size >= 8 && size <= 1024, scope, `size must be an integer in [8, 1024]; got ${size}.`);
  expect(classes.length > 0 && new Set(classes).size === classes.length, scope, "classes must be different names, at least one.");
  return classes.map((name) => {
    const kind = kinds.find((candidate) => candidate.name === name);
    expect(kind, scope, `no phantom class named "${name}"; ${listKnown(name, known)}`);
    return kind;
  });
}
