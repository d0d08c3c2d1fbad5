import { expect } from "repro-kit";
import { checkPair, type Features, selectFeatures } from "./features.ts";
import { frechetDistanceFromFeatures } from "./frechet-distance.ts";

/** Class of each row. */
export type Labels = ArrayLike<number>;

export interface ClassFrechetDistance {
  /** Mean over the classes. */
  readonly mean: number;
  /** Distance by class, in ascending order of the labels. */
  readonly byClass: ReadonlyMap<number, number>;
}

/**
 * The Fréchet distance of each class by itself, and their mean: a conditional generator that mixes classes up keeps its FID and
 * loses here. Each class holds fewer samples than the whole, so its bias is larger.
 *
 * @param labels - Class of each real and of each generated row.
 * @throws UsageError if the two sides do not have the same classes, or one has fewer than two rows on a side.
 * @see Miyato, Koyama 2018, arXiv:1802.05637, Sec. 4 (intra FID).
 */
export function classFrechetDistance(
  real: Features,
  generated: Features,
  labels: { readonly real: Labels; readonly generated: Labels },
): ClassFrechetDistance {
  const scope = "classFrechetDistance";
  checkPair(scope, real, generated);
  const [realRows, generatedRows] = [
    groupRows(scope, "real", labels.real, real.count),
    groupRows(scope, "generated", labels.generated, generated.count),
  ];
  const classes = [...new Set([...realRows.keys(), ...generatedRows.keys()])].sort((a, b) => a - b);
  const byClass = new Map<number, number>();
  for (const label of classes) {
    const [a, b] = [realRows.get(label) ?? [], generatedRows.get(label) ?? []];
    const isEnough = a.length >= 2 && b.length >= 2;
    expect(isEnough, scope, `class ${label} has ${a.length} real and ${b.length} generated rows; each side needs at least 2.`);
    byClass.set(label, frechetDistanceFromFeatures(selectFeatures(real, a), selectFeatures(generated, b)));
  }
  return { mean: [...byClass.values()].reduce((sum, value) => sum + value, 0) / byClass.size, byClass };
}

function groupRows(scope: string, side: string, labels: Labels, count: number): Map<number, number[]> {
  expect(labels.length === count, scope, `${side} has ${count} rows; got ${labels.length} labels.`);
  const rows = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    expect(Number.isInteger(labels[i]), scope, `labels must be integers; ${side} has ${labels[i]} at row ${i}.`);
    const known = rows.get(labels[i]);
    if (known) known.push(i);
    else rows.set(labels[i], [i]);
  }
  return rows;
}
