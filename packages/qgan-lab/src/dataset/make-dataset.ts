import { extname } from "node:path";
import {
  CHEST_XRAY_CLASSES,
  drawChestXrays,
  drawFundus,
  drawSkinLesions,
  FUNDUS_CLASSES,
  type LabelledImage,
  SKIN_LESION_CLASSES,
  type WriteDatasetZipOptions,
} from "dataset-zip";
import {
  type ImportImagesOptions,
  type ImportReport,
  importImages,
  openDatasetZipFile,
  writeDatasetFolder,
  writeDatasetZipFile,
} from "dataset-zip/node";
import { checkOptions, expect, listKnown } from "repro-kit";
import type { LabHooks } from "../facts.ts";
import { PHANTOM_MARK } from "../run-folder/training-data.ts";
import { groupByPattern } from "./group-pattern.ts";

/** How images are read; the rest of the importer's options take their defaults. */
const IMPORT_OPTIONS = [
  "labels",
  "preset",
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

const OWN_OPTIONS = ["source", "out", "count", "seed", "overwrite", "groupPattern", "anyShape", "phantoms"] as const;

/** What can be drawn. */
const PHANTOMS = {
  skin: { draw: drawSkinLesions, names: SKIN_LESION_CLASSES, what: "skin lesions" },
  fundus: { draw: drawFundus, names: FUNDUS_CLASSES, what: "fundus photographs" },
  "chest-xray": { draw: drawChestXrays, names: CHEST_XRAY_CLASSES, what: "chest X-rays" },
} as const;

export interface MakeDatasetOptions extends Pick<ImportImagesOptions, (typeof IMPORT_OPTIONS)[number]> {
  /** A folder, a zip or a table of images. Without it phantom lesions are drawn. */
  readonly source?: string;
  /** Regular expression whose first bracket finds the group in a path, where no column holds it. */
  readonly groupPattern?: string;
  /** The zip to write; a name without ending is a folder that gets the same files. */
  readonly out: string;
  /** Keep images that are not square with a side that is a power of two. Default false: refuse them. */
  readonly anyShape?: boolean;
  /** What is drawn without a source: "skin" (default), "fundus" or "chest-xray". */
  readonly phantoms?: keyof typeof PHANTOMS;
  /** Number of phantoms. Default 900. */
  readonly count?: number;
  /** Of the phantoms. Default 0. */
  readonly seed?: number;
  readonly overwrite?: boolean;
}

export interface MakeDatasetResult {
  readonly path: string;
  /** Of the zip; a folder has none. */
  readonly digest?: string;
  readonly imageShape: readonly [number, number, number];
  readonly count: number;
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  readonly isPhantom: boolean;
  /** What was left out, and why; absent for phantoms. */
  readonly report?: ImportReport;
}

const PHANTOM_SIZE = 64;

/**
 * Makes a dataset zip, or a folder of the same files, from a folder, zip or table of images, or from phantom lesions. Every
 * image that cannot be used is named with its reason; the zip appears whole or not at all.
 *
 * @throws UsageError where there is nothing to import, the table does not fit, or the zip exists or cannot be written.
 */
export async function makeDataset(options: MakeDatasetOptions, hooks: LabHooks = {}): Promise<MakeDatasetResult> {
  checkOptions("makeDataset", options, [...OWN_OPTIONS, ...IMPORT_OPTIONS]);
  const { out, overwrite = false } = options;
  const ending = extname(out).toLowerCase();
  expect(ending === ".zip" || ending === "", "makeDataset", `${out} must end in .zip, or have no ending and be a folder.`);
  const tally = createTally();
  const report =
    options.source === undefined
      ? await writePhantoms(options, tally, hooks)
      : await writeImported(options.source, options, tally, hooks);
  hooks.onFact?.({ kind: "file", what: overwrite ? "dataset (replaced)" : "dataset", path: out });
  const digest = ending === ".zip" ? await digestOf(out) : undefined;
  return {
    path: out,
    ...(digest === undefined ? {} : { digest }),
    ...tally.result(),
    isPhantom: options.source === undefined,
    ...(report ? { report } : {}),
  };
}

async function digestOf(path: string): Promise<string> {
  const dataset = await openDatasetZipFile(path);
  await dataset.close();
  return dataset.digest;
}

interface Tally {
  /** Passes images on and remembers what they were. */
  watch(
    images: Iterable<LabelledImage> | AsyncIterable<LabelledImage>,
    classes: readonly string[] | undefined,
  ): AsyncIterable<LabelledImage>;
  result(): Pick<MakeDatasetResult, "imageShape" | "count" | "classes">;
}

function createTally(): Tally {
  const counts = new Map<string, number>();
  let imageShape: [number, number, number] = [0, 0, 0];
  let count = 0;
  return {
    async *watch(images, classes) {
      for (const name of classes ?? []) counts.set(name, 0);
      for await (const image of images) {
        const { height, width, channels } = image.pixels;
        imageShape = [height, width, channels];
        count++;
        if (image.label !== undefined) {
          const name = classes?.[image.label] ?? String(image.label);
          counts.set(name, (counts.get(name) ?? 0) + 1);
        }
        yield image;
      }
    },
    result: () => ({ imageShape, count, classes: [...counts].map(([name, of]) => ({ name, count: of })) }),
  };
}

async function write(
  { out, overwrite = false }: MakeDatasetOptions,
  images: AsyncIterable<LabelledImage>,
  options: WriteDatasetZipOptions,
): Promise<void> {
  if (extname(out) !== "") return writeDatasetZipFile(out, images, { ...options, overwrite });
  expect(!overwrite, "makeDataset", "a folder is never replaced. Name a new or empty one, without overwrite.");
  return writeDatasetFolder(out, images, options);
}

async function writeImported(
  source: string,
  options: MakeDatasetOptions,
  tally: Tally,
  { onFact, signal }: LabHooks,
): Promise<ImportReport> {
  const chosen = Object.fromEntries(
    IMPORT_OPTIONS.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
  const { group, groupPattern } = options;
  expect(options.phantoms === undefined, "makeDataset", "phantoms are drawn without a source. Leave one of the two out.");
  const both = group !== undefined && groupPattern !== undefined;
  expect(!both, "makeDataset", "give the group as a column or as a pattern, not both.");
  const images = await importImages({
    source,
    ...chosen,
    ...(groupPattern === undefined ? {} : { group: groupByPattern(groupPattern) }),
    onReject: ({ path, reason }) => onFact?.({ kind: "note", text: `left out ${path}: ${reason}` }),
  });
  const total = images.count;
  await write(options, tally.watch(images, images.classes), {
    ...(images.classes ? { classes: images.classes } : {}),
    provenance: () => images.provenance(),
    squarePowerOfTwo: !options.anyShape,
    onProgress: (done) =>
      onFact?.({ kind: "progress", part: "Reading images", unit: "image", done, total, fraction: done / total }),
    ...(signal ? { signal } : {}),
  });
  return images.report();
}

async function writePhantoms(options: MakeDatasetOptions, tally: Tally, { onFact, signal }: LabHooks): Promise<undefined> {
  const { count = 900, seed = 0, size = PHANTOM_SIZE, classes, phantoms = "skin" } = options;
  expect(
    Object.hasOwn(PHANTOMS, phantoms),
    "makeDataset",
    () => `no phantoms named "${phantoms}"; ${listKnown(phantoms, Object.keys(PHANTOMS))}`,
  );
  const { draw, names: known, what } = PHANTOMS[phantoms];
  for (const name of [
    "labels",
    "preset",
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
    "anyShape",
  ] as const)
    expect(
      options[name] === undefined,
      "makeDataset",
      `${name} belongs to images that are read; phantoms are drawn. Give a source, or leave it out.`,
    );
  expect(typeof size === "number", "makeDataset", "phantoms are square; give the size as one number.");
  onFact?.({ kind: "progress", part: `Drawing phantom ${what}`, total: count });
  const images = draw({ count, size, seed, ...(classes ? { classes } : {}) });

  const names = classes ?? known;
  await write(options, tally.watch(images, names), {
    classes: names,
    provenance: { [PHANTOM_MARK]: true, note: "drawn by dataset-zip; no patient, not medical data", seed },
    ...(signal ? { signal } : {}),
  });
}
