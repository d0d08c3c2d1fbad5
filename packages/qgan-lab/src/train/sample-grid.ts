import type { TrainingData } from "../run-folder/training-data.ts";

/** Images in a row of a sample grid. */
export const GRID_COLUMNS = 8;

/** Classes of a grid's images, a class a row in turn; undefined for models without classes. */
export function gridLabels(count: number, labelSize = 0): readonly number[] | undefined {
  if (labelSize === 0) return undefined;
  return Array.from({ length: count }, (_, i) => Math.floor(i / GRID_COLUMNS) % labelSize);
}

/** The first training images, as many as a grid shows; of each row's class, where there are labels. */
export function gridReals(
  { dataset, train }: Pick<TrainingData, "dataset" | "train">,
  labels: readonly number[] | undefined,
  count: number,
): readonly number[] {
  if (!labels) return train.slice(0, count);
  const byClass = new Map<number, number[]>();
  for (const index of train) {
    const label = dataset.labels?.[index] ?? 0;
    byClass.set(label, [...(byClass.get(label) ?? []), index]);
  }
  return labels.flatMap((label) => byClass.get(label)?.shift() ?? []);
}
