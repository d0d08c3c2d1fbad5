import { expect, test } from "vitest";
import { createRng } from "./rng.ts";
import { splitByGroup } from "./split.ts";
import { holdOutFold, shrinkPart, splitIntoFolds } from "./split-parts.ts";

const groupOf = (i: number): string => `patient-${Math.floor(i / 3)}`;
const labelOf = (i: number): number => Number(Math.floor(i / 3) % 4 === 0);
const count = 600;

test("folds are disjoint, cover all, keep groups whole and classes balanced", () => {
  const folds = splitIntoFolds({ count, folds: 5, rng: createRng(1), groupOf, labelOf });
  const names = Object.keys(folds.parts);
  expect(names).toEqual(["fold-0", "fold-1", "fold-2", "fold-3", "fold-4"]);
  const all = names.flatMap((name) => folds.part(name)).sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: count }, (_, i) => i));
  for (const name of names) {
    expect(folds.part(name).length).toBe(120);
    expect(Math.abs(folds.part(name).filter((i) => labelOf(i) === 1).length - 30)).toBeLessThanOrEqual(3);
  }
  const held = holdOutFold(folds, 2);
  expect(held.part("validation")).toEqual(folds.part("fold-2"));
  expect(held.part("train").length).toBe(480);
  expect(new Set([...held.part("train"), ...held.part("validation")]).size).toBe(count);
  expect(() => holdOutFold(folds, 7)).toThrow('no part named "fold-7"');
});

test("a shrunk part keeps whole groups and the share of its classes; other parts stay", () => {
  const split = splitByGroup({
    count,
    fractions: { train: 0.6, validation: 0.2, test: 0.2 },
    rng: createRng(1),
    groupOf,
    labelOf,
  });
  const small = shrinkPart(split, { part: "train", fraction: 0.1, rng: createRng(2), groupOf, labelOf });
  expect(small.part("test")).toEqual(split.part("test"));
  expect(small.part("validation")).toEqual(split.part("validation"));
  expect(small.part("train").length).toBe(36);
  expect(small.part("train").every((i) => split.part("train").includes(i))).toBe(true);
  const groups = new Set(small.part("train").map(groupOf));
  expect(groups.size).toBe(12);
  expect(Math.abs(small.part("train").filter((i) => labelOf(i) === 1).length - 9)).toBeLessThanOrEqual(3);
});

test.each([0, 1.5, Number.NaN])("a fraction of %d is refused", (fraction) => {
  const split = splitByGroup({ count: 9, fractions: { train: 1 }, rng: createRng(1) });
  expect(() => shrinkPart(split, { part: "train", fraction, rng: createRng(2) })).toThrow("fractions must lie in (0, 1]");
  expect(() => splitIntoFolds({ count: 9, folds: 1, rng: createRng(1) })).toThrow("folds must be an integer ≥ 2; got 1.");
  expect(() => splitIntoFolds({ count: 3, folds: 4, rng: createRng(1) })).toThrow("3 groups cannot fill 4 parts");
});
