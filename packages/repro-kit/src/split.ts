import { expect } from "./errors.ts";
import type { Rng } from "./rng.ts";

/**
 * Named, disjoint lists of sample indices. Can only be made by `createSplit` or `splitByGroup`, which refuse an overlap of
 * indices or of groups (the images of one patient or lesion), so a `Split` that exists does not leak.
 */
export class Split {
  readonly parts: Readonly<Record<string, readonly number[]>>;
  /** @internal */
  constructor(parts: Readonly<Record<string, readonly number[]>>) {
    this.parts = parts;
  }
  /** Indices of one part. @throws UsageError that lists the parts. */
  part(name: string): readonly number[] {
    expect(name in this.parts, "Split", `no part named "${name}"; known: ${Object.keys(this.parts).join(", ")}.`);
    return this.parts[name];
  }
  toJSON(): Readonly<Record<string, readonly number[]>> {
    return this.parts;
  }
}

export interface CreateSplitOptions {
  /** The group (patient, lesion) of a sample. */
  readonly groupOf?: (index: number) => string;
}

/**
 * Checks hand-made index lists and wraps them.
 *
 * @throws UsageError if an index or a group stands in two parts, or an index is not an integer ≥ 0.
 */
export function createSplit(parts: Readonly<Record<string, readonly number[]>>, { groupOf }: CreateSplitOptions = {}): Split {
  const partOfIndex = new Map<number, string>();
  const partOfGroup = new Map<string, string>();
  for (const [name, indices] of Object.entries(parts))
    for (const index of indices) {
      expect(Number.isInteger(index) && index >= 0, "createSplit", `"${name}" holds ${index}, which is not a sample index.`);
      const earlier = partOfIndex.get(index);
      expect(earlier === undefined, "createSplit", `sample ${index} stands in "${earlier}" and again in "${name}".`);
      partOfIndex.set(index, name);
      if (!groupOf) continue;
      const group = groupOf(index);
      const other = partOfGroup.get(group);
      expect(other === undefined || other === name, "createSplit", `group "${group}" stands in "${other}" and in "${name}".`);
      partOfGroup.set(group, name);
    }
  return new Split(Object.fromEntries(Object.entries(parts).map(([name, indices]) => [name, [...indices]])));
}

export interface SplitByGroupOptions {
  /** Number of samples. */
  readonly count: number;
  /** Share of each part, e.g. `{ train: 0.7, validation: 0.1, test: 0.2 }`; each in (0, 1], sum at most 1. */
  readonly fractions: Readonly<Record<string, number>>;
  readonly rng: Rng;
  /** Samples of one group stay together. Default: every sample is its own group. */
  readonly groupOf?: (index: number) => string;
  /** Parts keep the class distribution as nearly as the groups allow. Default: one class. */
  readonly labelOf?: (index: number) => number | string;
}

/**
 * A seeded split, stratified by class, in which no group is in two parts.
 *
 * Groups are visited in random order, larger ones first; each goes to the part that is furthest below its share of that
 * group's classes. Part sizes are within one group of their shares. O(groups · parts · classes).
 *
 * @throws UsageError if the fractions are not shares, or there are fewer groups, of all or of one class, than parts.
 */
export function splitByGroup({ count, fractions, rng, groupOf = String, labelOf = () => "" }: SplitByGroupOptions): Split {
  const names = Object.keys(fractions);
  const shares = Object.values(fractions);
  const total = shares.reduce((sum, share) => sum + share, 0);
  expect(
    names.length > 0 && shares.every((share) => share > 0 && share <= 1) && total <= 1 + 1e-9,
    "splitByGroup",
    `fractions must lie in (0, 1] and sum to at most 1; got ${JSON.stringify(fractions)}.`,
  );

  const members = new Map<string, number[]>();
  const classSizes = new Map<string, number>();
  const classGroups = new Map<string, Set<string>>();
  for (let i = 0; i < count; i++) {
    const group = groupOf(i);
    const label = String(labelOf(i));
    members.set(group, [...(members.get(group) ?? []), i]);
    classSizes.set(label, (classSizes.get(label) ?? 0) + 1);
    classGroups.set(label, (classGroups.get(label) ?? new Set()).add(group));
  }
  expect(
    members.size >= names.length,
    "splitByGroup",
    `${members.size} groups cannot fill ${names.length} parts (${names.join(", ")}).`,
  );

  // What is left over when the fractions sum to less than 1 goes to an unnamed part that is dropped.
  const REST = Symbol("rest");
  const parts = [...names.map((name, k) => ({ name: name as string | symbol, share: shares[k] }))];
  if (total < 1 - 1e-9) parts.push({ name: REST, share: 1 - total });
  if (classSizes.size > 1) checkClasses(classGroups, parts.length);
  const room = parts.map(({ share }) => new Map([...classSizes].map(([label, size]) => [label, share * size])));
  const chosen: number[][] = parts.map(() => []);

  const order = rng.shuffle([...members.values()]).sort((a, b) => b.length - a.length);
  for (const group of order) {
    const wants = new Map<string, number>();
    for (const i of group) wants.set(String(labelOf(i)), (wants.get(String(labelOf(i))) ?? 0) + 1);
    let best = 0;
    let bestNeed = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < parts.length; k++) {
      let need = 0;
      for (const [label, wanted] of wants) need += (wanted * (room[k].get(label) ?? 0)) / (classSizes.get(label) ?? 1);
      // An empty named part comes first, so that none is left without a sample.
      if (chosen[k].length === 0 && parts[k].name !== REST && order.length <= names.length) need += count;
      if (need > bestNeed) [best, bestNeed] = [k, need];
    }
    chosen[best].push(...group);
    for (const [label, wanted] of wants) room[best].set(label, (room[best].get(label) ?? 0) - wanted);
  }
  // Small sets: a part may have come out empty; it takes the smallest group of the largest part.
  for (let k = 0; k < names.length; k++) {
    if (chosen[k].length > 0) continue;
    const donor = chosen.reduce((largest, indices, i) => (indices.length > chosen[largest].length ? i : largest), 0);
    const smallest = order.filter((group) => chosen[donor].includes(group[0])).at(-1) as number[];
    chosen[donor] = chosen[donor].filter((i) => !smallest.includes(i));
    chosen[k] = [...smallest];
  }
  return createSplit(Object.fromEntries(names.map((name, k) => [name, chosen[k].sort((a, b) => a - b)])), { groupOf });
}

/** A class must be able to stand in every part: whoever compares parts would compare nothing otherwise. */
function checkClasses(classGroups: ReadonlyMap<string, ReadonlySet<string>>, numParts: number): void {
  for (const [label, { size }] of classGroups)
    expect(
      size >= numParts,
      "splitByGroup",
      `class "${label}" has ${size} group(s), too few for ${numParts} parts. Leave the class out, join it with another, or make fewer parts.`,
    );
}
