import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { expect, listKnown, UsageError } from "repro-kit";
import { DATASET_JSON } from "../dataset/dataset-json.ts";
import type { ImageSource } from "./image-source.ts";
import { isJsonTable, type LabelTable, readCsvTable, readJsonTable, type TableRow } from "./label-table.ts";
import { readPreset } from "./preset-labels.ts";
import type { DatasetPreset } from "./presets.ts";

export interface LabelOptions {
  /** A CSV or JSON table; false: none, whatever lies there. */
  readonly labels: string | false | undefined;
  /** What is known of a published set, in place of labels. */
  readonly preset: DatasetPreset | undefined;
  readonly classes: readonly string[] | undefined;
  readonly group: string | ((path: string) => string) | undefined;
  /** What becomes of images that the table does not name. */
  readonly unlabelled: "reject" | "keep";
}

/** An image that is wanted, with what is known of it. */
export interface Candidate {
  readonly path: string;
  readonly label: number | undefined;
  readonly labelVector: readonly number[] | undefined;
  readonly group: string | undefined;
}

export interface LabelledCandidates {
  readonly candidates: readonly Candidate[];
  readonly classes: readonly string[] | undefined;
  /** Images that the table does not name. */
  readonly unlabelled: readonly string[];
  /** Images of classes that are not asked for. */
  readonly numOtherClasses: number;
  /** What the labels were read from. */
  readonly origin: string;
  readonly notes: readonly string[];
}

const SCOPE = "importImages";
/** Folders that published sets are divided into, above the folders of the classes. */
const SPLIT_FOLDERS = /^(train(ing)?|test(ing)?|val|valid(ation)?)(_set|set)?$/i;

/**
 * Finds the class and the group of each image: from the table that is given, else from labels.csv or dataset.json at the
 * top, else from the folder it lies in.
 *
 * @throws UsageError if a table cannot be read or fits no image, or a class has no image.
 */
export async function findLabels(
  source: ImageSource,
  images: readonly string[],
  options: LabelOptions,
): Promise<LabelledCandidates> {
  const table = await findTable(source, options);
  const groupOf = typeof options.group === "function" ? options.group : undefined;
  expect(
    table || options.group === undefined || groupOf,
    SCOPE,
    `group "${options.group}" names a column, but there is no table of labels. Give labels, or a function of the path as group.`,
  );
  const rows = table && images.map((path) => table.rowOf(path));
  const folders = table || options.labels === false ? undefined : classFolders(images);
  const isMissing = (i: number): boolean => rows !== undefined && !isNamed(rows[i]);
  const unlabelled = images.filter((_, i) => isMissing(i));
  expect(
    !table || unlabelled.length < images.length,
    SCOPE,
    `${table?.name} has ${table?.numRows} rows, but none fits an image of ${source.name} ("${images[0]}" …). Check its column of files.`,
  );
  const classNames = folders ?? rows?.map((row) => row?.className) ?? [];
  const classes = orderClasses(classNames, table, options.classes);
  expect(
    classes || !options.classes,
    SCOPE,
    `classes ${options.classes?.join(", ")} are asked for, but the images have none. Put them into folders by class, or give labels.`,
  );
  const labelOf = new Map(classes?.map((name, k) => [name, k]));
  const candidates: Candidate[] = [];
  let numOtherClasses = 0;
  for (const [i, path] of images.entries()) {
    const label = isMissing(i) ? undefined : labelOf.get(classNames[i] ?? "");
    if (isMissing(i) && options.unlabelled === "reject") continue;
    if (classes && label === undefined && !isMissing(i)) numOtherClasses++;
    else {
      const group = (groupOf ? groupOf(path) : rows?.[i]?.group) || undefined; // no group where the cell is empty
      candidates.push({ path, label, labelVector: rows?.[i]?.labelVector, group });
    }
  }
  return {
    candidates,
    classes,
    unlabelled: options.unlabelled === "keep" ? [] : unlabelled,
    numOtherClasses,
    origin: table ? table.name : folders ? "folders" : "none",
    notes: table?.note ? [table.note] : [],
  };
}

const isNamed = (row: TableRow | undefined): boolean => !!row && (!!row.className || row.labelVector !== undefined);

async function findTable(source: ImageSource, { labels, group, preset }: LabelOptions): Promise<LabelTable | undefined> {
  if (preset) return readPreset(preset, source);
  if (labels === false) return undefined;
  const groupColumn = typeof group === "string" ? group : undefined;
  const read = (text: string, name: string, tableFolder: string): LabelTable | undefined => {
    const options = { name, tableFolder, imageFolder: source.folder, groupColumn };
    return isJsonTable(name) ? readJsonTable(text, options) : readCsvTable(text, options);
  };
  const inSource = async (path: string) =>
    read(new TextDecoder().decode(await source.read(path)), path, join(source.folder, dirname(path)));
  if (labels !== undefined) {
    const text = await readFile(labels, "utf8").catch((error: Error) => error);
    if (typeof text === "string") return read(text, basename(labels), dirname(resolve(labels)));
    if (source.paths.includes(labels)) return inSource(labels);
    const refusal = new UsageError(
      `[${SCOPE}] the labels ${labels} cannot be read (${text.message}), and "${source.name}" holds no such file. Check the path.`,
    );
    refusal.cause = text;
    throw refusal;
  }
  const own = ["labels.csv", DATASET_JSON].find((name) => source.paths.includes(name));
  return own === undefined ? undefined : inSource(own);
}

/** The class of each image by the folder it lies in; undefined where all lie at the top. */
function classFolders(images: readonly string[]): string[] | undefined {
  const parts = images.map((path) => path.split("/").slice(0, -1));
  if (parts.every(({ length }) => length === 0)) return undefined;
  const isSplit = parts.every(({ length }, i) => length >= 2 && SPLIT_FOLDERS.test(parts[i][0]));
  const names = parts.map((folders): string | undefined => folders[isSplit ? 1 : 0]);
  const outside = names.indexOf(undefined);
  expect(
    outside < 0,
    SCOPE,
    () =>
      `some images lie in folders, taken for their classes, but "${images[outside]}" lies in none. Move it, or import without labels (labels: false, --labels none).`,
  );
  return names as string[]; // none is undefined: checked above
}

/** The classes in their order: as asked for, as the table has them, or sorted; undefined where no image has one. */
function orderClasses(
  names: readonly (string | undefined)[],
  table: LabelTable | undefined,
  asked: readonly string[] | undefined,
): readonly string[] | undefined {
  const counts = new Map<string, number>();
  for (const name of names) if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  if (counts.size === 0) return undefined;
  const found = [...counts.keys()].sort(numericOrCodeUnits);
  if (!asked) return table?.classes ?? found;
  expect(
    new Set(asked).size === asked.length && asked.length > 0,
    SCOPE,
    `classes must be different names; got ${asked.join(", ")}.`,
  );
  const missing = asked.find((name) => !counts.has(name));
  if (missing !== undefined)
    throw new UsageError(
      `[${SCOPE}] class "${missing}" has no image; ${listKnown(missing, found.slice(0, 50)).replace(/\.$/, "")} ` +
        `(${found
          .slice(0, 50)
          .map((name) => `${name}: ${counts.get(name)}`)
          .join(", ")}).`,
    );
  return asked;
}

/** Numbers by value, other names by code units. */
function numericOrCodeUnits(a: string, b: string): number {
  const isNumeric = /^\d+$/.test(a) && /^\d+$/.test(b);
  return isNumeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
}
