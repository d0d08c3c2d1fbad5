import { createSplit, expect, type Split } from "repro-kit";

/**
 * Refuses a split that was made without these groups and has one of them (a patient, a lesion) in two parts.
 *
 * @param groups - Of every image of the dataset.
 * @throws UsageError that names the group, or if there is not one for each image.
 */
export function checkGroups(scope: string, split: Split, groups: readonly (string | number)[], count: number): void {
  expect(groups.length === count, scope, `groups must name one for each of ${count} images; got ${groups.length}.`);
  createSplit(split.parts, { groupOf: (i) => String(groups[i]) });
}
