import { expect } from "repro-kit";
import type { Predictions } from "../metrics/predictions.ts";
import { type ClassifierReport, checkRuns, classificationReport, type ReportOptions } from "./classification-report.ts";

/** Metadata of the test images: columns by name, a value an image; null where it is not known. */
export type MetadataTable = Readonly<Record<string, readonly (string | number | null)[]>>;

export interface SubgroupReport {
  /** Column of the metadata: "sex". */
  readonly column: string;
  /** Its value: "female". */
  readonly value: string;
  readonly report: ClassifierReport;
  /** Why its figures must be read with care; empty where they need not. */
  readonly notes: readonly string[];
}

export type SubgroupOptions = ReportOptions & {
  readonly metadata: MetadataTable;
  /** Subgroups of fewer images carry a note. @defaultValue 30 */
  readonly fewImages?: number;
};

const UNKNOWN = "unknown";

/**
 * A report for each subgroup that a metadata table names, so that bias and failure modes are seen: of every column, each value that
 * occurs, images without a value as "unknown". Scores that a subgroup cannot have (a class without images in it) are null.
 *
 * @throws UsageError if a column has another number of values than there are images.
 */
export function subgroupReports(
  predictions: Predictions | readonly Predictions[],
  { metadata, fewImages = 30, ...options }: SubgroupOptions,
): SubgroupReport[] {
  const runs = checkRuns(predictions, options);
  const count = runs[0].labels.length;
  return Object.entries(metadata).flatMap(([column, values]) => {
    expect(
      values.length === count,
      "subgroupReports",
      `"${column}" has ${values.length} values for ${count} test images. Give one an image, null where it is not known.`,
    );
    const named = values.map((value) => (value === null || value === "" ? UNKNOWN : String(value)));
    return [...new Set(named)].sort(byName).map((value): SubgroupReport => {
      const indices = Array.from(named.keys()).filter((i) => named[i] === value);
      const report = classificationReport(
        runs.map((run) => selectRows(run, indices)),
        {
          ...options,
          ...(options.groups ? { groups: indices.map((i) => (options.groups as readonly (string | number)[])[i]) } : {}),
        }, // just asked
      );
      const notes = indices.length < fewImages ? [`${column} ${value}: only ${indices.length} images.`] : [];
      return { column, value, report, notes: [...notes, ...report.notes] };
    });
  });
}

/** Numbers as numbers ("9" before "10"), "unknown" last. */
function byName(a: string, b: string): number {
  if (a === UNKNOWN || b === UNKNOWN) return Number(a === UNKNOWN) - Number(b === UNKNOWN);
  return a.localeCompare(b, "en", { numeric: true });
}

function selectRows({ labels, probabilities, numClasses }: Predictions, rows: readonly number[]): Predictions {
  return {
    labels: rows.map((row) => labels[row]),
    probabilities: Float64Array.from({ length: rows.length * numClasses }, (_, i) => {
      const k = i % numClasses;
      return probabilities[rows[(i - k) / numClasses] * numClasses + k];
    }),
    numClasses,
  };
}

/** Ages as bands of ten years: 0–9, 10–19, …; null where there is no number. */
export function ageBands(ages: readonly (string | number | null)[], years = 10): (string | null)[] {
  return ages.map((age) => {
    const value = age === null || age === "" ? Number.NaN : Number(age);
    if (!Number.isFinite(value) || value < 0) return null;
    const low = Math.floor(value / years) * years;
    return `${low}–${low + years - 1}`;
  });
}
