import { drawSkinLesions, SKIN_LESION_CLASSES } from "dataset-zip";
import {
  type ImportImagesOptions,
  type ImportReport,
  importImages,
  openDatasetZipFile,
  writeDatasetZipFile,
} from "dataset-zip/node";
import { checkOptions, expect } from "repro-kit";
import type { LabHooks } from "../facts.ts";
import { countClasses, PHANTOM_MARK } from "../run-folder/training-data.ts";
import { groupByPattern } from "./group-pattern.ts";

/** How images are read; the rest of the importer's options take their defaults. */
const IMPORT_OPTIONS = [
  "labels",
  "classes",
  "group",
  "size",
  "filter",
  "transform",
  "channels",
  "background",
  "maxImages",
  "strict",
  "unlabelled",
  "exclude",
] as const;

export interface MakeDatasetOptions extends Pick<ImportImagesOptions, (typeof IMPORT_OPTIONS)[number]> {
  /** A folder, a zip or a table of images. Without it phantom lesions are drawn. */
  readonly source?: string;
  /** Regular expression whose first bracket finds the group in a path, where no column holds it. */
  readonly groupPattern?: string;
  /** The zip to write. */
  readonly out: string;
  /** Number of phantoms. Default 900. */
  readonly count?: number;
  /** Of the phantoms. Default 0. */
  readonly seed?: number;
  readonly overwrite?: boolean;
}

export interface MakeDatasetResult {
  readonly path: string;
  readonly digest: string;
  readonly imageShape: readonly [number, number, number];
  readonly count: number;
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  readonly isPhantom: boolean;
  /** What was left out, and why; absent for phantoms. */
  readonly report?: ImportReport;
}

const PHANTOM_SIZE = 64;

/**
 * Makes a dataset zip from a folder, zip or table of images, or from phantom lesions. Every image that cannot be used is named
 * with its reason; the zip appears whole or not at all.
 *
 * @throws UsageError where there is nothing to import, the table does not fit, or the zip exists or cannot be written.
 */
export async function makeDataset(options: MakeDatasetOptions, hooks: LabHooks = {}): Promise<MakeDatasetResult> {
  checkOptions("makeDataset", options, ["source", "out", "count", "seed", "overwrite", "groupPattern", ...IMPORT_OPTIONS]);
  const { out, overwrite = false } = options;
  const report =
    options.source === undefined ? await writePhantoms(options, hooks) : await writeImported(options.source, options, hooks);
  hooks.onFact?.({ kind: "file", what: overwrite ? "dataset (replaced)" : "dataset", path: out });
  const dataset = await openDatasetZipFile(out);
  const { imageShape, count, digest, provenance } = dataset;
  await dataset.close();
  return {
    path: out,
    digest,
    imageShape,
    count,
    classes: countClasses(dataset),
    isPhantom: provenance?.[PHANTOM_MARK] === true,
    ...(report ? { report } : {}),
  };
}

async function writeImported(source: string, options: MakeDatasetOptions, { onFact, signal }: LabHooks): Promise<ImportReport> {
  const chosen = Object.fromEntries(
    IMPORT_OPTIONS.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
  const { group, groupPattern } = options;
  const both = group !== undefined && groupPattern !== undefined;
  expect(!both, "makeDataset", "give the group as a column or as a pattern, not both.");
  const images = await importImages({
    source,
    ...chosen,
    ...(groupPattern === undefined ? {} : { group: groupByPattern(groupPattern) }),
    onReject: ({ path, reason }) => onFact?.({ kind: "note", text: `left out ${path}: ${reason}` }),
  });
  const total = images.count;
  await writeDatasetZipFile(options.out, images, {
    ...(images.classes ? { classes: images.classes } : {}),
    provenance: () => images.provenance(),
    onProgress: (done) =>
      onFact?.({ kind: "progress", part: "Reading images", unit: "image", done, total, fraction: done / total }),
    ...(signal ? { signal } : {}),
    overwrite: options.overwrite ?? false,
  });
  return images.report();
}

async function writePhantoms(options: MakeDatasetOptions, { onFact, signal }: LabHooks): Promise<undefined> {
  const { count = 900, seed = 0, size = PHANTOM_SIZE, classes, out, overwrite = false } = options;
  for (const name of [
    "labels",
    "group",
    "filter",
    "transform",
    "channels",
    "background",
    "maxImages",
    "strict",
    "unlabelled",
    "groupPattern",
    "exclude",
  ] as const)
    expect(
      options[name] === undefined,
      "makeDataset",
      `${name} belongs to images that are read; phantoms are drawn. Give a source, or leave it out.`,
    );
  expect(typeof size === "number", "makeDataset", "phantoms are square; give the size as one number.");
  onFact?.({ kind: "progress", part: "Drawing phantom lesions", total: count });
  const images = drawSkinLesions({ count, size, seed, ...(classes ? { classes } : {}) });

  await writeDatasetZipFile(out, images, {
    classes: classes ?? SKIN_LESION_CLASSES,
    provenance: { [PHANTOM_MARK]: true, note: "drawn by dataset-zip; no patient, not medical data", seed },
    ...(signal ? { signal } : {}),
    overwrite,
  });
}
