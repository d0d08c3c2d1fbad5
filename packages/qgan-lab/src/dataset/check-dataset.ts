import { stat } from "node:fs/promises";
import { type CheckReport, checkImages, planFix } from "dataset-zip/node";
import { checkOptions, expect } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import type { LabHooks } from "../facts.ts";
import { formatCheckPage } from "./check-page.ts";
import { groupByPattern } from "./group-pattern.ts";
import { makeDataset } from "./make-dataset.ts";

export interface CheckDatasetOptions {
  /** A folder, a zip, a dataset zip, or a table beside its images. */
  readonly source: string;
  /** A table; false: no labels, whatever lies there. */
  readonly labels?: string | false;
  /** A published set by name. */
  readonly preset?: string;
  readonly classes?: readonly string[];
  /** Column of the table with what must not be split. */
  readonly group?: string;
  /** Regular expression whose first bracket finds the group in a path. */
  readonly groupPattern?: string;
  /** A page of pictures to write. */
  readonly page?: string;
  /** A dataset zip to write, in which what can be mended is mended. */
  readonly fix?: string;
  readonly overwrite?: boolean;
}

export interface CheckDatasetResult {
  readonly report: CheckReport;
  /** What was done for `fix`. */
  readonly done?: readonly string[];
}

const KNOWN = ["source", "labels", "preset", "classes", "group", "groupPattern", "page", "fix", "overwrite"];

/** Scans a folder or zip of images; writes a page of pictures, and a zip without the faults, where asked to. */
export async function checkDataset(options: CheckDatasetOptions, hooks: LabHooks = {}): Promise<CheckDatasetResult> {
  checkOptions("checkDataset", options, KNOWN);
  const { source, labels, preset, classes, group, groupPattern, page, fix, overwrite = false } = options;
  const both = group !== undefined && groupPattern !== undefined;
  expect(!both, "checkDataset", "give the group as a column or as a pattern, not both.");
  const groupOf = groupPattern === undefined ? group : groupByPattern(groupPattern);
  // Told before the images are read, which may take an hour.
  const [pageStands, fixStands] = await Promise.all([page, fix].map((path) => path && stat(path).catch(() => undefined)));
  expect(!pageStands || pageStands.isFile(), "checkDataset", `${page} is a folder. Give the name of a file, such as check.html.`);
  expect(
    !fixStands || overwrite || !fixStands.isFile(),
    "checkDataset",
    `${fix} already exists. Choose another name or remove it.`,
  );
  const images = {
    source,
    ...(labels === undefined ? {} : { labels }),
    ...(preset === undefined ? {} : { preset }),
    ...(classes === undefined ? {} : { classes }),
  };
  const report = await checkImages({
    ...images,
    ...(groupOf === undefined ? {} : { group: groupOf }),
    ...(hooks.signal ? { signal: hooks.signal } : {}),
    onProgress: (done, total) =>
      hooks.onFact?.({ kind: "progress", part: "Checking images", unit: "image", done, total, fraction: done / total }),
  });
  if (page !== undefined) {
    await writeFileAtomic(page, await formatCheckPage(source, report));
    hooks.onFact?.({ kind: "file", what: "page", path: page });
  }
  if (fix === undefined) return { report };
  const { done, ...plan } = planFix(report);
  await makeDataset(
    {
      ...images,
      ...plan,
      ...(group === undefined ? {} : { group }),
      ...(groupPattern === undefined ? {} : { groupPattern }),
      ...{ out: fix, overwrite, unlabelled: "reject", anyShape: true },
    },
    // Each image that is left out stands in the report already.
    { ...hooks, onFact: (fact) => fact.kind === "note" || hooks.onFact?.(fact) },
  );
  return { report, done };
}
