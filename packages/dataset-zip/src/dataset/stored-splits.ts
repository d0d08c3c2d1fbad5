import { createSplit, expect, type Split, UsageError } from "repro-kit";
import type { JsonObject } from "./labelled-image.ts";

/** A split as it stands in the provenance block: every tool that opens the zip sees the same one. */
export interface StoredSplit {
  readonly split: Split;
  /** How it was made: seed, fractions, what was kept together. */
  readonly how: JsonObject;
}

const SCOPE = "openDatasetZip";

/**
 * The splits that a dataset's provenance names.
 *
 * @throws UsageError if one is damaged, overlaps, tears a group apart, or names images that are not there.
 */
export function readStoredSplits(
  provenance: JsonObject | null,
  { count, groups }: { readonly count: number; readonly groups: readonly string[] | null },
): Readonly<Record<string, StoredSplit>> {
  const stored = provenance?.splits;
  if (stored === undefined || stored === null) return {};
  expect(isObject(stored), SCOPE, '"splits" in dataset.json must be an object. Make the split again.');
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => {
      const parts = isObject(value) ? value.parts : undefined;
      const isParts = isObject(parts) && Object.values(parts).every((indices) => isIndexList(indices, count));
      const advice = "Make it again with `qgan dataset split`.";
      expect(isParts, SCOPE, `the split "${name}" must list images below ${count} by part. ${advice}`);
      const { parts: _, ...how } = value as JsonObject; // an object with parts: checked above
      try {
        const split = createSplit(parts as Record<string, number[]>, groups ? { groupOf: (i) => groups[i] } : {}); // checked above
        return [name, { split, how }];
      } catch (error) {
        if (!UsageError.isInstance(error)) throw error;
        throw new UsageError(`[${SCOPE}] the split "${name}" leaks: ${error.message.replace(/^\[\w+\] /, "")} ${advice}`);
      }
    }),
  );
}

/** A provenance block with one split more, or with it replaced. */
export function withStoredSplit(provenance: JsonObject | null, name: string, { split, how }: StoredSplit): JsonObject {
  const splits = isObject(provenance?.splits) ? provenance.splits : {};
  const parts = Object.fromEntries(Object.entries(split.parts).map(([part, indices]) => [part, [...indices]]));
  return { ...provenance, splits: { ...splits, [name]: { ...how, parts } } };
}

const isObject = (value: unknown): value is JsonObject => value !== null && typeof value === "object" && !Array.isArray(value);

const isIndexList = (value: unknown, count: number): boolean =>
  Array.isArray(value) && value.every((index) => Number.isInteger(index) && index >= 0 && index < count);
