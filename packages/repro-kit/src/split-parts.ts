import { expect } from "./errors.ts";
import type { Rng } from "./rng.ts";
import { createSplit, type Split, type SplitByGroupOptions, splitByGroup } from "./split.ts";

export interface SplitIntoFoldsOptions extends Omit<SplitByGroupOptions, "fractions"> {
  /** Number of folds, at least 2. */
  readonly folds: number;
}

/**
 * k parts of equal share, "fold-0" to "fold-<k−1>", for cross-validation: stratified by class, no group in two folds.
 *
 * @throws UsageError if `folds` is not an integer ≥ 2, or there are fewer groups than folds.
 */
export function splitIntoFolds({ folds, ...rest }: SplitIntoFoldsOptions): Split {
  expect(Number.isInteger(folds) && folds >= 2, "splitIntoFolds", `folds must be an integer ≥ 2; got ${folds}.`);
  const fractions = Object.fromEntries(Array.from({ length: folds }, (_, k) => [`fold-${k}`, 1 / folds]));
  return splitByGroup({ fractions, ...rest });
}

/** One fold against the others: parts "train" and `held`. @throws UsageError if there is no such fold. */
export function holdOutFold(folds: Split, fold: number, held = "validation"): Split {
  const name = `fold-${fold}`;
  const heldIndices = folds.part(name);
  const rest = Object.entries(folds.parts).flatMap(([part, indices]) => (part === name ? [] : indices));
  return createSplit({ train: rest.sort((a, b) => a - b), [held]: heldIndices });
}

export interface ShrinkPartOptions {
  /** Name of the part that becomes smaller, for example "train". */
  readonly part: string;
  /** Share of it that stays, in (0, 1]. */
  readonly fraction: number;
  readonly rng: Rng;
  /** As in `splitByGroup`: groups stay whole, classes keep their shares. */
  readonly groupOf?: (index: number) => string;
  readonly labelOf?: (index: number) => number | string;
}

/**
 * The same split with one part cut to a share of itself, as for studies with 10 % of the training data; all other parts stay.
 *
 * @throws UsageError if the part is not known or the fraction is no share.
 */
export function shrinkPart(split: Split, { part, fraction, rng, groupOf, labelOf }: ShrinkPartOptions): Split {
  const indices = split.part(part);
  const kept = splitByGroup({
    count: indices.length,
    fractions: { kept: fraction },
    rng,
    ...(groupOf ? { groupOf: (i: number) => groupOf(indices[i]) } : {}),
    ...(labelOf ? { labelOf: (i: number) => labelOf(indices[i]) } : {}),
  }).part("kept");
  return createSplit({ ...split.parts, [part]: kept.map((i) => indices[i]) }, groupOf ? { groupOf } : {});
}
