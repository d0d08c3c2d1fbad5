import { createSplit, expect, type Split } from "repro-kit";
import type { ClassifierData } from "../data/image-source.ts";

export interface StudySplit {
  readonly real: ClassifierData;
  readonly split: Split;
  /** Of every image: the patient or lesion that it shows. */
  readonly groups?: readonly (string | number)[];
}

/**
 * Refuses a split with an empty part, or one that was made without these groups and has one of them (a patient, a lesion) in two parts.
 *
 * @throws UsageError that names the part or the group, or if there is not a group for each image.
 */
export function checkStudySplit(scope: string, { real, split, groups }: StudySplit): void {
  for (const name of ["train", "validation", "test"])
    expect(
      split.part(name).length > 0,
      scope,
      `the part "${name}" of the split is empty. Split again with more images or other fractions.`,
    );
  if (!groups) return;
  const count = real.labels?.length ?? groups.length;
  expect(groups.length === count, scope, `groups must name one for each of ${count} images; got ${groups.length}.`);
  createSplit(split.parts, { groupOf: (i) => String(groups[i]) });
}
