import { relative, resolve, sep } from "node:path";
import { expect, listKnown, UsageError } from "repro-kit";
import { DATASET_JSON } from "../dataset/dataset-json.ts";
import { parseCsv } from "./parse-csv.ts";

/** What a table says of one image. */
export interface TableRow {
  readonly className: string | undefined;
  readonly labelVector: readonly number[] | undefined;
  readonly group: string | undefined;
}

export interface LabelTable {
  readonly name: string;
  /** Names of the classes in their order, where the table fixes it; else they are sorted by name. */
  readonly classes: readonly string[] | undefined;
  readonly numRows: number;
  /** The row for an image; undefined where there is none. */
  rowOf(path: string): TableRow | undefined;
  /** Something the user may want to know. */
  readonly note: string | undefined;
}

const SCOPE = "importImages";
const FILE_COLUMNS = ["file", "path", "image", "image_id", "file_name", "filename", "isic_id", "image_name"];
const CLASS_COLUMNS = ["class", "label", "dx", "diagnosis", "category", "target"];
const GROUP_COLUMNS = ["lesion_id", "patient_id", "patient", "subject_id", "group"];

interface ReadTableOptions {
  readonly name: string;
  /** Folder of the table and folder of the images, absolute: paths may be meant from either. */
  readonly tableFolder: string;
  readonly imageFolder: string;
  /** Column that names the group. */
  readonly groupColumn: string | undefined;
}

/** Reads a CSV table; its columns are found by name. @throws UsageError that lists the columns where one is missing. */
export function readCsvTable(text: string, { name, tableFolder, imageFolder, groupColumn }: ReadTableOptions): LabelTable {
  const { columns, rows } = parseCsv(text, name);
  const lower = columns.map((column) => column.toLowerCase());
  const find = (known: readonly string[]): number => lower.indexOf(known.find((column) => lower.includes(column)) ?? "");
  const fileAt = find(FILE_COLUMNS);
  const classAt = find(CLASS_COLUMNS);
  const listed = columns.join(", ");
  expect(fileAt >= 0, SCOPE, `${name} has no column for the file: one of ${FILE_COLUMNS.join(", ")} is expected; got ${listed}.`);
  expect(
    classAt >= 0,
    SCOPE,
    `${name} has no column for the class: one of ${CLASS_COLUMNS.join(", ")} is expected; got ${listed}.`,
  );
  const groupAt = groupColumn === undefined ? -1 : lower.indexOf(groupColumn.toLowerCase());
  if (groupColumn !== undefined && groupAt < 0)
    throw new UsageError(`[${SCOPE}] ${name} has no column "${groupColumn}" for the group; ${listKnown(groupColumn, columns)}`);
  const likely = find(GROUP_COLUMNS);
  const keys = rows.map((row) => row[fileAt].replaceAll("\\", "/").replace(/^\.\//, ""));
  const values = rows.map((row) => ({ className: row[classAt], labelVector: undefined, group: row[groupAt] }));
  return {
    name,
    classes: undefined,
    numRows: rows.length,
    rowOf: createLookup(keys, values, { name, tableFolder, imageFolder }),
    note:
      groupColumn === undefined && likely >= 0
        ? `${name} has a column "${columns[likely]}": give it as group, so that a split keeps those images together.`
        : undefined,
  };
}

/** Reads the reference tool's dataset.json: labels are class indices or vectors. */
export function readJsonTable(text: string, { name, tableFolder, imageFolder }: ReadTableOptions): LabelTable | undefined {
  let json: { labels?: unknown; classes?: unknown; provenance?: { groups?: unknown } | null } | null = null;
  try {
    json = JSON.parse(text);
  } catch (error) {
    expect(false, SCOPE, `${name} is not JSON (${(error as Error).message}). Mend or remove it.`);
  }
  const { labels, classes, provenance } = json ?? {};
  if (labels === null || labels === undefined) return undefined;
  const pairs = Array.isArray(labels) ? labels : Object.entries(labels);
  const isPair = (pair: unknown) =>
    Array.isArray(pair) && typeof pair[0] === "string" && (typeof pair[1] === "number" || Array.isArray(pair[1]));
  expect(pairs.every(isPair), SCOPE, `"labels" in ${name} must be a list of [file, label].`);
  const groups = Array.isArray(provenance?.groups) && provenance.groups.length === pairs.length ? provenance.groups : undefined;
  const isVector = pairs.some(([, label]) => Array.isArray(label));
  const numClasses = isVector ? 0 : 1 + pairs.reduce((most, [, label]) => Math.max(most, label), -1);
  const names =
    Array.isArray(classes) && classes.length >= numClasses
      ? classes.map(String)
      : Array.from({ length: numClasses }, (_, k) => String(k));
  const values = pairs.map(
    ([, label], i): TableRow => ({
      className: Array.isArray(label) ? undefined : names[label],
      labelVector: Array.isArray(label) ? label.map(Number) : undefined,
      group: typeof groups?.[i] === "string" ? groups[i] : undefined,
    }),
  );
  const keys = pairs.map(([file]) => file.replaceAll("\\", "/"));
  const isNamed = values.every(({ className, labelVector }) => className !== undefined || labelVector !== undefined);
  expect(isNamed, SCOPE, `labels in ${name} must be class indices from 0 or vectors.`);
  const rowOf = createLookup(keys, values, { name, tableFolder, imageFolder });
  return { name, classes: isVector ? undefined : names, numRows: pairs.length, rowOf, note: undefined };
}

/** Whether the file is a table of the reference tool's form. */
export const isJsonTable = (name: string): boolean => name === DATASET_JSON || name.toLowerCase().endsWith(".json");

const withoutExtension = (path: string): string => path.replace(/\.[A-Za-z0-9]{1,5}$/, "");

/**
 * Finds rows by the path from the images' folder, by the path from the table's folder, and, where that names one row only,
 * by the file's name with or without its extension.
 */
export function createLookup(
  keys: readonly string[],
  values: readonly TableRow[],
  { name, tableFolder, imageFolder }: Pick<ReadTableOptions, "name" | "tableFolder" | "imageFolder">,
): (path: string) => TableRow | undefined {
  const exact = new Map<string, TableRow>();
  for (const [i, key] of keys.entries()) {
    expect(key !== "", SCOPE, `${name}: row ${i + 1} names no file. Mend the table.`);
    expect(
      !exact.has(key) || sameRow(exact.get(key), values[i]),
      SCOPE,
      `${name} has two different rows for "${key}". Mend the table.`,
    );
    exact.set(key, values[i]);
  }
  const fromTable = (path: string): string => relative(tableFolder, resolve(imageFolder, path)).split(sep).join("/");
  let loose: Map<string, TableRow | "several"> | undefined; // made when it is needed: most tables hold the paths
  return (path) => {
    const found = exact.get(path) ?? exact.get(fromTable(path)) ?? exact.get(withoutExtension(path));
    if (found) return found;
    loose ??= rowsByStem(keys, values);
    const stem = stemOf(path);
    const byName = loose.get(stem);
    expect(byName !== "several", SCOPE, `${name} has several rows for files named "${stem}". Give whole paths in the table.`);
    return byName;
  };
}

const stemOf = (path: string): string => withoutExtension(path.slice(path.lastIndexOf("/") + 1));

function rowsByStem(keys: readonly string[], values: readonly TableRow[]): Map<string, TableRow | "several"> {
  const rows = new Map<string, TableRow | "several">();
  for (const [i, key] of keys.entries()) {
    const other = rows.get(stemOf(key));
    rows.set(stemOf(key), other === undefined || sameRow(other, values[i]) ? values[i] : "several");
  }
  return rows;
}

const sameRow = (a: unknown, b: TableRow): boolean => JSON.stringify(a) === JSON.stringify(b);
